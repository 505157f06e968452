# Whenever it is created or changed, the zone has an outage.
resource "terraform_data" "outage" {
  input = "cn-heyuan-b"

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
      stock = [{ zone_id = "cn-heyuan-b", pay_as_you_go = 0, spot = 0 }]
    }
  }
}

# terraform apply -invoke=action.simcloud_change_market.end
action "simcloud_change_market" "end" {
  config {
    reset = true
  }
}
