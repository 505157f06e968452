import {
  to = simcloud_ram_policy.example
  identity = {
    id = "read-objects"
  }
}
