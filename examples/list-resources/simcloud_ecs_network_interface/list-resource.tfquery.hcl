list "simcloud_ecs_network_interface" "free" {
  provider = simcloud

  config {
    status = "Available"
  }
}
