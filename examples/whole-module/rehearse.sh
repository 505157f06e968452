terraform-provider-simcloud install --as aliyun/alicloud --schema schema.json
terraform init
terraform apply
