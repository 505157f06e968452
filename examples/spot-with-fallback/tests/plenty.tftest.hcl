variables {
  world = ".simcloud/tests.db"

  scenario = {
    stock = [{ zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 20, spot = 20 }]
  }
}

run "all_of_it_is_spot" {
  assert {
    condition     = output.spot == 6 && output.pay_as_you_go == 0
    error_message = "There are ${output.spot} spot and ${output.pay_as_you_go} pay-as-you-go instances."
  }
}
