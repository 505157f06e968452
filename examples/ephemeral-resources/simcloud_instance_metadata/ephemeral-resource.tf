resource "simcloud_run_instances" "web" {
  instance_type        = "ecs.g7.large"
  zone_id              = "cn-heyuan-b"
  user_data_wo         = "token=s3cr3t"
  user_data_wo_version = 1

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
  }
}

ephemeral "simcloud_instance_metadata" "web" {
  instance_id = simcloud_run_instances.web.instance_ids[0]

  lifecycle {
    postcondition {
      condition     = startswith(self.user_data, "token=")
      error_message = "The instance boots without its token."
    }
  }
}
