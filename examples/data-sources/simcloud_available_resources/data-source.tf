# What is left of a type in each zone, and where it cannot be had, why.
data "simcloud_available_resources" "web" {
  instance_type = "ecs.g7.large"
}

output "left" {
  value = {
    for zone in data.simcloud_available_resources.web.available_zones :
    zone.zone_id => zone.available_resources[0].supported ? "${zone.available_resources[0].stock} left" : zone.available_resources[0].unsupported_reason
  }
}
