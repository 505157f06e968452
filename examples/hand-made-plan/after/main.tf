# The same hundred from the same cloud in one request: the group goes through the combinations in order of priority.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "cn-hangzhou"

  scenario = {
    stock = [
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 50 },
      { zone_id = "cn-hangzhou-i", instance_type = "ecs.g6.large", pay_as_you_go = 80 },
    ]
  }
}

resource "simcloud_auto_provisioning_group" "fleet" {
  auto_provisioning_group_type      = "instant"
  pay_as_you_go_allocation_strategy = "prioritized"
  total_target_capacity             = 100
  pay_as_you_go_target_capacity     = 100
  min_target_capacity               = 100
  terminate_instances               = true

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
    priority      = 0
  }

  launch_template_config {
    zone_id       = "cn-hangzhou-i"
    instance_type = "ecs.g6.large"
    priority      = 1
  }

  launch_configuration {
    image_id      = "aliyun_3_x64_20G_alibase_20250629.vhd"
    key_pair_name = "example-key-name"
  }
}

output "launched" {
  value = [
    for row in simcloud_auto_provisioning_group.fleet.launch_results :
    "${row.instance_type} in ${row.zone_id}: ${row.amount > 0 ? row.amount : row.error_code}"
  ]
}
