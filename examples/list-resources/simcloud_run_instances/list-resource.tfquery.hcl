list "simcloud_run_instances" "reservations" {
  provider = simcloud

  config {
    zone_id = "cn-heyuan-b"

    tags = {
      team = "batch"
    }
  }
}
