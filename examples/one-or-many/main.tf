# Three ways to launch, one after the other, in a cloud that has four instances of one type: one in zone a, three in b.

terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}

provider "simcloud" {
  scenario = {
    stock = [
      { pay_as_you_go = 0, spot = 0 },
      { zone_id = "cn-heyuan-a", instance_type = "ecs.g7.large", pay_as_you_go = 1 },
      { zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 3 },
    ]
  }
}

locals {
  image_id      = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_type = "ecs.g7.large"
}

# One by one: each is launched or is an error of its own.
resource "simcloud_instance" "each" {
  count = 2

  instance_name     = "each-${count.index}"
  availability_zone = "cn-heyuan-b"
  instance_type     = local.instance_type
  image_id          = local.image_id
  key_name          = "example-key-name"
}

# A number: between the minimum and the maximum, in one zone, or none at all.
resource "simcloud_run_instances" "number" {
  zone_id       = "cn-heyuan-b"
  instance_type = local.instance_type

  image {
    image_id  = local.image_id
    min_count = 1
    max_count = 3
    key_name  = "example-key-name"
  }

  depends_on = [simcloud_instance.each]
}

resource "simcloud_ecs_launch_template" "kept" {
  launch_template_name = "kept"
  image_id             = local.image_id
  instance_type        = local.instance_type
}

# A number that is kept up, over zones: what is missing is launched when time brings stock.
resource "simcloud_ess_scaling_group" "kept" {
  scaling_group_name = "kept"
  min_size           = 0
  max_size           = 3
  desired_capacity   = 2
  vswitch_ids        = ["vsw-cn-heyuan-a", "vsw-cn-heyuan-b"]
  launch_template_id = simcloud_ecs_launch_template.kept.id

  depends_on = [simcloud_run_instances.number]
}

output "launched" {
  description = "How many instances each of them has."
  value = {
    each   = length(simcloud_instance.each)
    number = length(simcloud_run_instances.number.instances)
    kept   = simcloud_ess_scaling_group.kept.fulfilled_capacity
  }
}
