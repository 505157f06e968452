export SIMCLOUD_SCENARIO=scenario.json
terraform apply -auto-approve
terraform show -json > state.json
conftest test state.json
terraform destroy -auto-approve
