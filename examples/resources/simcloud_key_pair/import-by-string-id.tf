import {
  to = simcloud_key_pair.deploy
  id = "deploy"
}
