# One of three spot instances is reclaimed at 02:00. The next apply launches its replacement in its place and leaves the
# others alone. When nothing is free, the place stays empty and the check says so.

variables {
  world    = ".simcloud/tests.db"
  fleets   = { web = { pay_as_you_go = 1, spot = 3 } }
  zone_ids = ["cn-hangzhou-i"]
}

run "four_run" {
  variables {
    scenario = {
      stock  = [{ zone_id = "cn-hangzhou-i", pay_as_you_go = 1, spot = 3 }]
      events = [{ at = "2h", reclaim_spot = { count = 1 } }, { at = "4h", reclaim_spot = { count = 1 } }]
    }
  }

  assert {
    condition     = output.delivered.web == 4
    error_message = "There are ${output.delivered.web} instances."
  }
}

run "the_lost_one_is_replaced_in_its_place" {
  variables {
    clock = "3h"
    scenario = {
      stock  = [{ zone_id = "cn-hangzhou-i", pay_as_you_go = 1, spot = 3 }]
      events = [{ at = "2h", reclaim_spot = { count = 1 } }, { at = "4h", reclaim_spot = { count = 1 } }]
    }
  }

  assert {
    condition     = alltrue([for i in slice(output.instances.web, 0, 3) : i.launch_time == "2026-01-01T00:00:00Z"])
    error_message = "The survivors changed."
  }

  assert {
    condition     = output.delivered.web == 4 && output.instances.web[3].launch_time == "2026-01-01T03:00:00Z"
    error_message = "The lost one was not replaced."
  }
}

run "without_stock_the_place_stays_empty" {
  variables {
    clock = "5h"
    scenario = {
      stock  = [{ zone_id = "cn-hangzhou-i", pay_as_you_go = 1, spot = 2 }]
      events = [{ at = "4h", reclaim_spot = { count = 1 } }]
    }
  }

  expect_failures = [check.every_fleet_is_complete]

  assert {
    condition     = output.instances.web[3].state == "terminated" && output.delivered.web == 3
    error_message = "The states are ${jsonencode(output.instances.web[*].state)}."
  }
}
