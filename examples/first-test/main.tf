# main.tf
terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  region = "us-west-2"
}

resource "simcloud_auto_provisioning_group" "fleet" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 4
  pay_as_you_go_target_capacity = 4
  terminate_instances           = true

  launch_template_config {
    zone_id       = "us-west-2a"
    instance_type = "m5.large"
  }

  launch_template_config {
    zone_id       = "us-west-2b"
    instance_type = "m5.large"
  }

  launch_configuration {
    image_id = "ami-0a1b2c3d4e5f60718"
  }
}

check "the_fleet_is_complete" {
  assert {
    condition     = simcloud_auto_provisioning_group.fleet.fulfilled_capacity == 4
    error_message = "Only ${simcloud_auto_provisioning_group.fleet.fulfilled_capacity} of 4 instances run."
  }
}
