import {
  to = simcloud_ecs_key_pair.deploy
  id = "deploy"
}
