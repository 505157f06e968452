# Six hours pass, and six more whenever the number of the run changes.
resource "simcloud_world_change" "time" {
  triggers = { run = "1" }

  advance_clock {
    by = "6h"
  }
}

# Then a zone has an outage.
resource "simcloud_world_change" "outage" {
  triggers = { after = simcloud_world_change.time.time }

  change_market {
    scenario = {
      stock = [{ zone_id = "cn-heyuan-b", pay_as_you_go = 0, spot = 0 }]
    }
  }
}

# A scaling rule adds two instances, and two more whenever the number of the run changes.
resource "simcloud_world_change" "two_more" {
  triggers = { run = "1" }

  execute_scaling_rule {
    scaling_rule_id = simcloud_ess_scaling_rule.two_more.id
  }
}

resource "simcloud_ess_scaling_rule" "two_more" {
  scaling_group_id = simcloud_ess_scaling_configuration.workers.scaling_group_id
  adjustment_type  = "QuantityChangeInCapacity"
  adjustment_value = 2
}

resource "simcloud_ess_scaling_configuration" "workers" {
  scaling_group_id  = simcloud_ess_scaling_group.workers.id
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_type     = "ecs.g7.large"
  security_group_id = "default"
  active            = true
  enable            = true
  force_delete      = true
}

resource "simcloud_ess_scaling_group" "workers" {
  scaling_group_name = "workers"
  min_size           = 1
  max_size           = 5
  vswitch_ids        = ["vsw-cn-heyuan-a"]
}
