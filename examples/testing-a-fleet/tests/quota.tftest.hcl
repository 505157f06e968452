# Stock is plenty, but the account may have five vCPUs of spot instances: two instances of two.

variables {
  world = ".simcloud/tests.db"
}

run "the_quota_binds" {
  variables {
    fleets   = { web = { pay_as_you_go = 1, spot = 4 } }
    scenario = { quotas = [{ charge_type = "Spot", vcpus = 5 }] }
  }

  expect_failures = [check.every_fleet_is_complete]

  assert {
    condition     = output.delivered.web == 3
    error_message = "Delivered were ${output.delivered.web}."
  }

  assert {
    condition     = strcontains(join(" ", output.reasons.web), "QuotaExceed.ElasticQuota")
    error_message = "The reasons are ${jsonencode(output.reasons.web)}."
  }
}
