# What the instances of a team have cost since the start of the world, and on its second day.
data "simcloud_costs" "team" {
  tags = { team = "shop" }
}

data "simcloud_costs" "second_day" {
  from = "24h"
  to   = "48h"
}

output "cost_of_the_team" {
  value = data.simcloud_costs.team.total_cost
}

output "cost_by_group" {
  value = { for group in data.simcloud_costs.second_day.by_group : group.id => group.total_cost }
}

check "budget" {
  assert {
    condition     = data.simcloud_costs.team.total_cost < 500
    error_message = "The team has spent ${data.simcloud_costs.team.total_cost}."
  }
}
