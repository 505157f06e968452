# The other name of simcloud_ecs_disk, for modules that use it.
resource "simcloud_disk" "example" {
  disk_name = "example"
  zone_id   = "cn-heyuan-b"
  category  = "cloud_essd"
  size      = 40

  tags = {
    team = "batch"
  }
}
