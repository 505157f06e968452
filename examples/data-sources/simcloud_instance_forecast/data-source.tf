# Whether there is room for three. Instances of this name count as free, so that the condition holds once they exist.
data "simcloud_instance_forecast" "web" {
  instance_name     = "web"
  instance_type     = "ecs.g7.large"
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  availability_zone = "cn-heyuan-b"
  amount            = 3
}

resource "simcloud_instance" "web" {
  count = 3

  instance_name     = "web"
  instance_type     = "ecs.g7.large"
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  availability_zone = "cn-heyuan-b"

  lifecycle {
    precondition {
      condition     = data.simcloud_instance_forecast.web.missing_instances == 0
      error_message = coalesce(data.simcloud_instance_forecast.web.error_message, "There is room.")
    }
  }
}
