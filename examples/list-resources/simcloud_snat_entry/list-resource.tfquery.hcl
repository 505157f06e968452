list "simcloud_snat_entry" "entries" {
  provider = simcloud

  config {
    snat_table_id = "stb-8r4t1e6w3q8y5u2i7o0p"
  }
}
