resource "simcloud_ecs_key_pair" "fleet" {
  key_pair_name = "fleet"
}

# The finger print is known once the pair is made: before that there is nothing to derive.
ephemeral "simcloud_key_pair" "fleet" {
  key_pair_name = simcloud_ecs_key_pair.fleet.key_pair_name
  finger_print  = simcloud_ecs_key_pair.fleet.finger_print
}

# A jump host that can log in to the fleet.
resource "simcloud_run_instances" "jump_host" {
  instance_type        = "ecs.g7.large"
  zone_id              = "cn-heyuan-b"
  user_data_wo         = ephemeral.simcloud_key_pair.fleet.private_key
  user_data_wo_version = 1

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
  }
}
