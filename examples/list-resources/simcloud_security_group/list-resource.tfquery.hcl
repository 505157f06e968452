list "simcloud_security_group" "groups" {
  provider = simcloud

  config {
    name_regex = "^web"
  }
}
