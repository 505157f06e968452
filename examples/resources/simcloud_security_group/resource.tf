resource "simcloud_vpc" "example" {
  vpc_name   = "example"
  cidr_block = "10.4.0.0/16"
}

resource "simcloud_security_group" "web" {
  security_group_name = "web"
  description         = "Web servers."
  vpc_id              = simcloud_vpc.example.id
}
