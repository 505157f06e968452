terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "cn-heyuan"
}

resource "simcloud_vpc" "batch" {
  vpc_name   = "batch"
  cidr_block = "10.4.0.0/16"
}

resource "simcloud_vswitch" "batch" {
  vswitch_name = "batch-b"
  vpc_id       = simcloud_vpc.batch.id
  zone_id      = "cn-heyuan-b"
  cidr_block   = "10.4.1.0/24"
}

resource "simcloud_run_instances" "batch" {
  instance_type = "ecs.g7.large"
  vswitch_id    = simcloud_vswitch.batch.id

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 2
  }

  tags = {
    Name = "nightly"
    team = "batch"
  }
}
