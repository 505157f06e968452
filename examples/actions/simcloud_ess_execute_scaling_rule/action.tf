resource "simcloud_ess_scaling_group" "workers" {
  scaling_group_name = "workers"
  min_size           = 1
  max_size           = 5
  vswitch_ids        = ["vsw-cn-heyuan-b"]
}

resource "simcloud_ess_scaling_configuration" "workers" {
  scaling_group_id  = simcloud_ess_scaling_group.workers.id
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_type     = "ecs.g7.large"
  security_group_id = "default"
  active            = true
  enable            = true
  force_delete      = true
}

resource "simcloud_ess_scaling_rule" "two_more" {
  scaling_group_id = simcloud_ess_scaling_configuration.workers.scaling_group_id
  adjustment_type  = "QuantityChangeInCapacity"
  adjustment_value = 2
}

# terraform apply -invoke=action.simcloud_ess_execute_scaling_rule.two_more
action "simcloud_ess_execute_scaling_rule" "two_more" {
  config {
    scaling_rule_id = simcloud_ess_scaling_rule.two_more.id
  }
}
