# A fleet of four, and how many of them it got. It takes its provider, and with it its world, from the caller.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

resource "simcloud_auto_provisioning_group" "fleet" {
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
}

output "launched" {
  value = simcloud_auto_provisioning_group.fleet.fulfilled_capacity
}
