# The fleet needs four and the market has three: nothing is launched, and the module says so as data. When the fourth
# arrives, a fleet that asks again gets all of them.

variables {
  world        = ".simcloud/tests.db"
  fleets       = { web = { spot = 4, minimum = 4 } }
  zone_ids     = ["cn-hangzhou-i"]
  on_shortfall = "accept"
}

run "nothing_is_launched" {
  variables {
    scenario = { stock = [{ zone_id = "cn-hangzhou-i", spot = 3 }] }
  }

  expect_failures = [check.every_fleet_is_complete]

  assert {
    condition     = output.delivered.web == 0 && length(output.instance_ids.web) == 0
    error_message = "Delivered were ${output.delivered.web}."
  }
}

run "a_fleet_of_another_name_gets_all_four" {
  variables {
    fleets   = { api = { spot = 4, minimum = 4 } }
    scenario = { stock = [{ zone_id = "cn-hangzhou-i", spot = 4 }] }
  }

  assert {
    condition     = output.delivered.api == 4
    error_message = "Delivered were ${output.delivered.api}."
  }
}
