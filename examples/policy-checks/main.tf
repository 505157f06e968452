# A fleet whose plan, and whose state after a rehearsal, are checked by policies.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "cn-hangzhou"
}

resource "simcloud_vpc" "web" {
  vpc_name   = "web"
  cidr_block = "10.0.0.0/16"
}

resource "simcloud_vswitch" "web" {
  vpc_id     = simcloud_vpc.web.id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "10.0.1.0/24"
}

resource "simcloud_security_group" "web" {
  security_group_name = "web"
  vpc_id              = simcloud_vpc.web.id
}

resource "simcloud_security_group_rule" "ssh" {
  security_group_id = simcloud_security_group.web.id
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  cidr_ip           = "0.0.0.0/0"
}

resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_name  = "web"
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = "40"
  pay_as_you_go_target_capacity = "0"
  spot_target_capacity          = "40"
  terminate_instances           = true

  launch_template_config {
    vswitch_id        = simcloud_vswitch.web.id
    instance_type     = "ecs.g7.large"
    weighted_capacity = "1"
  }

  launch_configuration {
    image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
    security_group_id = simcloud_security_group.web.id
  }
}
