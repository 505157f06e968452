# A web server with a data disk.
resource "simcloud_instance" "web" {
  instance_name     = "web"
  instance_type     = "ecs.g7.large"
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  availability_zone = "cn-heyuan-b"
  key_name          = "example-key-name"

  internet_max_bandwidth_out = 5

  system_disk_category = "cloud_essd"
  system_disk_size     = 60

  data_disks {
    category = "cloud_essd"
    size     = 100
  }

  tags = {
    team = "web"
  }
}
