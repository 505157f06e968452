list "simcloud_eip_address" "addresses" {
  provider = simcloud

  config {
    name_regex = "^web"
  }
}
