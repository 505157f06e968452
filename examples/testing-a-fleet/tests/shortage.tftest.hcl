# No pay-as-you-go capacity is left in one zone and two in the other, of three that are asked for: what there is is
# delivered, the check fails, and the reasons name both zones.

variables {
  world = ".simcloud/tests.db"
}

run "what_there_is_is_delivered" {
  variables {
    fleets = { web = { pay_as_you_go = 3, spot = 1 } }
    scenario = {
      stock = [
        { zone_id = "cn-hangzhou-i", pay_as_you_go = 0, spot = 5 },
        { zone_id = "cn-hangzhou-h", pay_as_you_go = 2, spot = 5 },
      ]
    }
  }

  expect_failures = [check.every_fleet_is_complete]

  assert {
    condition     = output.delivered.web == 3
    error_message = "Delivered were ${output.delivered.web}."
  }

  assert {
    condition     = output.reasons.web == ["cn-hangzhou-i NoSpot NoInstanceStock", "cn-hangzhou-h NoSpot NoInstanceStock"]
    error_message = "The reasons are ${jsonencode(output.reasons.web)}."
  }
}
