terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

# A world in which one zone has almost sold out of one instance type.
provider "simcloud" {
  region = "cn-hangzhou"

  scenario = {
    stock = [
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", pay_as_you_go = 2, spot = 0 },
    ]
  }
}
