# At 02:00 one zone fails. The next apply replaces its instances in the other two.
provider "simcloud" {
  region = "us-west-2"
  world  = ".simcloud/zone-outage.db"

  scenario = {
    stock = [{ instance_type = "m5.large", spot = 20 }]
  }
}

provider "simcloud" {
  alias  = "after"
  region = "us-west-2"
  world  = ".simcloud/zone-outage.db"
  clock  = "3h"

  scenario = {
    stock = [{ instance_type = "m5.large", spot = 20 }]
    events = [
      { at = "2h", terminate_instances = { zone_id = "us-west-2a" } },
      { at = "2h", stock = { zone_id = "us-west-2a", spot = 0, pay_as_you_go = 0 } },
    ]
  }
}

run "before" {
  assert {
    condition     = output.running_by_zone == { us-west-2a = 2, us-west-2b = 2, us-west-2c = 2 }
    error_message = "Running were ${jsonencode(output.running_by_zone)}."
  }
}

run "after" {
  providers = {
    simcloud = simcloud.after
  }

  assert {
    condition     = output.running_by_zone == { us-west-2a = 0, us-west-2b = 3, us-west-2c = 3 }
    error_message = "Running were ${jsonencode(output.running_by_zone)}."
  }

  assert {
    condition     = length([for i in output.instances : i if i.launch_time == "2026-01-01T00:00:00Z"]) == 4
    error_message = "Four instances should have survived: ${jsonencode(output.instances[*].launch_time)}."
  }
}
