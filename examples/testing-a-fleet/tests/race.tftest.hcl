# Two fleets want three instances each, and four are free. Either may come first; together they get four, never more.

variables {
  world = ".simcloud/tests.db"
}

run "together_they_get_what_there_is" {
  variables {
    zone_ids = ["cn-hangzhou-i"]
    fleets   = { one = { spot = 3 }, two = { spot = 3 } }
    scenario = { stock = [{ zone_id = "cn-hangzhou-i", spot = 4 }] }
  }

  expect_failures = [check.every_fleet_is_complete]

  assert {
    condition     = sum(values(output.delivered)) == 4
    error_message = "Delivered were ${jsonencode(output.delivered)}."
  }

  assert {
    condition     = length(distinct(flatten(values(output.instance_ids)))) == 4
    error_message = "An instance belongs to two fleets."
  }
}
