resource "simcloud_run_instances" "batch" {
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 2
    max_count = 2
  }
}

# terraform apply -invoke=action.simcloud_terminate_instances.first
action "simcloud_terminate_instances" "first" {
  config {
    instance_ids = [simcloud_run_instances.batch.instances[0].instance_id]
  }
}
