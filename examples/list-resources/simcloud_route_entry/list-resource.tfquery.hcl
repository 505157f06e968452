list "simcloud_route_entry" "entries" {
  provider = simcloud

  config {
    route_table_id = "vtb-1c7n5b0k3j8h2g6f4d9s"
  }
}
