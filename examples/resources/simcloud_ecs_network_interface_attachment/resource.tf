resource "simcloud_instance" "example" {
  instance_type     = "ecs.g7.large"
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  availability_zone = "cn-heyuan-b"
}

resource "simcloud_ecs_network_interface" "example" {
  vswitch_id         = simcloud_instance.example.vswitch_id
  security_group_ids = ["default"]
}

resource "simcloud_ecs_network_interface_attachment" "example" {
  network_interface_id = simcloud_ecs_network_interface.example.id
  instance_id          = simcloud_instance.example.id
}
