# In a copy of this folder, with the provider's executable in it.
pulumi login --local
export PULUMI_CONFIG_PASSPHRASE=rehearsal
pulumi stack init rehearsal
pulumi install
export SIMCLOUD_SCENARIO="$PWD/scenario.json"
pulumi preview
pulumi up --yes --skip-preview
pulumi preview --expect-no-changes
./terraform-provider-simcloud world terminate --count 1 --world world.db
pulumi up --refresh --yes --skip-preview
pulumi destroy --yes --skip-preview
