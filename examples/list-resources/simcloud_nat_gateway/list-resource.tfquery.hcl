list "simcloud_nat_gateway" "gateways" {
  provider = simcloud

  config {
    vpc_id = "vpc-1c7n5b0k3j8h2g6f4d9s"
  }
}
