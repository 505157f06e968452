# Thirty spot units from three pools: how often does the launch get all of them, and what do thirty days cost?
data "simcloud_launch_outlook" "batch" {
  auto_provisioning_group_name = "batch"
  auto_provisioning_group_type = "maintain"
  total_target_capacity        = 30
  spot_target_capacity         = 30

  markets            = 100
  horizon            = "30d"
  compare_strategies = true

  launch_template_config {
    zone_id       = "cn-heyuan-a"
    instance_type = "ecs.g7.large"
  }

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.c7.xlarge"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "share_of_markets_with_everything" {
  value = data.simcloud_launch_outlook.batch.fulfilled_share.mean
}

output "thirty_days_cost_at_most" {
  value = data.simcloud_launch_outlook.batch.total_cost.p95
}

# The strategy whose cost is lowest in the mean.
output "cheapest_strategy" {
  value = [
    for strategy in data.simcloud_launch_outlook.batch.strategies : strategy.spot_allocation_strategy
    if strategy.total_cost.mean == min(data.simcloud_launch_outlook.batch.strategies[*].total_cost.mean...)
  ][0]
}
