resource "simcloud_vpc" "example" {
  cidr_block = "10.4.0.0/16"
}

resource "simcloud_vswitch" "example" {
  vpc_id     = simcloud_vpc.example.id
  zone_id    = "cn-heyuan-b"
  cidr_block = "10.4.1.0/24"
}

resource "simcloud_security_group" "example" {
  vpc_id = simcloud_vpc.example.id
}

resource "simcloud_ecs_network_interface" "example" {
  network_interface_name = "example"
  vswitch_id             = simcloud_vswitch.example.id
  security_group_ids     = [simcloud_security_group.example.id]
  primary_ip_address     = "10.4.1.20"

  secondary_private_ip_address_count = 2

  tags = {
    team = "batch"
  }
}
