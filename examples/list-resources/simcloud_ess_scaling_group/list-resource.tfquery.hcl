list "simcloud_ess_scaling_group" "web" {
  provider = simcloud

  config {
    name_regex = "^web"
  }
}
