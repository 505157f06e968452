# Every change makes a new version, and the latest one is the default.
resource "simcloud_ecs_launch_template" "web" {
  launch_template_name          = "web"
  version_description           = "two vCPUs"
  update_default_version_number = true

  instance_type     = "ecs.g7.large"
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  security_group_id = "default"
  instance_name     = "web[1,3]"
  user_data         = base64encode("#!/bin/sh\necho ready > /run/ready\n")

  system_disk {
    category = "cloud_essd"
    size     = 40
  }

  tags = {
    role = "web"
  }
}

# The pool names no type: the template's counts.
resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 3
  pay_as_you_go_target_capacity = 3
  terminate_instances           = true
  launch_template_id            = simcloud_ecs_launch_template.web.id
  launch_template_version       = simcloud_ecs_launch_template.web.latest_version_number

  launch_template_config {
    vswitch_id = "vsw-cn-heyuan-b"
  }
}
