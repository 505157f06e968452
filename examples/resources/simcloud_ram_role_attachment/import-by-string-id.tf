import {
  to = simcloud_ram_role_attachment.example
  id = "web:[\"i-3f8k2m0x7c5v9b1n6z4q\"]"
}
