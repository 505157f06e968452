data "simcloud_security_groups" "web" {
  name_regex = "^web"
}

output "web_group_ids" {
  value = data.simcloud_security_groups.web.ids
}
