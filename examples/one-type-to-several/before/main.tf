# Twenty instances of one type in one zone, all or nothing. The zone has seven: nothing is launched.

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

resource "simcloud_run_instances" "workers" {
  zone_id       = "cn-hangzhou-h"
  instance_type = "ecs.g7.large"
  on_shortfall  = "accept"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 20
    max_count = 20
    key_name  = "example-key-name"
  }
}

output "launched" {
  value = length(simcloud_run_instances.workers.instance_ids)
}

output "why" {
  value = simcloud_run_instances.workers.error_message
}
