import {
  to = simcloud_ram_role.example
  identity = {
    id = "web"
  }
}
