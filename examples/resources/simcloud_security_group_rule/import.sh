terraform import simcloud_security_group_rule.https 'sg-9t4r1e6w3q8y5u2i7o0p:ingress:tcp:443/443:intranet:0.0.0.0/0:accept:1'
