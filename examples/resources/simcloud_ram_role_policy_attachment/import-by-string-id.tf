import {
  to = simcloud_ram_role_policy_attachment.example
  id = "role:read-objects:Custom:web"
}
