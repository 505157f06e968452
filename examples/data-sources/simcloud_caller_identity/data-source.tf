data "simcloud_caller_identity" "current" {}

output "account_id" {
  value = data.simcloud_caller_identity.current.account_id
}
