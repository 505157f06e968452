import {
  to = simcloud_ram_role.example
  id = "web"
}
