# Every member of a scenario, each with what it is for. Move the clock with the files in steps/ to see the events.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "clock" {
  description = "Time since the start of the world."
  type        = string
  default     = "0s"
}

provider "simcloud" {
  region = "cn-hangzhou"
  clock  = var.clock

  scenario = {
    # Another seed, another market: other prices, other stock, other ids.
    seed = 7

    # Supply in instances. Later rules win; a rule without a zone or a type is for all of them.
    stock = [
      { instance_type = "ecs.g7.large", pay_as_you_go = 10, spot = 10 },
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 4 },
    ]

    # Price of one instance for one hour.
    prices = [
      { instance_type = "ecs.g7.large", pay_as_you_go = 0.5 },
      { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 0.05 },
    ]

    # What is sold where, and on which disks.
    offers = [
      { zone_id = "cn-hangzhou-i", instance_type = "ecs.g7.large", on_sale = false },
      { zone_id = "cn-hangzhou-h", disk_categories = ["cloud_essd", "cloud_efficiency"] },
    ]

    # vCPUs that the account may run in the region, by billing.
    quotas = [
      { charge_type = "Spot", vcpus = 100 },
    ]

    # Service limits, raised or lowered.
    limits = {
      run_instances           = 50
      launch_template_configs = 20
    }

    # The third CreateVpc fails. The second RunInstances succeeds, but its reply is lost.
    faults = [
      { operation = "CreateVpc", error_code = "Throttling", times = 1, skip = 2 },
      { operation = "RunInstances", error_code = "ServiceUnavailable", times = 1, skip = 1, after_commit = true },
    ]

    # What happens by itself, at times since the start of the world.
    events = [
      { at = "1h", prices = { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 0.09 } },
      { at = "2h30m", reclaim_spot = { zone_id = "cn-hangzhou-h", count = 1 } },
      { at = "2h30m", stock = { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 2 } },
      { at = "4h", terminate_instances = { zone_id = "cn-hangzhou-h", count = 1 } },
      { at = "4h", stock = { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 1 } },
      { at = "5h", stock = { zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 9 } },
    ]

    # Key pairs that exist in addition to example-key-name.
    key_pairs = [
      { name = "deploy" },
    ]

    # Product codes to which the account is subscribed, for images that have one.
    product_codes = ["paid-image"]

    # Images beyond the catalogue.
    images = [
      { image_id = "m-golden", name = "golden", architecture = "x86_64", product_code = "paid-image" },
    ]

    # What was recorded of a pool, hour by hour, instead of the market's own numbers.
    series = [
      {
        zone_id       = "cn-hangzhou-h"
        instance_type = "ecs.c7.large"
        start         = "2026-01-01T00:00:00Z"
        spot_price    = [0.11, 0.11, 0.12, 0.15, 0.12]
        spot          = [40, 40, 22, 3, 35]
      },
    ]
  }
}

resource "simcloud_auto_provisioning_group" "workers" {
  auto_provisioning_group_type = "instant"
  total_target_capacity        = 3
  spot_target_capacity         = 3
  terminate_instances          = true

  launch_template_config {
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id      = "m-golden"
    key_pair_name = "deploy"
  }
}

data "simcloud_available_resources" "left" {
  zone_id       = "cn-hangzhou-h"
  instance_type = "ecs.g7.large"
  spot_strategy = "SpotAsPriceGo"
  depends_on    = [simcloud_auto_provisioning_group.workers]
}

output "workers" {
  value = simcloud_auto_provisioning_group.workers.instances[*].state
}

output "left_in_the_zone" {
  value = data.simcloud_available_resources.left.available_zones[0].available_resources[0].stock
}

output "spot_price_now" {
  value = data.simcloud_available_resources.left.available_zones[0].available_resources[0].hourly_price
}
