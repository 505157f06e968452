list "simcloud_ram_role_policy_attachment" "policies" {
  provider = simcloud

  config {
    role_name = "web"
  }
}
