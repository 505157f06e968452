# The account may run eight vCPUs of spot: four instances with two vCPUs each.
provider "simcloud" {
  region = "us-west-2"
  world  = ".simcloud/quota.db"

  scenario = {
    stock  = [{ instance_type = "m5.large", spot = 20 }]
    quotas = [{ charge_type = "Spot", vcpus = 8 }]
  }
}

run "the_quota_ends_the_launch" {
  expect_failures = [check.the_fleet_is_complete]

  assert {
    condition     = length(output.instances) == 4
    error_message = "${length(output.instances)} instances are running."
  }

  assert {
    condition     = contains(values(output.reasons), "QuotaExceed.ElasticQuota")
    error_message = "The reasons were ${jsonencode(output.reasons)}."
  }
}
