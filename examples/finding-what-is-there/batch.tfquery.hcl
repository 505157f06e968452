list "simcloud_vpc" "vpcs" {
  provider = simcloud

  config {
    is_default = false
  }
}

list "simcloud_vswitch" "vswitches" {
  provider = simcloud

  config {
    name_regex = "^batch"
  }
}

list "simcloud_run_instances" "reservations" {
  provider = simcloud
  limit    = 10

  config {
    tags = {
      team = "batch"
    }
  }
}
