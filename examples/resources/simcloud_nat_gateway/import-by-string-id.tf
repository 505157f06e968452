import {
  to = simcloud_nat_gateway.example
  id = "ngw-8r4t1e6w3q8y5u2i7o0p"
}
