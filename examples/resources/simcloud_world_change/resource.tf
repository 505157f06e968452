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
