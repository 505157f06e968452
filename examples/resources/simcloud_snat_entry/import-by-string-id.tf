import {
  to = simcloud_snat_entry.example
  id = "stb-8r4t1e6w3q8y5u2i7o0p:snat-3f9v2b7n1m5k0j8h6g4d"
}
