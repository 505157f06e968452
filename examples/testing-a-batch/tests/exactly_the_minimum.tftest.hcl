# Capacity for 25: exactly the minimums. When more stock arrives, what runs stays as it is.

provider "simcloud" {
  world  = ".simcloud/tests.db"
  region = "us-east-1"

  scenario = {
    stock = [{ zone_id = "us-east-1a", instance_type = "m1.small", pay_as_you_go = 25 }]
  }
}

provider "simcloud" {
  alias  = "restocked"
  world  = ".simcloud/tests.db"
  region = "us-east-1"
  clock  = "1h"

  scenario = {
    stock = [{ zone_id = "us-east-1a", instance_type = "m1.small", pay_as_you_go = 50 }]
  }
}

variables {
  images = [
    { image_id = "ami-60a54009", min_count = 5, max_count = 10 },
    { image_id = "ami-0a1b2c3d4e5f60718", min_count = 20, max_count = 40 },
  ]
  instance_type = "m1.small"
  zone_id       = "us-east-1a"
}

run "the_minimums_alone" {
  assert {
    condition     = output.launched == { "ami-60a54009" = 5, "ami-0a1b2c3d4e5f60718" = 20 }
    error_message = "Launched were ${jsonencode(output.launched)}."
  }
}

run "later_stock_changes_nothing" {
  providers = {
    simcloud = simcloud.restocked
  }

  assert {
    condition     = length(output.instances) == 25 && alltrue([for i in output.instances : i.launch_time == "2026-01-01T00:00:00Z"])
    error_message = "The instances changed although the configuration did not."
  }
}
