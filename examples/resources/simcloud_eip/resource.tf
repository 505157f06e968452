# Another name of simcloud_eip_address.
resource "simcloud_eip" "example" {
  address_name = "example"
}
