# Two fleets through the night of a sale: spot prices rise, one zone goes out, and both fleets replace what they lose.
# `world report` draws what they got, lost and cost.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region   = "cn-hangzhou"
  scenario = jsondecode(file("${path.module}/sale.json"))
}

locals {
  zones = ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"]
}

resource "simcloud_auto_provisioning_group" "shop" {
  auto_provisioning_group_name  = "shop-web"
  auto_provisioning_group_type  = "maintain"
  spot_allocation_strategy      = "lowest-price"
  total_target_capacity         = "40"
  pay_as_you_go_target_capacity = "8"
  spot_target_capacity          = "32"
  max_spot_price                = 0.12
  terminate_instances           = true

  dynamic "launch_template_config" {
    for_each = local.zones

    content {
      instance_type = "ecs.g6.large"
      zone_id       = launch_template_config.value
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
    tags     = { team = "shop" }
  }
}

resource "simcloud_auto_provisioning_group" "batch" {
  auto_provisioning_group_name = "invoices"
  auto_provisioning_group_type = "maintain"
  spot_allocation_strategy     = "diversified"
  total_target_capacity        = "18"
  spot_target_capacity         = "18"
  terminate_instances          = true

  # So that the page lists the two in one order, whichever call would be first.
  depends_on = [simcloud_auto_provisioning_group.shop]

  dynamic "launch_template_config" {
    for_each = local.zones

    content {
      instance_type = "ecs.c6.large"
      zone_id       = launch_template_config.value
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
    tags     = { team = "billing" }
  }
}
