# A fleet that is made only if it gets what it asks for in nearly every market, and if a week of it stays within the
# budget in 95 of 100 markets. The outlook has the fleet's name: what the fleet holds counts as free, and the second
# plan says the same as the first.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "cn-hangzhou"
}

locals {
  pools = [
    { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large" },
    { zone_id = "cn-hangzhou-i", instance_type = "ecs.g7.large" },
    { zone_id = "cn-hangzhou-h", instance_type = "ecs.c7.xlarge" },
    { zone_id = "cn-hangzhou-i", instance_type = "ecs.c7.xlarge" },
  ]

  budget = 700
}

data "simcloud_launch_outlook" "batch" {
  auto_provisioning_group_name = "batch"
  auto_provisioning_group_type = "maintain"
  total_target_capacity        = 90
  spot_target_capacity         = 90
  spot_allocation_strategy     = "lowest-price"

  markets            = 50
  horizon            = "7d"
  compare_strategies = true

  dynamic "launch_template_config" {
    for_each = local.pools

    content {
      zone_id       = launch_template_config.value.zone_id
      instance_type = launch_template_config.value.instance_type
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

resource "simcloud_auto_provisioning_group" "batch" {
  auto_provisioning_group_name = "batch"
  auto_provisioning_group_type = "maintain"
  total_target_capacity        = 90
  spot_target_capacity         = 90
  spot_allocation_strategy     = "lowest-price"
  terminate_instances          = true

  dynamic "launch_template_config" {
    for_each = local.pools

    content {
      zone_id       = launch_template_config.value.zone_id
      instance_type = launch_template_config.value.instance_type
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }

  lifecycle {
    precondition {
      condition     = data.simcloud_launch_outlook.batch.fulfilled_share.mean >= 0.95
      error_message = "In too few markets the fleet gets everything: ${data.simcloud_launch_outlook.batch.fulfilled_share.mean}"
    }

    precondition {
      condition     = data.simcloud_launch_outlook.batch.total_cost.p95 <= local.budget
      error_message = "A week may cost ${data.simcloud_launch_outlook.batch.total_cost.p95}, which is over the budget."
    }
  }
}

output "markets_in_which_the_fleet_gets_everything" {
  value = data.simcloud_launch_outlook.batch.fulfilled_share.mean
}

output "cost_of_a_week" {
  value = data.simcloud_launch_outlook.batch.total_cost
}

output "lost_instances" {
  value = data.simcloud_launch_outlook.batch.lost_instances
}

output "worst_market" {
  value = data.simcloud_launch_outlook.batch.worst_market
}

# Mean cost and mean losses by strategy.
output "strategies" {
  value = {
    for strategy in data.simcloud_launch_outlook.batch.strategies :
    strategy.spot_allocation_strategy => {
      cost           = strategy.total_cost.mean
      lost_instances = strategy.lost_instances.mean
    }
  }
}
