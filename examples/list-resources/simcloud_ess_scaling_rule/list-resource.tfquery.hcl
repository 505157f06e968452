list "simcloud_ess_scaling_rule" "rules" {
  provider = simcloud

  config {
    name_regex = "^grow"
  }
}
