# The preferred type runs out: the second one fills up, and the module says nothing, for the fleet is complete.

provider "simcloud" {
  world = ".simcloud/tests.db"

  scenario = {
    stock = [
      { instance_type = "ecs.g7.large", pay_as_you_go = 0 },
      { zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 1 },
    ]
  }
}

run "one_and_three" {
  assert {
    condition     = output.instance_types == { "ecs.g7.large" = 1, "ecs.g6.large" = 3 }
    error_message = "Launched were ${jsonencode(output.instance_types)}."
  }
}
