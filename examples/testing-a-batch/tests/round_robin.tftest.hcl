# Capacity for 30: the five beyond the minimums are handed out in turn, beginning with the first image.

provider "simcloud" {
  world  = ".simcloud/tests.db"
  region = "us-east-1"

  scenario = {
    stock = [{ zone_id = "us-east-1a", instance_type = "m1.small", pay_as_you_go = 30 }]
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

run "eight_and_twenty_two" {
  assert {
    condition     = output.launched == { "ami-60a54009" = 8, "ami-0a1b2c3d4e5f60718" = 22 }
    error_message = "Launched were ${jsonencode(output.launched)}."
  }

  assert {
    condition     = output.instances[*].ami_launch_index == range(30)
    error_message = "Launch indexes run from 0 to 29 over both images."
  }

  assert {
    condition     = output.instances[7].image_id == "ami-60a54009" && output.instances[8].image_id == "ami-0a1b2c3d4e5f60718"
    error_message = "The instances are grouped by image, in the order of the images."
  }
}
