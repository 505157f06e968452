# The newest Ubuntu of Alibaba Cloud's public images for x86_64.
data "simcloud_images" "ubuntu" {
  name_regex   = "^ubuntu"
  owners       = "system"
  architecture = "x86_64"
  most_recent  = true
}

output "image_id" {
  value = data.simcloud_images.ubuntu.ids[0]
}
