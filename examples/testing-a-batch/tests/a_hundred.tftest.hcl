# One request launches at most a hundred instances: this one launches a hundred.

variables {
  images  = [{ image_id = "aliyun_3_x64_20G_alibase_20250629.vhd", min_count = 100, max_count = 100 }]
  zone_id = "cn-heyuan-b"
}

provider "simcloud" {
  world = ".simcloud/tests.db"

  scenario = {
    stock = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 100 }]
  }
}

run "all_of_them" {
  assert {
    condition     = length(toset(output.instance_ids)) == 100 && length(toset(output.instances[*].private_ip)) == 100
    error_message = "There are ${length(output.instance_ids)} instances."
  }
}
