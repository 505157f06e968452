# A fleet that replaces what it loses. Its test changes the world between the runs: a zone has an outage, spot instances
# are reclaimed, and the next apply puts others in their places. The modules that do it have an action for Terraform 1.14
# and later in main.tf, and the resource of the same effect for OpenTofu in main.tofu, which it reads in its place.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "zone_ids" {
  description = "Zones in order of preference."
  type        = list(string)
  default     = ["cn-heyuan-b", "cn-heyuan-a"]
}

resource "simcloud_auto_provisioning_group" "fleet" {
  auto_provisioning_group_type = "instant"
  spot_allocation_strategy     = "lowest-price"
  total_target_capacity        = 4
  spot_target_capacity         = 4
  terminate_instances          = true

  dynamic "launch_template_config" {
    for_each = var.zone_ids

    content {
      zone_id       = launch_template_config.value
      instance_type = "ecs.g7.large"
      priority      = launch_template_config.key
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "states" {
  description = "How many instances are in each state."
  value = {
    for state in ["running", "terminated"] : state => length([
      for instance in simcloud_auto_provisioning_group.fleet.instances : instance if instance.state == state
    ])
  }
}

output "zone_ids" {
  description = "Where instances run."
  value = toset([
    for instance in simcloud_auto_provisioning_group.fleet.instances : instance.zone_id if instance.state == "running"
  ])
}
