# A module that keeps fleets of servers in several zones, and the tests of it in tests/: what it does when a zone is
# lost, when prices rise, when spot instances are reclaimed, when a quota binds. Run them with `terraform test`.
#
# The provider block takes variables, so that each run of a test can move the clock or change the market. A test cannot
# expect an error of a provider (a fault of the scenario, say): on_shortfall = "accept" turns a fleet below its minimum
# into data, which the check below sees.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "scenario" {
  description = "What the simulated market is like."
  type        = any
  default     = {}
}

variable "clock" {
  description = "Time that the world catches up to, such as 3h."
  type        = string
  default     = null
}

variable "on_shortfall" {
  type    = string
  default = null
}

variable "world" {
  description = "File of the world; the tests have one of their own."
  type        = string
  default     = null
}

provider "simcloud" {
  region       = "cn-hangzhou"
  world        = var.world
  scenario     = var.scenario
  clock        = var.clock
  on_shortfall = var.on_shortfall
}

variable "fleets" {
  description = "Fleets by name, in instances; below the minimum nothing is launched."
  type = map(object({
    pay_as_you_go = optional(number, 0)
    spot          = optional(number, 0)
    minimum       = optional(number)
  }))
  default = { web = { pay_as_you_go = 1, spot = 2 } }
}

variable "zone_ids" {
  description = "Zones, in order of preference."
  type        = list(string)
  default     = ["cn-hangzhou-i", "cn-hangzhou-h"]
}

variable "instance_type" {
  type    = string
  default = "ecs.g7.large"
}

variable "max_price" {
  description = "Highest hourly price of a spot instance."
  type        = number
  default     = null
}

resource "simcloud_auto_provisioning_group" "fleet" {
  for_each = var.fleets

  auto_provisioning_group_name       = each.key
  auto_provisioning_group_type       = "instant"
  total_target_capacity              = each.value.pay_as_you_go + each.value.spot
  pay_as_you_go_target_capacity      = each.value.pay_as_you_go
  spot_target_capacity               = each.value.spot
  min_target_capacity                = each.value.minimum
  pay_as_you_go_allocation_strategy  = "prioritized"
  max_spot_price                     = var.max_price
  excess_capacity_termination_policy = "termination"
  terminate_instances                = true

  dynamic "launch_template_config" {
    for_each = var.zone_ids

    content {
      zone_id       = launch_template_config.value
      instance_type = var.instance_type
      priority      = launch_template_config.key
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

check "every_fleet_is_complete" {
  assert {
    condition = alltrue([
      for fleet in simcloud_auto_provisioning_group.fleet : fleet.fulfilled_capacity >= fleet.total_target_capacity
    ])
    error_message = "Incomplete: ${jsonencode(local.delivered)}"
  }
}

locals {
  delivered = { for name, fleet in simcloud_auto_provisioning_group.fleet : name => fleet.fulfilled_capacity }
}

output "delivered" {
  description = "Instances by fleet."
  value       = local.delivered
}

output "instances" {
  description = "By fleet, in order of launch."
  value       = { for name, fleet in simcloud_auto_provisioning_group.fleet : name => fleet.instances }
}

output "instance_ids" {
  value = { for name, fleet in simcloud_auto_provisioning_group.fleet : name => fleet.instance_ids }
}

output "reasons" {
  description = "Why fleets have no more: the codes of the service by fleet, zone and billing."
  value = {
    for name, fleet in simcloud_auto_provisioning_group.fleet : name => [
      for row in fleet.launch_results : "${row.zone_id} ${row.spot_strategy} ${row.error_code}" if row.error_code != null
    ]
  }
}

output "zone_ids" {
  description = "Zones of the fleets' configs, in order."
  value = {
    for name, fleet in simcloud_auto_provisioning_group.fleet : name => fleet.launch_template_config[*].zone_id
  }
}
