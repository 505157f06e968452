terraform init
terraform plan -out=saved.tfplan
terraform show -json saved.tfplan > plan.json
conftest test plan.json
checkov --file plan.json --framework terraform_plan --external-checks-dir checks --quiet --compact
