list "simcloud_instance" "web" {
  provider = simcloud

  config {
    name_regex = "^web-"

    tags = {
      team = "web"
    }
  }
}
