resource "simcloud_vpc" "example" {
  vpc_name    = "example"
  cidr_block  = "10.4.0.0/16"
  description = "Where the batches run."

  tags = {
    team = "batch"
  }
}
