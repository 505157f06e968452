resource "simcloud_ecs_disk" "example" {
  disk_name = "example"
  zone_id   = "cn-heyuan-b"
  category  = "cloud_essd"
  size      = 40

  tags = {
    team = "batch"
  }
}
