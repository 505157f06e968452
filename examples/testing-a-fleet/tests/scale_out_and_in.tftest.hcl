# More capacity is appended; less releases the dearest instances first, the youngest among equals. The others keep
# their ids and places.

variables {
  scenario = { prices = [{ zone_id = "cn-hangzhou-i", spot = 0.1 }, { zone_id = "cn-hangzhou-h", spot = 0.2 }], stock = [{ spot = 3 }] }
}

run "two" {
  variables {
    fleets = { web = { spot = 2 } }
  }
}

run "five" {
  variables {
    fleets = { web = { spot = 5 } }
  }

  assert {
    condition     = slice(output.instance_ids.web, 0, 2) == slice(run.two.instance_ids.web, 0, 2) && output.delivered.web == 5
    error_message = "The first two changed, or there are not five."
  }
}

run "three" {
  variables {
    fleets = { web = { spot = 3 } }
  }

  assert {
    condition     = output.instance_ids.web == slice(run.five.instance_ids.web, 0, 3)
    error_message = "Left are ${jsonencode(output.instance_ids.web)}."
  }

  assert {
    condition     = toset(output.instances.web[*].zone_id) == toset(["cn-hangzhou-i"])
    error_message = "The dearer zone should be empty."
  }
}
