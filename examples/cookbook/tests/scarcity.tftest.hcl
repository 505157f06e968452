# Two zones have sold out, and the third has one instance.
provider "simcloud" {
  region = "us-west-2"
  world  = ".simcloud/scarcity.db"

  scenario = {
    stock = [
      { instance_type = "m5.large", spot = 0 },
      { zone_id = "us-west-2c", instance_type = "m5.large", spot = 1 },
    ]
  }
}

run "the_module_says_what_is_missing" {
  expect_failures = [check.the_fleet_is_complete]

  assert {
    condition     = output.running_by_zone == { us-west-2a = 0, us-west-2b = 0, us-west-2c = 1 }
    error_message = "Running were ${jsonencode(output.running_by_zone)}."
  }
}
