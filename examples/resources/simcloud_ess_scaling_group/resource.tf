data "simcloud_zones" "all" {}

resource "simcloud_vpc" "example" {
  vpc_name   = "example"
  cidr_block = "10.4.0.0/16"
}

resource "simcloud_vswitch" "example" {
  count = 2

  vpc_id     = simcloud_vpc.example.id
  cidr_block = cidrsubnet("10.4.0.0/16", 8, count.index)
  zone_id    = data.simcloud_zones.all.zones[count.index].id
}

# Six units: two pay-as-you-go, and half of the other four. Where no spot pool has
# instances, pay-as-you-go instances stand in.
resource "simcloud_ess_scaling_group" "example" {
  scaling_group_name                       = "example"
  min_size                                 = 2
  max_size                                 = 10
  desired_capacity                         = 6
  vswitch_ids                              = simcloud_vswitch.example[*].id
  multi_az_policy                          = "COST_OPTIMIZED"
  on_demand_base_capacity                  = 2
  on_demand_percentage_above_base_capacity = 50
  spot_instance_pools                      = 2
  removal_policies                         = ["OldestInstance"]
}
