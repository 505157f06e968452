# Two fleets that want four instances each, of a pool of five. Each has a world of its own, so that both get four; in one
# world the second fleet would get one.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

locals {
  scenario = {
    stock = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 5 }]
  }
}

provider "simcloud" {
  alias    = "blue"
  world    = ".simcloud/${terraform.workspace}-blue.db"
  scenario = local.scenario
}

provider "simcloud" {
  alias    = "green"
  world    = ".simcloud/${terraform.workspace}-green.db"
  scenario = local.scenario
}

module "blue" {
  source = "./modules/fleet"

  providers = {
    simcloud = simcloud.blue
  }
}

module "green" {
  source = "./modules/fleet"

  providers = {
    simcloud = simcloud.green
  }
}

output "launched" {
  value = { blue = module.blue.launched, green = module.green.launched }
}
