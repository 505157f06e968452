# What the group would get now. It has the name of the group, so that what the group holds counts as free.
data "simcloud_launch_forecast" "web" {
  auto_provisioning_group_name  = "web"
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 4
  pay_as_you_go_target_capacity = 4

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

# Nothing is launched unless all of it is available at an agreed price.
resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_name  = "web"
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 4
  pay_as_you_go_target_capacity = 4
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }

  lifecycle {
    precondition {
      condition     = data.simcloud_launch_forecast.web.missing_capacity == 0 && data.simcloud_launch_forecast.web.hourly_cost < 2
      error_message = "Not available: ${jsonencode(data.simcloud_launch_forecast.web.launch_results)}"
    }
  }
}
