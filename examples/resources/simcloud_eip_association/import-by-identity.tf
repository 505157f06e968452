import {
  to = simcloud_eip_association.example
  identity = {
    id = "eip-5h2k8d0s9a7f3g1j6l4z:ngw-8r4t1e6w3q8y5u2i7o0p"
  }
}
