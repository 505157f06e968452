resource "simcloud_run_instances" "batch" {
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"
  spot_strategy = "SpotAsPriceGo"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 2
    max_count = 2
  }
}

# terraform apply -invoke=action.simcloud_reclaim_spot.one
action "simcloud_reclaim_spot" "one" {
  config {
    zone_id = "cn-heyuan-b"
    count   = 1
  }
}
