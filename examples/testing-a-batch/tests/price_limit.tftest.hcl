# Spot instances cost what the market asks when they are launched, never more than the limit.

variables {
  images           = [{ image_id = "aliyun_3_x64_20G_alibase_20250629.vhd", min_count = 2, max_count = 2 }]
  zone_id          = "cn-heyuan-b"
  spot_price_limit = 0.2
}

provider "simcloud" {
  world = ".simcloud/tests.db"

  scenario = {
    stock  = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", spot = 2 }]
    prices = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 0.6, spot = 0.15 }]
  }
}

run "the_market_price_is_paid" {
  assert {
    condition     = alltrue([for instance in output.instances : instance.hourly_price == 0.15])
    error_message = "The prices are ${jsonencode(output.instances[*].hourly_price)}."
  }

  assert {
    condition     = alltrue([for instance in output.instances : instance.spot_strategy == "SpotWithPriceLimit"])
    error_message = "The instances are billed as ${jsonencode(output.instances[*].spot_strategy)}."
  }
}
