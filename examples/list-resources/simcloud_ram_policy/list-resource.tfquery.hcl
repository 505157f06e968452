list "simcloud_ram_policy" "policies" {
  provider = simcloud

  config {
    name_regex = "^read"
  }
}
