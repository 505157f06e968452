# One zone costs more than the module pays, the other exactly as much: equal passes.

variables {
  world     = ".simcloud/tests.db"
  fleets    = { web = { spot = 2 } }
  max_price = 0.2
}

run "the_dear_zone_is_left_out" {
  variables {
    scenario = { prices = [{ zone_id = "cn-hangzhou-i", spot = 0.201 }, { zone_id = "cn-hangzhou-h", spot = 0.2 }] }
  }

  assert {
    condition     = output.instances.web[*].zone_id == tolist(["cn-hangzhou-h", "cn-hangzhou-h"])
    error_message = "The zones are ${jsonencode(output.instances.web[*].zone_id)}."
  }

  assert {
    condition     = output.reasons.web == ["cn-hangzhou-i SpotWithPriceLimit InvalidSpotPriceLimit.LowerThanPublicPrice"]
    error_message = "The reasons are ${jsonencode(output.reasons.web)}."
  }
}

run "a_higher_ceiling_changes_nothing_that_runs" {
  variables {
    clock     = "1h"
    max_price = 1
    scenario  = { prices = [{ zone_id = "cn-hangzhou-i", spot = 0.201 }, { zone_id = "cn-hangzhou-h", spot = 0.2 }] }
  }

  assert {
    condition     = output.instances.web[*].launch_time == tolist(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"])
    error_message = "The instances changed although all were there."
  }
}
