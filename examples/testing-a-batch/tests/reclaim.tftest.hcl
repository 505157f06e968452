# Two of four spot instances are reclaimed at 02:00. The next apply launches their replacements and leaves the others
# alone; the module keeps its list in order.

variables {
  images           = [{ image_id = "aliyun_3_x64_20G_alibase_20250629.vhd", min_count = 4, max_count = 4 }]
  zone_id          = "cn-heyuan-b"
  spot_price_limit = 5
}

provider "simcloud" {
  world = ".simcloud/tests.db"

  scenario = {
    stock  = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", spot = 6 }]
    events = [{ at = "2h", reclaim_spot = { zone_id = "cn-heyuan-b", count = 2 } }]
  }
}

provider "simcloud" {
  alias = "after_the_reclaim"
  world = ".simcloud/tests.db"
  clock = "3h"

  scenario = {
    stock  = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", spot = 6 }]
    events = [{ at = "2h", reclaim_spot = { zone_id = "cn-heyuan-b", count = 2 } }]
  }
}

run "four_run" {
  assert {
    condition     = length(output.instance_ids) == 4
    error_message = "There are ${length(output.instance_ids)} instances."
  }
}

run "the_lost_two_are_replaced" {
  providers = {
    simcloud = simcloud.after_the_reclaim
  }

  assert {
    condition     = length([for i in output.instances : i if i.launch_time == "2026-01-01T00:00:00Z"]) == 2
    error_message = "Two instances should have survived: ${jsonencode(output.instances[*].launch_time)}."
  }

  assert {
    condition     = alltrue([for instance in output.instances : instance.state == "running"])
    error_message = "The states are ${jsonencode(output.instances[*].state)}."
  }
}
