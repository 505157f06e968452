# A fleet module as one publishes it: no provider block, every choice a variable, and a check that says when the fleet
# is not complete. The files in tests/ run it in clouds of their own: `terraform test`.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "zones" {
  description = "Zones to spread over."
  type        = list(string)
  default     = ["cn-heyuan-a", "cn-heyuan-b"]
}

variable "instance_types" {
  description = "Instance types in order of preference."
  type        = list(string)
  default     = ["ecs.g7.large", "ecs.g6.large"]
}

variable "capacity" {
  description = "Instances wanted."
  type        = number
  default     = 4
}

variable "minimum" {
  description = "Instances without which nothing is launched."
  type        = number
  default     = 2
}

resource "simcloud_auto_provisioning_group" "fleet" {
  auto_provisioning_group_type      = "instant"
  pay_as_you_go_allocation_strategy = "prioritized"
  total_target_capacity             = var.capacity
  pay_as_you_go_target_capacity     = var.capacity
  min_target_capacity               = var.minimum
  terminate_instances               = true

  dynamic "launch_template_config" {
    for_each = setproduct(range(length(var.instance_types)), var.zones)

    content {
      zone_id       = launch_template_config.value[1]
      instance_type = var.instance_types[launch_template_config.value[0]]
      priority      = launch_template_config.value[0]
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

check "the_fleet_is_complete" {
  assert {
    condition     = simcloud_auto_provisioning_group.fleet.fulfilled_capacity >= var.capacity
    error_message = "The fleet has ${simcloud_auto_provisioning_group.fleet.fulfilled_capacity} of ${var.capacity} instances."
  }
}

output "instance_types" {
  description = "How many instances of each type run."
  value = {
    for type in var.instance_types : type => length([
      for instance in simcloud_auto_provisioning_group.fleet.instances : instance if instance.instance_type == type
    ])
  }
}

output "errors" {
  description = "Why a pool gave nothing, or nothing more."
  value       = distinct(compact(simcloud_auto_provisioning_group.fleet.launch_results[*].error_code))
}
