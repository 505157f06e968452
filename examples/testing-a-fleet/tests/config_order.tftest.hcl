# The order of the zones is the order of preference: it survives, and a change of it moves nothing that runs.

variables {
  world = ".simcloud/tests.db"
}

run "the_first_zone_is_preferred" {
  variables {
    fleets   = { web = { pay_as_you_go = 2 } }
    zone_ids = ["cn-hangzhou-k", "cn-hangzhou-h", "cn-hangzhou-i"]
  }

  assert {
    condition     = output.zone_ids.web == tolist(["cn-hangzhou-k", "cn-hangzhou-h", "cn-hangzhou-i"])
    error_message = "The configs are in the order ${jsonencode(output.zone_ids.web)}."
  }

  assert {
    condition     = toset(output.instances.web[*].zone_id) == toset(["cn-hangzhou-k"])
    error_message = "The zones are ${jsonencode(output.instances.web[*].zone_id)}."
  }
}

run "another_order_is_for_what_comes_next" {
  variables {
    fleets   = { web = { pay_as_you_go = 3 } }
    zone_ids = ["cn-hangzhou-i", "cn-hangzhou-k"]
  }

  assert {
    condition     = output.instances.web[*].zone_id == tolist(["cn-hangzhou-k", "cn-hangzhou-k", "cn-hangzhou-i"])
    error_message = "The zones are ${jsonencode(output.instances.web[*].zone_id)}."
  }
}
