terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {}

variable "token" {
  type      = string
  default   = "s3cr3t"
  sensitive = true
}

resource "simcloud_run_instances" "web" {
  instance_type        = "ecs.g7.large"
  zone_id              = "cn-heyuan-b"
  user_data_wo         = "token=${var.token}"
  user_data_wo_version = 1

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
  }
}

resource "simcloud_auto_provisioning_group" "workers" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 2
  pay_as_you_go_target_capacity = 2
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-heyuan-a"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id            = "aliyun_3_x64_20G_alibase_20250629.vhd"
    password_wo         = "Pass-${var.token}"
    password_wo_version = 1
  }
}

ephemeral "simcloud_instance_metadata" "web" {
  instance_id = simcloud_run_instances.web.instance_ids[0]

  lifecycle {
    postcondition {
      condition     = self.user_data == "token=${var.token}"
      error_message = "The instance boots with another token: raise user_data_wo_version."
    }
  }
}
