# tests/shortage.tftest.hcl
provider "simcloud" {
  region = "us-west-2"
  world  = ".simcloud/tests.db"

  scenario = {
    stock = [
      { zone_id = "us-west-2a", instance_type = "m5.large", pay_as_you_go = 1 },
      { zone_id = "us-west-2b", instance_type = "m5.large", pay_as_you_go = 2 },
    ]
  }
}

run "the_module_says_that_one_is_missing" {
  expect_failures = [check.the_fleet_is_complete]

  assert {
    condition     = simcloud_auto_provisioning_group.fleet.fulfilled_capacity == 3
    error_message = "The two zones hold three instances."
  }
}
