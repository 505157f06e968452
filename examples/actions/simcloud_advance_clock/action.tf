# Whenever the number of hours changes, that many pass.
resource "terraform_data" "hours" {
  input = 6

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.simcloud_advance_clock.hours]
    }
  }
}

action "simcloud_advance_clock" "hours" {
  config {
    by = "6h"
  }
}
