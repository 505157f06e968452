# Nothing is scarce: the preferred type alone. The world is a file of the tests' own.

provider "simcloud" {
  world = ".simcloud/tests.db"
}

run "the_preferred_type_alone" {
  assert {
    condition     = output.instance_types == { "ecs.g7.large" = 4, "ecs.g6.large" = 0 }
    error_message = "Launched were ${jsonencode(output.instance_types)}."
  }
}
