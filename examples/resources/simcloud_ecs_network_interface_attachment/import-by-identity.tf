import {
  to = simcloud_ecs_network_interface_attachment.example
  identity = {
    id = "eni-4k8m1p6r3t0w7y5z2x9c:i-3f8k2m0x7c5v9b1n6z4q"
  }
}
