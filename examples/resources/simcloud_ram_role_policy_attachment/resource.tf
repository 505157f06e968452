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

resource "simcloud_ram_policy" "example" {
  policy_name = "read-objects"

  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Action   = ["oss:GetObject", "oss:ListObjects"]
      Effect   = "Allow"
      Resource = ["acs:oss:*:*:*"]
    }]
  })
}

resource "simcloud_ram_role_policy_attachment" "example" {
  role_name   = simcloud_ram_role.example.role_name
  policy_name = simcloud_ram_policy.example.policy_name
  policy_type = "Custom"
}
