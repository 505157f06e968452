list "simcloud_ecs_launch_template" "templates" {
  provider = simcloud

  config {
    template_tags = {
      team = "batch"
    }
  }
}
