import {
  to = simcloud_eip.example
  identity = {
    id = "eip-5h2k8d0s9a7f3g1j6l4z"
  }
}
