# At least one web server and two workers, or nothing at all; up to three and six if capacity allows.
resource "simcloud_run_instances" "batch" {
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 3
    key_name  = "example-key-name"
  }

  image {
    image_id  = "aliyun_2_1903_x64_20G_alibase_20210120.vhd"
    min_count = 2
    max_count = 6
    key_name  = "example-key-name"
  }

  user_data = "#!/bin/sh\necho ready > /run/ready\n"

  tags = {
    team = "batch"
  }
}
