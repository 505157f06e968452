terraform query

terraform query -generate-config-out=generated.tf
terraform plan
terraform apply -auto-approve
