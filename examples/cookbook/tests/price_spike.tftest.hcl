# At 01:00 the spot price of every zone but one rises above what the module pays.
provider "simcloud" {
  region = "us-west-2"
  world  = ".simcloud/price-spike.db"

  scenario = {
    stock  = [{ instance_type = "m5.large", spot = 20 }]
    prices = [{ instance_type = "m5.large", spot = 0.03 }]
  }
}

provider "simcloud" {
  alias  = "after"
  region = "us-west-2"
  world  = ".simcloud/price-spike.db"
  clock  = "2h"

  scenario = {
    stock  = [{ instance_type = "m5.large", spot = 20 }]
    prices = [{ instance_type = "m5.large", spot = 0.03 }]
    events = [
      { at = "90m", prices = { zone_id = "us-west-2a", spot = 0.09 } },
      { at = "90m", prices = { zone_id = "us-west-2b", spot = 0.09 } },
    ]
  }
}

variables {
  max_price = 0.05
}

run "below_the_limit" {
  assert {
    condition     = output.hourly_cost == 0.18
    error_message = "Six instances at 0.03 cost ${output.hourly_cost}."
  }
}

run "above_the_limit" {
  providers = {
    simcloud = simcloud.after
  }

  assert {
    condition     = output.running_by_zone == { us-west-2a = 0, us-west-2b = 0, us-west-2c = 6 }
    error_message = "Running were ${jsonencode(output.running_by_zone)}."
  }
}
