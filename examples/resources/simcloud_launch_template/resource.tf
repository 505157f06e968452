# The older name of simcloud_ecs_launch_template, with arguments of its time.
resource "simcloud_launch_template" "web" {
  name                 = "web"
  instance_type        = "ecs.g7.large"
  image_id             = "aliyun_3_x64_20G_alibase_20250629.vhd"
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
}
