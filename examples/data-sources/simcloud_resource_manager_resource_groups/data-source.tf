data "simcloud_resource_manager_resource_groups" "default" {
  name_regex = "^default$"
}

resource "simcloud_vpc" "example" {
  vpc_name          = "example"
  resource_group_id = data.simcloud_resource_manager_resource_groups.default.ids[0]
}
