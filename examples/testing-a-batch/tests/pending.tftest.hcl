# With wait_for_running = false the reply has pending instances without names. They run once the clock has moved.

variables {
  images           = [{ image_id = "ami-60a54009", min_count = 1, max_count = 3 }]
  instance_type    = "m1.small"
  zone_id          = "us-east-1a"
  wait_for_running = false
}

provider "simcloud" {
  world  = ".simcloud/tests.db"
  region = "us-east-1"

  scenario = {
    stock = [{ zone_id = "us-east-1a", instance_type = "m1.small", pay_as_you_go = 3 }]
  }
}

provider "simcloud" {
  alias  = "a_minute_later"
  world  = ".simcloud/tests.db"
  region = "us-east-1"
  clock  = "1m"

  scenario = {
    stock = [{ zone_id = "us-east-1a", instance_type = "m1.small", pay_as_you_go = 3 }]
  }
}

run "at_first_they_are_pending" {
  assert {
    condition     = alltrue([for i in output.instances : i.state == "pending" && i.state_code == 0 && i.dns_name == "" && i.private_dns_name == ""])
    error_message = "The instances are ${jsonencode(output.instances)}."
  }
}

run "a_minute_later_they_run" {
  providers = {
    simcloud = simcloud.a_minute_later
  }

  assert {
    condition     = alltrue([for i in output.instances : i.state == "running" && i.state_code == 16 && i.dns_name != ""])
    error_message = "The instances are ${jsonencode(output.instances)}."
  }

  assert {
    condition     = alltrue([for i in output.instances : i.launch_time == "2026-01-01T00:00:00Z"])
    error_message = "The instances changed."
  }
}
