import {
  to = simcloud_ecs_network_interface.example
  id = "eni-4k8m1p6r3t0w7y5z2x9c"
}
