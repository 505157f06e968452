# The market decides, and SIMCLOUD_SEED chooses the market: what holds here must hold with every seed.
provider "simcloud" {
  region = "us-west-2"
  world  = ".simcloud/seeds.db"
}

variables {
  capacity = 3
}

run "no_zone_has_more_than_its_share" {
  assert {
    condition     = alltrue([for count in values(output.running_by_zone) : count <= 1])
    error_message = "Running were ${jsonencode(output.running_by_zone)}."
  }
}
