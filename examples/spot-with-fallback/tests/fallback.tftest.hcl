# The module's provider block takes the scenario from a variable, so that each file brings its own cloud.

variables {
  world = ".simcloud/tests.db"

  scenario = {
    stock = [{ zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 20, spot = 2 }]
  }
}

run "what_spot_lacks_is_pay_as_you_go" {
  assert {
    condition     = output.spot == 2 && output.pay_as_you_go == 4
    error_message = "There are ${output.spot} spot and ${output.pay_as_you_go} pay-as-you-go instances."
  }
}
