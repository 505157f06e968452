resource "simcloud_eip_address" "example" {
  address_name         = "example"
  bandwidth            = "10"
  internet_charge_type = "PayByTraffic"

  tags = {
    team = "web"
  }
}

output "address" {
  value = simcloud_eip_address.example.ip_address
}
