import {
  to = simcloud_run_instances.batch
  id = "r-0a1b2c3d4e5f60718"
}
