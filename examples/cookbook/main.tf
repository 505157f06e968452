# A fleet with the names of EC2: spot instances spread over three availability zones, in a region where only EC2's types
# are sold. It fits a test for each recipe of the guide "Cookbook".

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "us-west-2"
}

variable "name" {
  type    = string
  default = "web"
}

variable "capacity" {
  type    = number
  default = 6
}

variable "max_price" {
  description = "The most that an instance may cost per hour; null for no limit."
  type        = number
  default     = null
}

variable "strategy" {
  type    = string
  default = "diversified"
}

resource "simcloud_auto_provisioning_group" "fleet" {
  auto_provisioning_group_name = var.name
  auto_provisioning_group_type = "instant"
  spot_allocation_strategy     = var.strategy
  total_target_capacity        = var.capacity
  spot_target_capacity         = var.capacity
  terminate_instances          = true

  dynamic "launch_template_config" {
    for_each = ["us-west-2a", "us-west-2b", "us-west-2c"]

    content {
      zone_id       = launch_template_config.value
      instance_type = "m5.large"
      max_price     = var.max_price
    }
  }

  launch_configuration {
    image_id = "ami-0a1b2c3d4e5f60718"
  }
}

check "the_fleet_is_complete" {
  assert {
    condition     = simcloud_auto_provisioning_group.fleet.fulfilled_capacity >= var.capacity
    error_message = "The fleet has ${simcloud_auto_provisioning_group.fleet.fulfilled_capacity} of ${var.capacity} instances."
  }
}

output "running_by_zone" {
  value = {
    for zone in ["us-west-2a", "us-west-2b", "us-west-2c"] : zone => length([
      for instance in simcloud_auto_provisioning_group.fleet.instances :
      instance if instance.zone_id == zone && instance.state == "running"
    ])
  }
}

output "instances" {
  value = simcloud_auto_provisioning_group.fleet.instances
}

output "reasons" {
  description = "Why pools gave too little, by zone."
  value = {
    for result in simcloud_auto_provisioning_group.fleet.launch_results :
    result.zone_id => result.error_code if result.error_code != null && result.error_code != ""
  }
}

output "hourly_cost" {
  value = simcloud_auto_provisioning_group.fleet.hourly_cost
}
