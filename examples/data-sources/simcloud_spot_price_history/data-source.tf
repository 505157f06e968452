# The lowest spot price of the last three hours, by zone.
data "simcloud_spot_price_history" "web" {
  instance_type = "ecs.g7.large"
}

output "lowest" {
  value = {
    for zone, prices in { for row in data.simcloud_spot_price_history.web.spot_prices : row.zone_id => row.spot_price... } :
    zone => min(prices...)
  }
}
