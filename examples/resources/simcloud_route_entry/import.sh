terraform import simcloud_route_entry.example vtb-1c7n5b0k3j8h2g6f4d9s:vrt-1c7n5b0k3j8h2g6f4d9s:0.0.0.0/0:NatGateway:ngw-8r4t1e6w3q8y5u2i7o0p
