list "simcloud_ecs_disk" "free" {
  provider = simcloud

  config {
    status = "Available"
  }
}
