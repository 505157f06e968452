list "simcloud_ecs_key_pair" "key_pairs" {
  provider = simcloud

  config {
    name_regex = "^deploy"
  }
}
