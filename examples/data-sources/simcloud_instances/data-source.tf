resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 2
  pay_as_you_go_target_capacity = 2
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g6.large"
  }

  launch_configuration {
    image_id      = "aliyun_3_x64_20G_alibase_20250629.vhd"
    instance_name = "web[1,2]"
    tags          = { role = "web" }
  }
}

# Every running instance with the tag, whatever resource launched it.
data "simcloud_instances" "web" {
  name_regex = "^web"
  status     = "Running"
  tags       = { role = "web" }

  depends_on = [simcloud_auto_provisioning_group.web]
}

output "addresses" {
  value = data.simcloud_instances.web.instances[*].private_ip
}
