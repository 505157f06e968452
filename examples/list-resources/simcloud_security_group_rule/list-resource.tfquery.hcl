list "simcloud_security_group_rule" "rules" {
  provider = simcloud

  config {
    type        = "ingress"
    ip_protocol = "tcp"
  }
}
