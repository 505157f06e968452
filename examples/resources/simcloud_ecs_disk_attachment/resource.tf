resource "simcloud_run_instances" "example" {
  instance_type = "ecs.s6-c1m1.small"
  zone_id       = "cn-heyuan-b"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
  }
}

resource "simcloud_ecs_disk" "example" {
  zone_id  = "cn-heyuan-b"
  category = "cloud_efficiency"
  size     = 40
}

resource "simcloud_ecs_disk_attachment" "example" {
  disk_id     = simcloud_ecs_disk.example.id
  instance_id = simcloud_run_instances.example.instances[0].instance_id
}
