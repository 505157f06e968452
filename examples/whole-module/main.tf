terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  region = "cn-beijing"
}

variable "load_balancer_spec" {
  type    = string
  default = "slb.s2.small"
}

# Simulated: networks, stock, prices, instances.

data "alicloud_zones" "fleet" {
  available_instance_type = "ecs.g7.large"
}

resource "alicloud_vpc" "fleet" {
  vpc_name   = "fleet"
  cidr_block = "172.16.0.0/16"
}

resource "alicloud_vswitch" "fleet" {
  vpc_id     = alicloud_vpc.fleet.id
  zone_id    = data.alicloud_zones.fleet.zones[0].id
  cidr_block = "172.16.0.0/24"
}

resource "alicloud_auto_provisioning_group" "fleet" {
  auto_provisioning_group_name  = "fleet"
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = "3"
  pay_as_you_go_target_capacity = "3"
  spot_target_capacity          = "0"
  terminate_instances           = true

  launch_template_config {
    vswitch_id        = alicloud_vswitch.fleet.id
    instance_type     = "ecs.g7.large"
    weighted_capacity = "1"
    max_price         = "2"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}

# Stand-ins: everything else that the module needs.

resource "alicloud_slb_load_balancer" "front" {
  load_balancer_name = "front"
  address_type       = "intranet"
  load_balancer_spec = var.load_balancer_spec
  vswitch_id         = alicloud_vswitch.fleet.id
}

resource "alicloud_db_instance" "state" {
  engine           = "MySQL"
  engine_version   = "8.0"
  instance_type    = "rds.mysql.s2.large"
  instance_storage = 30
  vswitch_id       = alicloud_vswitch.fleet.id
}

resource "alicloud_kms_key" "state" {
  description            = "Encrypts the backups."
  pending_window_in_days = 7
}

resource "alicloud_oss_bucket" "backups" {
  bucket = "fleet-backups"

  server_side_encryption_rule {
    sse_algorithm     = "KMS"
    kms_master_key_id = alicloud_kms_key.state.id
  }
}

resource "alicloud_ram_policy" "backups" {
  policy_name = "fleet-backups"
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Allow"
      Action   = "oss:PutObject"
      Resource = "acs:oss:*:*:${alicloud_oss_bucket.backups.id}/*"
    }]
  })
}

output "address" {
  value = alicloud_slb_load_balancer.front.address
}

output "database" {
  value = alicloud_db_instance.state.connection_string
}
