# The cheapest type of 2 vCPUs and 8 GiB that runs the image.
data "simcloud_instance_types" "small" {
  cpu_core_count = 2
  memory_size    = 8
  image_id       = "aliyun_3_x64_20G_alibase_20250629.vhd"
  sorted_by      = "Price"
}

output "cheapest" {
  value = data.simcloud_instance_types.small.instance_types[0]
}
