list "simcloud_disk_attachment" "attachments" {
  provider = simcloud

  config {
    instance_id = "i-0a1b2c3d4e5f60718"
  }
}
