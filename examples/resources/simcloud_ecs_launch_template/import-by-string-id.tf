import {
  to = simcloud_ecs_launch_template.web
  id = "lt-0a1b2c3d4e5f6g7h8i9j"
}
