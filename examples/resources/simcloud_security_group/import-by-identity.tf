import {
  to = simcloud_security_group.web
  identity = {
    id = "sg-9t4r1e6w3q8y5u2i7o0p"
  }
}
