list "simcloud_vswitch" "vswitches" {
  provider = simcloud

  config {
    region     = "cn-beijing"
    is_default = false
  }
}
