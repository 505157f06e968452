# What each strategy launches from the same three pools.
locals {
  pools = [
    { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", price = 0.09, weight = 2, stock = 4 },
    { zone_id = "cn-hangzhou-i", instance_type = "ecs.g7.large", price = 0.10, weight = 2, stock = 9 },
    { zone_id = "cn-hangzhou-i", instance_type = "ecs.g7.xlarge", price = 0.17, weight = 4, stock = 2 },
  ]
}

output "fleets" {
  value = {
    for strategy in ["lowest-price", "diversified", "capacity-optimized", "optimal"] :
    strategy => provider::simcloud::allocate(local.pools, 16, strategy)
  }
}
