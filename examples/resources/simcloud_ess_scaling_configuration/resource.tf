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

resource "simcloud_security_group" "example" {
  vpc_id = simcloud_vpc.example.id
}

resource "simcloud_ess_scaling_group" "example" {
  min_size    = 2
  max_size    = 4
  vswitch_ids = [simcloud_vswitch.example.id]
}

# The last configuration of a group is destroyed only together with the group.
resource "simcloud_ess_scaling_configuration" "example" {
  scaling_group_id  = simcloud_ess_scaling_group.example.id
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_types    = ["ecs.g7.large", "ecs.g6.large"]
  security_group_id = simcloud_security_group.example.id
  active            = true
  enable            = true
  force_delete      = true
}
