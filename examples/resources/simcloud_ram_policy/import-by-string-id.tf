import {
  to = simcloud_ram_policy.example
  id = "read-objects"
}
