# Capacity for 24: the minimums of 5 and 20 cannot both be reached, so nothing is launched, and the module says why.

provider "simcloud" {
  world  = ".simcloud/tests.db"
  region = "us-east-1"

  scenario = {
    stock = [{ zone_id = "us-east-1a", instance_type = "m1.small", pay_as_you_go = 24 }]
  }

  on_shortfall = "accept"
}

variables {
  images = [
    { image_id = "ami-60a54009", min_count = 5, max_count = 10 },
    { image_id = "ami-0a1b2c3d4e5f60718", min_count = 20, max_count = 40 },
  ]
  instance_type = "m1.small"
  zone_id       = "us-east-1a"
}

run "nothing_is_launched" {
  expect_failures = [check.the_batch_is_there]

  assert {
    condition     = output.launched == { "ami-60a54009" = 0, "ami-0a1b2c3d4e5f60718" = 0 }
    error_message = "Some instances were launched below the joint minimum."
  }

  assert {
    condition     = output.error_code == "InsufficientInstanceCapacity"
    error_message = "The reason is ${output.error_code}."
  }
}
