# A module that launches servers of several images in one request, and the tests of it in tests/: what it does when
# capacity runs short, when instances are reclaimed, when a quota binds. Run them with `terraform test`.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "images" {
  description = "Images by role, with the instances needed and wanted of each. The rotation follows the list."
  type = list(object({
    image_id  = string
    min_count = number
    max_count = number
    key_name  = optional(string, "example-key-name")
  }))
}

variable "instance_type" {
  type    = string
  default = "m1.small"
}

variable "zone_id" {
  type    = string
  default = null
}

variable "spot_price_limit" {
  description = "Highest hourly price; without it the instances are pay-as-you-go."
  type        = number
  default     = null
}

variable "wait_for_running" {
  type    = bool
  default = true
}

variable "replace_lost_instances" {
  type    = bool
  default = true
}

resource "simcloud_run_instances" "batch" {
  instance_type          = var.instance_type
  zone_id                = var.zone_id
  spot_strategy          = var.spot_price_limit == null ? "NoSpot" : "SpotWithPriceLimit"
  spot_price_limit       = var.spot_price_limit
  wait_for_running       = var.wait_for_running
  replace_lost_instances = var.replace_lost_instances

  dynamic "image" {
    for_each = var.images

    content {
      image_id  = image.value.image_id
      min_count = image.value.min_count
      max_count = image.value.max_count
      key_name  = image.value.key_name
    }
  }
}

check "the_batch_is_there" {
  assert {
    condition     = length(simcloud_run_instances.batch.instance_ids) > 0
    error_message = "Nothing was launched: ${coalesce(simcloud_run_instances.batch.error_message, "all instances are lost")}"
  }
}

output "launched" {
  description = "How many instances of each image run."
  value = {
    for image in var.images : image.image_id => length([
      for instance in simcloud_run_instances.batch.instances :
      instance if instance.image_id == image.image_id && instance.state != "terminated"
    ])
  }
}

output "instances" {
  value = simcloud_run_instances.batch.instances
}

output "instance_ids" {
  value = simcloud_run_instances.batch.instance_ids
}

output "error_code" {
  value = simcloud_run_instances.batch.error_code
}
