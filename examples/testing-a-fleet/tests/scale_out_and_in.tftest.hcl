# More capacity is appended; less releases the dearest instances first, the youngest among equals. The others keep
# their ids and places.

variables {
  world    = ".simcloud/tests.db"
  scenario = { prices = [{ zone_id = "cn-hangzhou-i", spot = 0.1 }, { zone_id = "cn-hangzhou-h", spot = 0.2 }], stock = [{ spot = 3 }] }
}

run "two" {
  variables {
    fleets = { web = { spot = 2 } }
  }
}

run "five" {
  variables {
    clock  = "1h"
    fleets = { web = { spot = 5 } }
  }

  assert {
    condition     = [for i in output.instances.web : substr(i.launch_time, 11, 5)] == ["00:00", "00:00", "01:00", "01:00", "01:00"]
    error_message = "The launch times are ${jsonencode(output.instances.web[*].launch_time)}."
  }
}

run "three" {
  variables {
    clock  = "2h"
    fleets = { web = { spot = 3 } }
  }

  assert {
    condition     = [for i in output.instances.web : substr(i.launch_time, 11, 5)] == ["00:00", "00:00", "01:00"]
    error_message = "The launch times are ${jsonencode(output.instances.web[*].launch_time)}."
  }

  assert {
    condition     = toset(output.instances.web[*].zone_id) == toset(["cn-hangzhou-i"])
    error_message = "The dearer zone should be empty."
  }
}
