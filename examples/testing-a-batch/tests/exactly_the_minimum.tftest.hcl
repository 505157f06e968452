# Capacity for 25: exactly the minimums. When more stock arrives, what runs stays as it is.

provider "simcloud" {
  region = "us-east-1"

  scenario = {
    stock = [{ zone_id = "us-east-1a", instance_type = "m1.small", pay_as_you_go = 25 }]
  }
}

provider "simcloud" {
  alias  = "restocked"
  region = "us-east-1"

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
    condition     = output.instance_ids == run.the_minimums_alone.instance_ids
    error_message = "The instances changed although the configuration did not."
  }
}
