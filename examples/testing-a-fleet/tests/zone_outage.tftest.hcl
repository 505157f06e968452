# At 02:00 every instance in the preferred zone is lost, and the zone sells nothing any more: the next apply launches
# the replacements in the other zone, in the places of the lost instances.

variables {
  world = ".simcloud/tests.db"
  scenario = {
    events = [{ at = "2h", terminate_instances = { zone_id = "cn-hangzhou-i", count = 99 } }]
  }
  fleets = { web = { pay_as_you_go = 3 } }
}

run "all_in_the_preferred_zone" {
  assert {
    condition     = toset(output.instances.web[*].zone_id) == toset(["cn-hangzhou-i"])
    error_message = "The zones are ${jsonencode(output.instances.web[*].zone_id)}."
  }
}

run "the_other_zone_takes_over" {
  variables {
    clock = "3h"
    scenario = {
      events = [{ at = "2h", terminate_instances = { zone_id = "cn-hangzhou-i", count = 99 } }]
      offers = [{ zone_id = "cn-hangzhou-i", on_sale = false }]
    }
  }

  assert {
    condition     = toset(output.instances.web[*].zone_id) == toset(["cn-hangzhou-h"])
    error_message = "The zones are ${jsonencode(output.instances.web[*].zone_id)}."
  }

  assert {
    condition     = length(output.instances.web) == 3 && output.delivered.web == 3
    error_message = "There are ${length(output.instances.web)} places and ${output.delivered.web} instances."
  }
}
