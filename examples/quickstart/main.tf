# The sample of Alibaba Cloud's guide to batch creation, on a cloud whose zone cn-heyuan-b has sold out of
# pay-as-you-go ecs.s6-c1m1.small but still has five of them as spot instances.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "cn-heyuan"

  scenario = {
    stock = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.s6-c1m1.small", pay_as_you_go = 0, spot = 5 }]
  }
}

resource "simcloud_auto_provisioning_group" "sample" {
  auto_provisioning_group_type      = "instant"
  pay_as_you_go_allocation_strategy = "prioritized"
  spot_allocation_strategy          = "lowest-price"
  total_target_capacity             = 5
  pay_as_you_go_target_capacity     = 3
  spot_target_capacity              = 2
  client_token                      = "0c593ea1-3bea-4e1c-9c0e-5f1d2b7a9e30"
  terminate_instances               = true

  launch_template_config {
    vswitch_id        = "vsw-cn-heyuan-b"
    instance_type     = "ecs.s6-c1m1.small"
    weighted_capacity = 1
  }

  launch_configuration {
    image_id             = "aliyun_3_x64_20G_alibase_20250629.vhd"
    security_group_id    = "default"
    system_disk_category = "cloud_ssd"
    system_disk_size     = 40
  }
}

output "auto_provisioning_group_id" {
  value = simcloud_auto_provisioning_group.sample.id
}

output "launch_results" {
  value = simcloud_auto_provisioning_group.sample.launch_results
}
