# Once per version of the real provider, where that is installed.
terraform init
terraform providers schema -json > schema.json
