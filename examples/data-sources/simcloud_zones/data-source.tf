# The zones that have spot instances of ecs.g7.large, and a pool in each of them.
data "simcloud_zones" "web" {
  available_instance_type = "ecs.g7.large"
  spot_strategy           = "SpotAsPriceGo"
}

resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type = "instant"
  total_target_capacity        = 4
  spot_allocation_strategy     = "diversified"
  terminate_instances          = true

  dynamic "launch_template_config" {
    for_each = data.simcloud_zones.web.ids
    content {
      zone_id       = launch_template_config.value
      instance_type = "ecs.g7.large"
    }
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}
