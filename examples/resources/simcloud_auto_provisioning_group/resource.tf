# Ten units in two zones: four pay-as-you-go, the rest spot, from whichever pool is cheapest per unit.
resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_name  = "web"
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 10
  pay_as_you_go_target_capacity = 4
  spot_target_capacity          = 6
  max_spot_price                = 2
  terminate_instances           = true

  launch_template_config {
    zone_id           = "cn-hangzhou-h"
    instance_type     = "ecs.g7.large"
    weighted_capacity = 1
  }

  launch_template_config {
    zone_id           = "cn-hangzhou-i"
    instance_type     = "ecs.g7.xlarge"
    weighted_capacity = 2
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }

  system_disk_config {
    disk_category = "cloud_essd"
  }

  system_disk_config {
    disk_category = "cloud_efficiency"
  }
}
