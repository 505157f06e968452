# The network that every region has.
data "simcloud_vpcs" "default" {
  is_default = true
}

output "default_vpc_id" {
  value = data.simcloud_vpcs.default.vpcs[0].id
}
