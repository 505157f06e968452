terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {}

locals {
  outage = {
    stock = [{ zone_id = "cn-heyuan-b", pay_as_you_go = 0, spot = 0 }]
  }
}

# The world as it is tomorrow at three in the morning, with a zone that has failed.
ephemeral "simcloud_world_fork" "tomorrow" {
  advance_by = "27h"
  scenario   = local.outage
}

provider "simcloud" {
  alias = "tomorrow"
  world = ephemeral.simcloud_world_fork.tomorrow.world
}

data "simcloud_launch_forecast" "tomorrow" {
  provider                      = simcloud.tomorrow
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 6
  pay_as_you_go_target_capacity = 6

  launch_template_config {
    zone_id       = "cn-heyuan-a"
    instance_type = "ecs.g7.large"
  }

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "missing_tomorrow" {
  value = data.simcloud_launch_forecast.tomorrow.missing_capacity
}
