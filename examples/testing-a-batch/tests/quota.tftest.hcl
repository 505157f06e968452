# Stock is plenty, but the account's quota allows four vCPUs: two instances of two vCPUs, and three are needed.

variables {
  images  = [{ image_id = "aliyun_3_x64_20G_alibase_20250629.vhd", min_count = 3, max_count = 5 }]
  zone_id = "cn-heyuan-b"
}

provider "simcloud" {
  world        = ".simcloud/tests.db"
  on_shortfall = "accept"

  scenario = {
    stock  = [{ zone_id = "cn-heyuan-b", instance_type = "ecs.g7.large", pay_as_you_go = 50 }]
    quotas = [{ charge_type = "PayAsYouGo", vcpus = 4 }]
  }
}

run "the_quota_binds" {
  expect_failures = [check.the_batch_is_there]

  assert {
    condition     = output.error_code == "VcpuLimitExceeded"
    error_message = "The reason is ${output.error_code}."
  }
}
