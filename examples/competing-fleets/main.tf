# Two fleets want four instances each, and there are six. depends_on says who comes first; without it Terraform starts
# both at once, and either may win.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "cn-hangzhou"

  scenario = {
    stock = [{ zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 6 }]
  }
}

resource "simcloud_auto_provisioning_group" "urgent" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 4
  pay_as_you_go_target_capacity = 4
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

# The second of two fleets that want the same six instances takes what the first one leaves.
resource "simcloud_auto_provisioning_group" "background" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 4
  pay_as_you_go_target_capacity = 4
  terminate_instances           = true
  depends_on                    = [simcloud_auto_provisioning_group.urgent]

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

output "delivered" {
  value = {
    urgent     = simcloud_auto_provisioning_group.urgent.fulfilled_capacity
    background = simcloud_auto_provisioning_group.background.fulfilled_capacity
  }
}
