# The world changes between two applies of the fleet, on Terraform 1.14 and later by actions and on OpenTofu by resources.

provider "simcloud" {
  world = ".simcloud/tests.db"

  scenario = {
    stock  = [{ instance_type = "ecs.g7.large", spot = 20 }]
    prices = [{ zone_id = "cn-heyuan-b", spot = 0.1 }, { zone_id = "cn-heyuan-a", spot = 0.2 }]
  }
}

run "the_fleet_starts_in_the_cheapest_zone" {
  assert {
    condition     = output.zone_ids == toset(["cn-heyuan-b"])
    error_message = "The zones are ${jsonencode(output.zone_ids)}."
  }
}

run "that_zone_has_an_outage" {
  module {
    source = "./modules/outage"
  }

  variables {
    zone_id = "cn-heyuan-b"
  }
}

run "two_instances_are_reclaimed" {
  module {
    source = "./modules/reclaim"
  }

  variables {
    instances = 2
  }
}

run "a_refresh_shows_what_is_lost" {
  plan_options {
    mode = refresh-only
  }

  assert {
    condition     = output.states == { running = 2, terminated = 2 }
    error_message = "The states are ${jsonencode(output.states)}."
  }
}

run "the_next_apply_replaces_it_elsewhere" {
  assert {
    condition     = output.states == { running = 4, terminated = 0 }
    error_message = "The states are ${jsonencode(output.states)}."
  }

  assert {
    condition     = output.zone_ids == toset(["cn-heyuan-a", "cn-heyuan-b"])
    error_message = "The zones are ${jsonencode(output.zone_ids)}."
  }
}
