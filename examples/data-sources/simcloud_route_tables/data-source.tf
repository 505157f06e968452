resource "simcloud_vpc" "example" {
  vpc_name   = "example"
  cidr_block = "10.4.0.0/16"
}

data "simcloud_route_tables" "example" {
  vpc_id = simcloud_vpc.example.id
}

output "route_table" {
  value = data.simcloud_route_tables.example.tables[0].route_table_id
}
