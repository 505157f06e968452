import {
  to = simcloud_instance.web
  identity = {
    id = "i-0a1b2c3d4e5f6071829a"
  }
}
