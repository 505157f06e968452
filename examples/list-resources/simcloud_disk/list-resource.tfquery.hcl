list "simcloud_disk" "free" {
  provider = simcloud

  config {
    status = "Available"
  }
}
