data "simcloud_account" "current" {}

output "account_id" {
  value = data.simcloud_account.current.id
}
