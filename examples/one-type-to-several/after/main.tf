# The same twenty in the same cloud, from two types in two zones: four pools instead of one.

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
    stock = [
      { instance_type = "ecs.g7.large", pay_as_you_go = 7 },
      { instance_type = "ecs.g6.large", pay_as_you_go = 7 },
    ]
  }
}

resource "simcloud_auto_provisioning_group" "workers" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 20
  pay_as_you_go_target_capacity = 20
  min_target_capacity           = 20
  terminate_instances           = true

  dynamic "launch_template_config" {
    for_each = setproduct(["cn-hangzhou-h", "cn-hangzhou-i"], ["ecs.g7.large", "ecs.g6.large"])

    content {
      zone_id       = launch_template_config.value[0]
      instance_type = launch_template_config.value[1]
    }
  }

  launch_configuration {
    image_id      = "aliyun_3_x64_20G_alibase_20250629.vhd"
    key_pair_name = "example-key-name"
  }
}

output "launched" {
  value = [
    for row in simcloud_auto_provisioning_group.workers.launch_results :
    "${row.instance_type} in ${row.zone_id}: ${row.amount > 0 ? row.amount : row.error_code}"
  ]
}
