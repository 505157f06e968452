import {
  provider = simcloud
  to       = simcloud_vpc.default
  id       = "vpc-cn-heyuan"
}
