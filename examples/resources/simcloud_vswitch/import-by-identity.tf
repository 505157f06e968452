import {
  to = simcloud_vswitch.example
  identity = {
    id = "vsw-1c7n5b0k3j8h2g6f4d9s"
  }
}
