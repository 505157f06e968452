import {
  to = simcloud_ram_role_policy_attachment.example
  identity = {
    id = "role:read-objects:Custom:web"
  }
}
