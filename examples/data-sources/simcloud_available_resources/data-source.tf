# How many instances of a type are free in each zone, and why there are none where there are none.
data "simcloud_available_resources" "web" {
  instance_type = "ecs.g7.large"
}

output "left" {
  value = {
    for zone in data.simcloud_available_resources.web.available_zones :
    zone.zone_id => zone.available_resources[0].supported ? "${zone.available_resources[0].stock} left" : zone.available_resources[0].unsupported_reason
  }
}
