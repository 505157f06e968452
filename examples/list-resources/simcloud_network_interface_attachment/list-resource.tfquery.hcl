list "simcloud_network_interface_attachment" "attachments" {
  provider = simcloud

  config {
    instance_id = "i-3f8k2m0x7c5v9b1n6z4q"
  }
}
