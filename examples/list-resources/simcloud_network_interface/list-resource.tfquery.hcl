list "simcloud_network_interface" "free" {
  provider = simcloud

  config {
    status = "Available"
  }
}
