# Four spot instances. At 02:00 the cloud reclaims two of them and has no others free; at 05:00 it has.
# Move the clock with the files in steps/: at 03:00 two instances are lost and stay lost, at 06:00 the next apply puts
# replacements in their places. The other two are not touched.

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
    stock = [{ zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 4 }]

    events = [
      { at = "2h", reclaim_spot = { zone_id = "cn-hangzhou-h", count = 2 } },
      { at = "2h", stock = { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 2 } },
      { at = "5h", stock = { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 4 } },
    ]
  }
}

resource "simcloud_auto_provisioning_group" "workers" {
  auto_provisioning_group_type = "instant"
  total_target_capacity        = 4
  spot_target_capacity         = 4
  terminate_instances          = true

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "workers" {
  value = [
    for index, worker in simcloud_auto_provisioning_group.workers.instances :
    "${index} ${worker.instance_id} ${worker.state}, launched at ${worker.launch_time}"
  ]
}
