resource "simcloud_vpc" "example" {
  vpc_name   = "example"
  cidr_block = "10.4.0.0/16"
}

resource "simcloud_security_group" "web" {
  security_group_name = "web"
  vpc_id              = simcloud_vpc.example.id
}

resource "simcloud_security_group" "workers" {
  security_group_name = "workers"
  vpc_id              = simcloud_vpc.example.id
}

resource "simcloud_security_group_rule" "https" {
  security_group_id = simcloud_security_group.web.id
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "443/443"
  cidr_ip           = "0.0.0.0/0"
}

resource "simcloud_security_group_rule" "from_web" {
  security_group_id        = simcloud_security_group.workers.id
  type                     = "ingress"
  ip_protocol              = "all"
  source_security_group_id = simcloud_security_group.web.id
  description              = "Workers take their jobs from the web servers."
}
