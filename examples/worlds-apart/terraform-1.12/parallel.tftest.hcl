# Two runs at once, each with a state and a world of its own. Terraform 1.12 or newer:
# terraform test -test-directory=terraform-1.12

provider "simcloud" {
  alias = "one"
  world = ".simcloud/tests-one.db"

  scenario = {
    stock = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 5 }]
  }
}

provider "simcloud" {
  alias = "two"
  world = ".simcloud/tests-two.db"

  scenario = {
    stock = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 5 }]
  }
}

run "one" {
  parallel  = true
  state_key = "one"

  module {
    source = "./modules/fleet"
  }

  providers = {
    simcloud = simcloud.one
  }

  assert {
    condition     = output.launched == 4
    error_message = "Launched were ${output.launched}."
  }
}

run "two" {
  parallel  = true
  state_key = "two"

  module {
    source = "./modules/fleet"
  }

  providers = {
    simcloud = simcloud.two
  }

  assert {
    condition     = output.launched == 4
    error_message = "Launched were ${output.launched}."
  }
}
