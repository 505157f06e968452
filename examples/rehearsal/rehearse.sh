cp -R my-module rehearsal
cd rehearsal
rm -rf .terraform .terraform.lock.hcl terraform.tfstate*

# The state of the rehearsal is a file in this folder, whatever backend the module has.
cat > backend_override.tf <<'END'
terraform {
  backend "local" {}
}
END

# The simulation is installed for this folder only.
terraform-provider-simcloud install --as aliyun/alicloud --plugin-dir plugins
cat > rehearsal.tfrc <<END
provider_installation {
  filesystem_mirror {
    path    = "$PWD/plugins"
    include = ["aliyun/alicloud", "hashicorp/alicloud"]
  }
  direct {
    exclude = ["aliyun/alicloud", "hashicorp/alicloud"]
  }
}
END
export TF_CLI_CONFIG_FILE="$PWD/rehearsal.tfrc"
terraform init
