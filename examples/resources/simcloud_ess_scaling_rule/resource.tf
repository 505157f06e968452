resource "simcloud_ess_scaling_group" "example" {
  min_size = 1
  max_size = 8
}

resource "simcloud_ess_scaling_rule" "example" {
  scaling_group_id         = simcloud_ess_scaling_group.example.id
  scaling_rule_name        = "grow"
  adjustment_type          = "PercentChangeInCapacity"
  adjustment_value         = 50
  min_adjustment_magnitude = 2
}
