# Twelve instances are wanted in two zones that hold nine between them. The group takes what there is, says for every
# pool what it gave and why it gave no more, and the check turns that into a warning of the module's own.

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
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 5 },
      { zone_id = "cn-hangzhou-i", instance_type = "ecs.g7.large", pay_as_you_go = 4 },
    ]
  }
}

resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type      = "instant"
  pay_as_you_go_allocation_strategy = "prioritized"
  total_target_capacity             = 12
  pay_as_you_go_target_capacity     = 12
  terminate_instances               = true

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
    priority      = 0
  }

  launch_template_config {
    zone_id       = "cn-hangzhou-i"
    instance_type = "ecs.g7.large"
    priority      = 1
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

check "the_fleet_is_complete" {
  assert {
    condition     = simcloud_auto_provisioning_group.web.fulfilled_capacity == 12
    error_message = "The fleet has ${simcloud_auto_provisioning_group.web.fulfilled_capacity} of 12 instances."
  }
}

output "fleet" {
  value = [
    for row in simcloud_auto_provisioning_group.web.launch_results :
    "${row.zone_id}: ${row.amount > 0 ? "${row.amount} launched" : row.error_code}"
  ]
}
