# A pair that is created here; the apply writes its private half to deploy.pem.
resource "simcloud_ecs_key_pair" "deploy" {
  key_pair_name = "deploy"
  key_file      = "deploy.pem"

  tags = {
    team = "web"
  }
}

# A pair whose public half you give.
resource "simcloud_ecs_key_pair" "mine" {
  key_name_prefix = "mine-"
  public_key      = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv me@example.com"
}

resource "simcloud_run_instances" "web" {
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 2
    key_name  = simcloud_ecs_key_pair.deploy.key_pair_name
  }
}
