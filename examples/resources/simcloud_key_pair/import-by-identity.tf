import {
  to = simcloud_key_pair.deploy
  identity = {
    id = "deploy"
  }
}
