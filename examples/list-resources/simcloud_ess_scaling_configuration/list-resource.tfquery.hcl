list "simcloud_ess_scaling_configuration" "configurations" {
  provider = simcloud

  config {
    name_regex = "^web"
  }
}
