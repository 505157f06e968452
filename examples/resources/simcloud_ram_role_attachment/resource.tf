resource "simcloud_ram_role" "example" {
  role_name   = "web"
  description = "What the web servers may do"

  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = ["ecs.aliyuncs.com"] }
    }]
  })
}

resource "simcloud_instance" "example" {
  instance_type     = "ecs.g7.large"
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  availability_zone = "cn-heyuan-b"
}

resource "simcloud_ram_role_attachment" "example" {
  role_name    = simcloud_ram_role.example.role_name
  instance_ids = [simcloud_instance.example.id]
}
