data "simcloud_zones" "all" {}

resource "simcloud_vpc" "example" {
  vpc_name   = "example"
  cidr_block = "10.4.0.0/16"
}

# 252 addresses: a /24 without its first and last three.
resource "simcloud_vswitch" "example" {
  vswitch_name = "example"
  vpc_id       = simcloud_vpc.example.id
  cidr_block   = "10.4.1.0/24"
  zone_id      = data.simcloud_zones.all.zones[0].id
}
