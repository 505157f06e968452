# With replace_lost_instances = false a reclaimed instance stays in the list as terminated, and nothing is launched.

variables {
  images                 = [{ image_id = "aliyun_3_x64_20G_alibase_20250629.vhd", min_count = 3, max_count = 3 }]
  zone_id                = "cn-heyuan-b"
  spot_price_limit       = 5
  replace_lost_instances = false
}

provider "simcloud" {
  world = ".simcloud/tests.db"

  scenario = {
    stock  = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", spot = 6 }]
    events = [{ at = "2h", reclaim_spot = { zone_id = "cn-heyuan-b", count = 1 } }]
  }
}

provider "simcloud" {
  alias = "after_the_reclaim"
  world = ".simcloud/tests.db"
  clock = "3h"

  scenario = {
    stock  = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", spot = 6 }]
    events = [{ at = "2h", reclaim_spot = { zone_id = "cn-heyuan-b", count = 1 } }]
  }
}

run "three_run" {
  assert {
    condition     = length(output.instance_ids) == 3
    error_message = "There are ${length(output.instance_ids)} instances."
  }
}

run "two_are_left" {
  providers = {
    simcloud = simcloud.after_the_reclaim
  }

  assert {
    condition     = length(output.instances) == 3 && length(output.instance_ids) == 2
    error_message = "The states are ${jsonencode(output.instances[*].state)}."
  }

  assert {
    condition     = length([for instance in output.instances : instance if instance.state == "terminated"]) == 1
    error_message = "The states are ${jsonencode(output.instances[*].state)}."
  }
}
