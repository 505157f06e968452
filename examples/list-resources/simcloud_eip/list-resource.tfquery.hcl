list "simcloud_eip" "addresses" {
  provider = simcloud

  config {
    name_regex = "^web"
  }
}
