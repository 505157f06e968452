# A module without scenario, clock and world. All three come from the environment:
# SIMCLOUD_SCENARIO=scenario.json terraform apply

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

variable "vswitch_ids" {
  description = "A vSwitch in each zone that may be used; these are the default ones."
  type        = list(string)
  default     = ["vsw-cn-hangzhou-h", "vsw-cn-hangzhou-i"]
}

resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_name  = "web"
  auto_provisioning_group_type  = "maintain"
  total_target_capacity         = "6"
  pay_as_you_go_target_capacity = "2"
  spot_target_capacity          = "4"
  spot_allocation_strategy      = "diversified"
  terminate_instances           = true

  dynamic "launch_template_config" {
    for_each = var.vswitch_ids

    content {
      vswitch_id        = launch_template_config.value
      instance_type     = "ecs.g7.large"
      max_price         = "1"
      priority          = "1"
      weighted_capacity = "1"
    }
  }

  launch_configuration {
    image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
    security_group_id = "default"
  }
}

output "auto_provisioning_group_id" {
  value = simcloud_auto_provisioning_group.web.id
}

output "fulfilled_capacity" {
  description = "Units delivered: an attribute that only the simulation has."
  value       = simcloud_auto_provisioning_group.web.fulfilled_capacity
}
