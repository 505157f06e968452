data "simcloud_vpcs" "default" {
  is_default = true
}

# One vSwitch in each zone.
data "simcloud_vswitches" "default" {
  vpc_id = data.simcloud_vpcs.default.ids[0]
}

output "free_addresses" {
  value = { for vswitch in data.simcloud_vswitches.default.vswitches : vswitch.zone_id => vswitch.available_ip_address_count }
}
