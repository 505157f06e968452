import { Construct } from "constructs";
import { App, TerraformOutput, TerraformStack } from "cdktn";
import { SimcloudProvider } from "./.gen/providers/simcloud/provider";
import { AutoProvisioningGroup } from "./.gen/providers/simcloud/auto-provisioning-group";

class FleetStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    new SimcloudProvider(this, "simcloud", { region: "us-west-2" });

    const fleet = new AutoProvisioningGroup(this, "fleet", {
      autoProvisioningGroupType: "instant",
      totalTargetCapacity: "4",
      payAsYouGoTargetCapacity: "4",
      terminateInstances: true,
      launchTemplateConfig: [{ zoneId: "us-west-2a", instanceType: "m5.large" }],
      launchConfiguration: { imageId: "ami-0a1b2c3d4e5f60718" },
    });

    new TerraformOutput(this, "fulfilled_capacity", { value: fleet.fulfilledCapacity });
  }
}

const app = new App();
new FleetStack(app, "fleet");
app.synth();
