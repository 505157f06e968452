data "simcloud_regions" "current" {
  current = true
}

data "simcloud_regions" "all" {}

output "region" {
  value = data.simcloud_regions.current.regions[0].local_name
}

output "region_count" {
  value = length(data.simcloud_regions.all.ids)
}
