data "simcloud_zones" "all" {}

resource "simcloud_vpc" "example" {
  vpc_name   = "example"
  cidr_block = "10.4.0.0/16"
}

resource "simcloud_vswitch" "example" {
  vpc_id     = simcloud_vpc.example.id
  cidr_block = "10.4.1.0/24"
  zone_id    = data.simcloud_zones.all.zones[0].id
}

resource "simcloud_nat_gateway" "example" {
  nat_gateway_name = "example"
  vpc_id           = simcloud_vpc.example.id
  vswitch_id       = simcloud_vswitch.example.id
}

resource "simcloud_eip_address" "example" {
  address_name = "example"
}

resource "simcloud_eip_association" "example" {
  allocation_id = simcloud_eip_address.example.id
  instance_id   = simcloud_nat_gateway.example.id
}
