# One small market, every spot strategy, and what each would launch: the forecast launches nothing, so they do not
# compete. Read `chart` with `terraform output -raw chart`.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

locals {
  # A large delivers 1 unit, an xlarge 2: twice the vCPUs and memory.
  market = [
    { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", weight = 1, spot = 0.030, stock = 4 },
    { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.xlarge", weight = 2, spot = 0.064, stock = 9 },
    { zone_id = "cn-hangzhou-i", instance_type = "ecs.g7.large", weight = 1, spot = 0.034, stock = 12 },
    { zone_id = "cn-hangzhou-j", instance_type = "ecs.g7.xlarge", weight = 2, spot = 0.058, stock = 2 },
  ]

  strategies = {
    "lowest-price"             = { strategy = "lowest-price", pools = null }
    "lowest-price, 2 pools"    = { strategy = "lowest-price", pools = 2 }
    "diversified"              = { strategy = "diversified", pools = null }
    "capacity-optimized"       = { strategy = "capacity-optimized", pools = null }
    "price-capacity-optimized" = { strategy = "price-capacity-optimized", pools = null }
    "optimal"                  = { strategy = "optimal", pools = null }
  }
}

provider "simcloud" {
  region = "cn-hangzhou"

  scenario = {
    stock = [
      for pool in local.market : { zone_id = pool.zone_id, instance_type = pool.instance_type, spot = pool.stock }
    ]
    prices = [
      for pool in local.market : { zone_id = pool.zone_id, instance_type = pool.instance_type, spot = pool.spot }
    ]
  }
}

data "simcloud_launch_forecast" "fleet" {
  for_each = local.strategies

  auto_provisioning_group_type     = "instant"
  spot_allocation_strategy         = each.value.strategy
  spot_instance_pools_to_use_count = each.value.pools
  total_target_capacity            = 11
  spot_target_capacity             = 11

  dynamic "launch_template_config" {
    for_each = local.market

    content {
      zone_id           = launch_template_config.value.zone_id
      instance_type     = launch_template_config.value.instance_type
      weighted_capacity = launch_template_config.value.weight
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "chart" {
  value = join("\n", flatten([
    for name, fleet in data.simcloud_launch_forecast.fleet : concat(
      [format(
        "%s: %s units for %.3f an hour, the cheapest that deliver as many cost %.3f",
        name, fleet.fulfilled_capacity, fleet.hourly_cost, fleet.optimal_hourly_cost
      )],
      [
        for pool in local.market : trimsuffix(format(
          "  %-14s %-14s %.3f %s", pool.zone_id, pool.instance_type, pool.spot, join(" ", [
            for place in range(sum(concat([0], [
              for row in fleet.launch_results :
              row.amount if row.zone_id == pool.zone_id && row.instance_type == pool.instance_type
            ]))) : pool.weight == 2 ? "██" : "█"
          ])
        ), " ")
      ],
    )
  ]))
}
