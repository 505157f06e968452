list "simcloud_ram_role" "roles" {
  provider = simcloud

  config {
    name_regex = "^web"
  }
}
