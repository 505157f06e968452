list "simcloud_ram_role_attachment" "web" {
  provider = simcloud

  config {
    role_name = "web"
  }
}
