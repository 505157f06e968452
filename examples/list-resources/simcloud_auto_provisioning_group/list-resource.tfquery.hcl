list "simcloud_auto_provisioning_group" "groups" {
  provider = simcloud

  config {
    name_regex = "^batch"
    status     = "active"
  }
}
