# A zone sells nothing any more. For Terraform 1.14 and later.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

variable "zone_id" {
  type = string
}

resource "terraform_data" "trigger" {
  input = var.zone_id

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.simcloud_change_market.outage]
    }
  }
}

action "simcloud_change_market" "outage" {
  config {
    scenario = {
      stock = [{ zone_id = var.zone_id, pay_as_you_go = 0, spot = 0 }]
    }
  }
}
