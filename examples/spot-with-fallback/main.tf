# As many spot instances as there are, the rest pay-as-you-go. A group does not move a shortage of spot to
# pay-as-you-go by itself, so the module asks the forecast first. The forecast has the group's name: what the group
# holds counts as free, and the second plan says the same as the first.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "scenario" {
  description = "What the cloud is like. Declared any, so that nothing of it is dropped on the way to the provider."
  type        = any

  default = {
    stock = [{ zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 20, spot = 2 }]
  }
}

variable "world" {
  description = "File that keeps the world. The tests use one of their own."
  type        = string
  default     = null
}

variable "capacity" {
  type    = number
  default = 6
}

provider "simcloud" {
  region   = "cn-hangzhou"
  world    = var.world
  scenario = var.scenario
}

data "simcloud_launch_forecast" "spot" {
  auto_provisioning_group_name = "workers"
  auto_provisioning_group_type = "instant"
  total_target_capacity        = var.capacity
  spot_target_capacity         = var.capacity

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

locals {
  spot = data.simcloud_launch_forecast.spot.fulfilled_spot_capacity
}

resource "simcloud_auto_provisioning_group" "workers" {
  auto_provisioning_group_name  = "workers"
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = var.capacity
  spot_target_capacity          = local.spot
  pay_as_you_go_target_capacity = var.capacity - local.spot
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "spot" {
  value = simcloud_auto_provisioning_group.workers.fulfilled_spot_capacity
}

output "pay_as_you_go" {
  value = simcloud_auto_provisioning_group.workers.fulfilled_pay_as_you_go_capacity
}
