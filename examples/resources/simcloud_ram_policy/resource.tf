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
