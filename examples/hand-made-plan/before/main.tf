# A hundred instances from two requests: as many as the first combination has, the rest from the second.

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
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 50 },
      { zone_id = "cn-hangzhou-i", instance_type = "ecs.g6.large", pay_as_you_go = 80 },
    ]
  }
}

resource "simcloud_run_instances" "first" {
  zone_id       = "cn-hangzhou-h"
  instance_type = "ecs.g7.large"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 100
    key_name  = "example-key-name"
  }
}

resource "simcloud_run_instances" "rest" {
  zone_id       = "cn-hangzhou-i"
  instance_type = "ecs.g6.large"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 100 - simcloud_run_instances.first.launched_count
    max_count = 100 - simcloud_run_instances.first.launched_count
    key_name  = "example-key-name"
  }
}

output "launched" {
  value = {
    first = simcloud_run_instances.first.launched_count
    rest  = simcloud_run_instances.rest.launched_count
  }
}
