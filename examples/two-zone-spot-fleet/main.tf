# Six spot instances over the two cheapest of four pools, so that one reclaim cannot take them all. Prices are given
# here; without them the market's own move from day to day.

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
    prices = [
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 0.031 },
      { zone_id = "cn-hangzhou-i", instance_type = "ecs.g7.large", spot = 0.029 },
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g6.large", spot = 0.040 },
      { zone_id = "cn-hangzhou-i", instance_type = "ecs.g6.large", spot = 0.055 },
    ]
  }
}

resource "simcloud_auto_provisioning_group" "workers" {
  auto_provisioning_group_type     = "instant"
  spot_allocation_strategy         = "lowest-price"
  spot_instance_pools_to_use_count = 2
  max_spot_price                   = 0.05
  total_target_capacity            = 6
  spot_target_capacity             = 6
  terminate_instances              = true

  dynamic "launch_template_config" {
    for_each = setproduct(["ecs.g7.large", "ecs.g6.large"], ["cn-hangzhou-h", "cn-hangzhou-i"])

    content {
      instance_type = launch_template_config.value[0]
      zone_id       = launch_template_config.value[1]
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "fleet" {
  value = [
    for row in simcloud_auto_provisioning_group.workers.launch_results :
    "${row.instance_type} in ${row.zone_id}: ${row.amount > 0 ? "${row.amount} launched" : row.error_code}"
  ]
}

output "hourly_cost" {
  value = simcloud_auto_provisioning_group.workers.hourly_cost
}
