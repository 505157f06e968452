# The older name of simcloud_ecs_key_pair, for modules that still use it.
resource "simcloud_key_pair" "deploy" {
  key_name = "deploy"
}
