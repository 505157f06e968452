list "simcloud_vpc" "vpcs" {
  provider = simcloud

  config {
    is_default = false
  }
}
