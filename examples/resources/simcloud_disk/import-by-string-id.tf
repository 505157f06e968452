import {
  to = simcloud_disk.example
  id = "d-3f8k2m0x7c5v9b1n6z4q"
}
