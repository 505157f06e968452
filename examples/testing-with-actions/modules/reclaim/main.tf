# Spot instances are reclaimed, the youngest first. For Terraform 1.14 and later.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "instances" {
  description = "How many at most."
  type        = number
}

resource "terraform_data" "trigger" {
  input = var.instances

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.simcloud_reclaim_spot.youngest]
    }
  }
}

action "simcloud_reclaim_spot" "youngest" {
  config {
    count = var.instances
  }
}
