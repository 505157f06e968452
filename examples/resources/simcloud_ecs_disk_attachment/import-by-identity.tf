import {
  to = simcloud_ecs_disk_attachment.example
  identity = {
    id = "d-3f8k2m0x7c5v9b1n6z4q:i-0a1b2c3d4e5f60718"
  }
}
