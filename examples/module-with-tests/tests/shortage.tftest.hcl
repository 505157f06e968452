# Everything runs out. `on_shortfall = "accept"` turns what would be an error of the provider, which no test can
# expect, into data, which a check can judge.

provider "simcloud" {
  world        = ".simcloud/tests.db"
  on_shortfall = "accept"

  scenario = {
    stock = [{ pay_as_you_go = 0 }, { zone_id = "cn-heyuan-a", instance_type = "ecs.g6.large", pay_as_you_go = 1 }]
  }
}

run "below_the_minimum_nothing_is_launched" {
  expect_failures = [check.the_fleet_is_complete]

  assert {
    condition     = output.instance_types == { "ecs.g7.large" = 0, "ecs.g6.large" = 0 }
    error_message = "Launched were ${jsonencode(output.instance_types)}."
  }

  assert {
    condition     = output.errors == tolist(["NoInstanceStock", "OperationDenied.NoStock"])
    error_message = "The errors are ${jsonencode(output.errors)}."
  }
}

run "above_it_what_there_is" {
  variables {
    minimum = 1
  }

  expect_failures = [check.the_fleet_is_complete]

  assert {
    condition     = output.instance_types["ecs.g6.large"] == 1
    error_message = "Launched were ${jsonencode(output.instance_types)}."
  }
}
