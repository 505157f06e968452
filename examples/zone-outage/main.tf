# A fleet spread evenly over three zones. At 02:30 one of them fails: its instances are lost, and nothing can be
# launched there any more. The next apply replaces the lost third in the other two zones.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "clock" {
  description = "Time since the start of the world."
  type        = string
  default     = "0s"
}

provider "simcloud" {
  region = "cn-hangzhou"
  clock  = var.clock

  scenario = {
    events = [
      { at = "2h30m", terminate_instances = { zone_id = "cn-hangzhou-i" } },
      { at = "2h30m", stock = { zone_id = "cn-hangzhou-i", pay_as_you_go = 0, spot = 0 } },
    ]
  }
}

resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type = "instant"
  spot_allocation_strategy     = "diversified"
  total_target_capacity        = 9
  spot_target_capacity         = 9
  terminate_instances          = true

  dynamic "launch_template_config" {
    for_each = ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"]

    content {
      zone_id       = launch_template_config.value
      instance_type = "ecs.g7.large"
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "running_by_zone" {
  value = {
    for zone in ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"] : zone => length([
      for instance in simcloud_auto_provisioning_group.web.instances :
      instance if instance.zone_id == zone && instance.state == "running"
    ])
  }
}
