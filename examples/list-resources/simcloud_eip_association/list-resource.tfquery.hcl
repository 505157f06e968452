list "simcloud_eip_association" "associations" {
  provider = simcloud

  config {
    instance_id = "ngw-8r4t1e6w3q8y5u2i7o0p"
  }
}
