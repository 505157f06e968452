import {
  to = simcloud_vpc.example
  identity = {
    id = "vpc-4k2p0d9x7m1q8z3v5t6w"
  }
}
