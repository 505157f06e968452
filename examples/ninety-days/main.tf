# A spot fleet in three zones that keeps its capacity. Nothing of the market is given, so 90 days of it can be watched:
# `world advance 90d`, then `world history`.

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

resource "simcloud_auto_provisioning_group" "workers" {
  auto_provisioning_group_name = "workers"
  auto_provisioning_group_type = "maintain"
  spot_allocation_strategy     = "diversified"
  total_target_capacity        = 90
  spot_target_capacity         = 90
  terminate_instances          = true

  dynamic "launch_template_config" {
    for_each = ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"]

    content {
      instance_type = "ecs.g6.large"
      zone_id       = launch_template_config.value
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}
