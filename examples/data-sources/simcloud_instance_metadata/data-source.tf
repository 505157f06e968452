resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 1
  pay_as_you_go_target_capacity = 1
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g6.large"
  }

  launch_configuration {
    image_id      = "aliyun_3_x64_20G_alibase_20250629.vhd"
    key_pair_name = "example-key-name"
    user_data     = base64encode("#!/bin/sh\nhostname web\n")
  }
}

# What the first instance finds at boot: its user data, and the public key in openssh_id.pub on /dev/sda2.
data "simcloud_instance_metadata" "first" {
  instance_id = simcloud_auto_provisioning_group.web.instance_ids[0]
}

output "public_key" {
  value = data.simcloud_instance_metadata.first.public_key_file.content
}
