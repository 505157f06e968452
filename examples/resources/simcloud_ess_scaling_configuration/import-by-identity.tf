import {
  to = simcloud_ess_scaling_configuration.example
  identity = {
    id = "asc-1c7n5b0k3j8h2g6f4d9s"
  }
}
