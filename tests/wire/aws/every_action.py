"""Every action of EC2 that `serve` knows, called by boto3; each reply is checked strictly against botocore's model."""

import base64
import sys

import boto3
from botocore.exceptions import ClientError

import strict_replies  # noqa: F401

ec2 = boto3.client("ec2")
called = set()
ec2.meta.events.register("before-call.ec2", lambda model, **_: called.add(model.name))


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert found == (code, status), (found, error)
    else:
        raise AssertionError(f"not refused with {code}")


def tags(kind, **pairs):
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()]}]


# Who asks, and what there is.
account = boto3.client("sts").get_caller_identity()["Account"]
image = boto3.client("ssm").get_parameter(Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64")
image = image["Parameter"]["Value"]
found = ec2.describe_images(ImageIds=[image])["Images"][0]
assert found["Architecture"] == "x86_64" and found["OwnerId"] == "137112412989", found
assert ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-*"]}])["Images"]
assert ec2.describe_regions(RegionNames=["us-east-1"])["Regions"][0]["RegionName"] == "us-east-1"
zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
assert zones[0] == "us-east-1a", zones
found = ec2.describe_instance_types(InstanceTypes=["m5.large"])["InstanceTypes"][0]
assert (found["VCpuInfo"]["DefaultVCpus"], found["MemoryInfo"]["SizeInMiB"]) == (2, 8192), found
pages = ec2.get_paginator("describe_instance_types").paginate(PaginationConfig={"PageSize": 5})
assert len([item for page in pages for item in page["InstanceTypes"]]) > 20
offered = ec2.describe_instance_type_offerings(
    LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["m5.large"]}]
)["InstanceTypeOfferings"]
assert {offer["Location"] for offer in offered} <= set(zones) and offered, offered
history = ec2.describe_spot_price_history(
    InstanceTypes=["m5.large"], ProductDescriptions=["Linux/UNIX"], AvailabilityZone="us-east-1a"
)["SpotPriceHistory"]
assert history and float(history[0]["SpotPrice"]) > 0, history

# The network.
default_vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
default_subnets = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
assert {subnet["AvailabilityZone"] for subnet in default_subnets} == set(zones)
assert all(subnet["VpcId"] == default_vpc for subnet in default_subnets)
vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=tags("vpc", Name="net"))["Vpc"]["VpcId"]
assert len(vpc) == 21 and ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"] == [{"Key": "Name", "Value": "net"}]
ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"] is True
subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24", AvailabilityZone="us-east-1b")["Subnet"]["SubnetId"]
assert len(subnet) == 24, subnet
ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
assert ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["MapPublicIpOnLaunch"] is True
refused("InvalidSubnetID.NotFound", 400, ec2.describe_subnets, SubnetIds=["subnet-0123456789abcdef0"])
group = ec2.create_security_group(GroupName="web", Description="for the web", VpcId=vpc)["GroupId"]
refused("InvalidGroup.Duplicate", 400, ec2.create_security_group, GroupName="web", Description="again", VpcId=vpc)
permissions = [
    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]},
    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": group}]},
]
made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions)["SecurityGroupRules"]
assert len(made) == 2 and made[0]["SecurityGroupRuleId"].startswith("sgr-"), made
refused("InvalidPermission.Duplicate", 400, ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=permissions[:1])
ec2.authorize_security_group_egress(
    GroupId=group, IpPermissions=[{"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
)
ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[made[0]["SecurityGroupRuleId"]])
rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
assert sorted(rule["IsEgress"] for rule in rules) == [False, True], rules
changed = [rule for rule in rules if not rule["IsEgress"]][0]["SecurityGroupRuleId"]
described = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8081, "CidrIpv6": "::/0", "Description": "other"}
change = {"SecurityGroupRuleId": changed, "SecurityGroupRule": described}
assert ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[change])["Return"] is True
after = ec2.describe_security_group_rules(SecurityGroupRuleIds=[changed])["SecurityGroupRules"][0]
assert described.items() <= after.items() and "ReferencedGroupInfo" not in after, after
shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
assert shown["GroupName"] == "web" and len(shown["IpPermissions"]) == len(shown["IpPermissionsEgress"]) == 1, shown
default_groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
assert {found["VpcId"] for found in default_groups} == {default_vpc, vpc}, default_groups
pair = ec2.create_key_pair(KeyName="key one")
assert "PRIVATE KEY" in pair["KeyMaterial"]
public = ec2.describe_key_pairs(KeyNames=["key one"], IncludePublicKey=True)["KeyPairs"][0]["PublicKey"]
ec2.import_key_pair(KeyName="two", PublicKeyMaterial=public.encode())
refused("InvalidKeyPair.Duplicate", 400, ec2.create_key_pair, KeyName="two")
ec2.delete_key_pair(KeyPairId=ec2.describe_key_pairs(KeyNames=["two"])["KeyPairs"][0]["KeyPairId"])

# Launch templates.
user_data = base64.b64encode(b"#!/bin/sh\n").decode()
data = {
    "ImageId": image,
    "InstanceType": "t3.micro",
    "UserData": user_data,
    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "DeleteOnTermination": True}}],
    "NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}],
    "MetadataOptions": {"HttpTokens": "required"},
    "TagSpecifications": tags("instance", team="a"),
}
template = ec2.create_launch_template(LaunchTemplateName="web/1", LaunchTemplateData=data)["LaunchTemplate"]
template_id = template["LaunchTemplateId"]
ec2.create_launch_template_version(LaunchTemplateId=template_id, SourceVersion="1", LaunchTemplateData={"InstanceType": "t3.small"})
versions = ec2.describe_launch_template_versions(LaunchTemplateName="web/1")["LaunchTemplateVersions"]
assert [version["VersionNumber"] for version in versions] == [2, 1], versions
assert versions[1]["LaunchTemplateData"] == data, versions[1]["LaunchTemplateData"]
assert versions[0]["LaunchTemplateData"] == {**data, "InstanceType": "t3.small"}
ec2.modify_launch_template(LaunchTemplateId=template_id, DefaultVersion="2")
gone = ec2.delete_launch_template_versions(LaunchTemplateId=template_id, Versions=["1", "9"])
assert len(gone["SuccessfullyDeletedLaunchTemplateVersions"]) == len(gone["UnsuccessfullyDeletedLaunchTemplateVersions"]) == 1
assert ec2.describe_launch_templates()["LaunchTemplates"][0]["DefaultVersionNumber"] == 2

# Instances.
refused("DryRunOperation", 412, ec2.run_instances, ImageId=image, MinCount=1, MaxCount=1, DryRun=True)
refused("InvalidAMIID.NotFound", 400, ec2.run_instances, ImageId="ami-abcd1234", MinCount=1, MaxCount=1)
launch = ec2.run_instances(
    ImageId=image,
    InstanceType="m5.large",
    MinCount=1,
    MaxCount=3,
    KeyName="key one",
    ClientToken="token",
    Placement={"AvailabilityZone": "us-east-1a"},
    InstanceMarketOptions={"MarketType": "spot", "SpotOptions": {"MaxPrice": "1"}},
    TagSpecifications=tags("instance", Name="one", role="web"),
)
again = ec2.run_instances(
    ImageId=image,
    InstanceType="m5.large",
    MinCount=1,
    MaxCount=3,
    KeyName="key one",
    ClientToken="token",
    Placement={"AvailabilityZone": "us-east-1a"},
    InstanceMarketOptions={"MarketType": "spot", "SpotOptions": {"MaxPrice": "1"}},
    TagSpecifications=tags("instance", Name="one", role="web"),
)
ids = [instance["InstanceId"] for instance in launch["Instances"]]
assert len(ids) == 3 and ids == [instance["InstanceId"] for instance in again["Instances"]], again
assert all(instance["State"] == {"Code": 0, "Name": "pending"} for instance in launch["Instances"])
assert [instance["AmiLaunchIndex"] for instance in launch["Instances"]] == [0, 1, 2]
refused("IdempotentParameterMismatch", 400, ec2.run_instances, ImageId=image, MinCount=1, MaxCount=1, ClientToken="token")
ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig={"MaxAttempts": 1})
ec2.get_waiter("instance_status_ok").wait(InstanceIds=ids, WaiterConfig={"MaxAttempts": 1})
requests = ec2.describe_spot_instance_requests()["SpotInstanceRequests"]
ec2.get_waiter("spot_instance_request_fulfilled").wait(
    SpotInstanceRequestIds=[request["SpotInstanceRequestId"] for request in requests], WaiterConfig={"MaxAttempts": 1}
)
assert {request["State"] for request in requests} == {"active"}
by_tag = ec2.describe_instances(
    Filters=[{"Name": "tag:role", "Values": ["w*"]}, {"Name": "instance-state-name", "Values": ["running"]}]
)["Reservations"]
assert [instance["InstanceId"] for instance in by_tag[0]["Instances"]] == ids, by_tag
running = by_tag[0]["Instances"][0]
assert running["PublicIpAddress"] and running["SecurityGroups"][0]["GroupName"] == "default"
assert running["SecurityGroups"][0]["GroupId"] in {found["GroupId"] for found in default_groups}
refused("InvalidParameterValue", 400, ec2.describe_instances, Filters=[{"Name": "no-such-filter", "Values": ["x"]}])
refused("UnsupportedOperation", 400, ec2.stop_instances, InstanceIds=ids)
refused("InvalidInstanceID.NotFound", 400, ec2.terminate_instances, InstanceIds=[ids[0], "i-0123456789abcdef0"])

from_template = ec2.run_instances(LaunchTemplate={"LaunchTemplateId": template_id}, MinCount=1, MaxCount=1)["Instances"][0]
one = from_template["InstanceId"]
assert (from_template["InstanceType"], from_template["SubnetId"]) == ("t3.small", subnet)
assert {tag["Key"] for tag in from_template["Tags"]} == {"team", "aws:ec2launchtemplate:id", "aws:ec2launchtemplate:version"}
assert ec2.describe_instance_attribute(InstanceId=one, Attribute="userData")["UserData"]["Value"] == user_data
for attribute in ("instanceType", "groupSet", "disableApiTermination", "blockDeviceMapping", "sourceDestCheck", "kernel"):
    ec2.describe_instance_attribute(InstanceId=one, Attribute=attribute)
stopping = ec2.stop_instances(InstanceIds=[one])["StoppingInstances"][0]
assert (stopping["PreviousState"]["Name"], stopping["CurrentState"]["Name"]) == ("running", "stopping")
ec2.get_waiter("instance_stopped").wait(InstanceIds=[one], WaiterConfig={"MaxAttempts": 1})
ec2.modify_instance_attribute(InstanceId=one, InstanceType={"Value": "t3.medium"})
starting = ec2.start_instances(InstanceIds=[one])["StartingInstances"][0]
assert (starting["PreviousState"]["Name"], starting["CurrentState"]["Name"]) == ("stopped", "pending")
refused("IncorrectInstanceState", 400, ec2.modify_instance_attribute, InstanceId=one, InstanceType={"Value": "t3.large"})
ec2.modify_instance_metadata_options(InstanceId=one, HttpTokens="optional")
ec2.modify_instance_attribute(InstanceId=one, SourceDestCheck={"Value": False})
ec2.modify_instance_attribute(InstanceId=one, DisableApiTermination={"Value": True})
refused("OperationNotPermitted", 400, ec2.terminate_instances, InstanceIds=[one])
ec2.modify_instance_attribute(InstanceId=one, DisableApiTermination={"Value": False})
ec2.reboot_instances(InstanceIds=[one])
shown = ec2.describe_instances(InstanceIds=[one])["Reservations"][0]["Instances"][0]
assert (shown["InstanceType"], shown["SourceDestCheck"], shown["MetadataOptions"]["HttpTokens"]) == ("t3.medium", False, "optional")
assert [shown_group["GroupId"] for shown_group in shown["SecurityGroups"]] == [group]
assert ec2.get_launch_template_data(InstanceId=one)["LaunchTemplateData"]["InstanceType"] == "t3.medium"
statuses = ec2.describe_instance_status(InstanceIds=ids)["InstanceStatuses"]
assert {status["InstanceStatus"]["Status"] for status in statuses} == {"ok"}

# Volumes and interfaces.
volumes = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [one]}])["Volumes"]
assert [(volume["Size"], volume["Attachments"][0]["Device"]) for volume in volumes] == [(20, "/dev/xvda")], volumes
mapped = shown["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
assert ec2.describe_volumes(VolumeIds=[mapped])["Volumes"] == volumes
ec2.get_waiter("volume_in_use").wait(VolumeIds=[mapped], WaiterConfig={"MaxAttempts": 1})
refused("InvalidVolume.NotFound", 400, ec2.describe_volumes, VolumeIds=["vol-0123456789abcdef0"])
interface = ec2.describe_network_interfaces(Filters=[{"Name": "subnet-id", "Values": [subnet]}])["NetworkInterfaces"]
assert len(interface) == 1 and interface[0]["Attachment"]["InstanceId"] == one, interface
assert interface[0]["NetworkInterfaceId"] == shown["NetworkInterfaces"][0]["NetworkInterfaceId"]
assert interface[0]["PrivateIpAddress"] == shown["PrivateIpAddress"]
assert interface[0]["Association"]["PublicIp"] == shown["PublicIpAddress"]

# Spot requests.
specification = {"ImageId": image, "InstanceType": "c5.large", "KeyName": "key one", "UserData": user_data}
spot_tags = tags("spot-instances-request", job="a")
new = ec2.request_spot_instances(
    InstanceCount=2, SpotPrice="1.5", LaunchSpecification=specification, TagSpecifications=spot_tags
)["SpotInstanceRequests"]
assert {(request["State"], request["Status"]["Code"], request["Type"]) for request in new} == {
    ("open", "pending-evaluation", "one-time")
}, new
new_ids = [request["SpotInstanceRequestId"] for request in new]
ec2.get_waiter("spot_instance_request_fulfilled").wait(SpotInstanceRequestIds=new_ids, WaiterConfig={"MaxAttempts": 1})
fulfilled = ec2.describe_spot_instance_requests(SpotInstanceRequestIds=new_ids)["SpotInstanceRequests"]
assert {(request["SpotPrice"], request["Tags"][0]["Value"]) for request in fulfilled} == {("1.500000", "a")}, fulfilled
spot_ids = [request["InstanceId"] for request in fulfilled]
spot = ec2.describe_instances(InstanceIds=spot_ids)["Reservations"]
assert [len(launch["Instances"]) for launch in spot] == [2], spot
assert {instance["InstanceLifecycle"] for launch in spot for instance in launch["Instances"]} == {"spot"}
ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=new_ids[:1])
states = ec2.describe_spot_instance_requests(Filters=[{"Name": "state", "Values": ["cancelled"]}])["SpotInstanceRequests"]
assert [(request["SpotInstanceRequestId"], request["Status"]["Code"]) for request in states] == [
    (new_ids[0], "request-canceled-and-instance-running")
], states
refused("InvalidSpotInstanceRequestID.NotFound", 400, ec2.describe_spot_instance_requests, SpotInstanceRequestIds=["sir-00000000"])
refused("SpotMaxPriceTooLow", 400, ec2.request_spot_instances, SpotPrice="0.0011", LaunchSpecification=specification)
ec2.terminate_instances(InstanceIds=spot_ids)

# Tags.
ec2.create_tags(Resources=[one, vpc, subnet, group, template_id], Tags=[{"Key": "stage", "Value": "test"}])
found = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["stage"]}])["Tags"]
assert {tag["ResourceType"] for tag in found} == {"instance", "vpc", "subnet", "security-group", "launch-template"}, found
ec2.delete_tags(Resources=[one], Tags=[{"Key": "stage"}])
refused("InvalidVpcID.NotFound", 400, ec2.create_tags, Resources=[one, "vpc-0123456789abcdef0"], Tags=[{"Key": "x", "Value": "y"}])
assert "x" not in str(ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [one]}])["Tags"])

# Pages.
ec2.run_instances(ImageId=image, InstanceType="t3.nano", MinCount=12, MaxCount=12)
pages = list(ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5}))
listed = [instance["InstanceId"] for page in pages for reservation in page["Reservations"] for instance in reservation["Instances"]]
assert len(pages) == 4 and len(set(listed)) == 18, (len(pages), listed)
refused("InvalidNextToken", 400, ec2.describe_instances, NextToken="no")

# Pages of volumes, network interfaces and tags have what one page has, once each.
for name, rows in (
    ("describe_volumes", "Volumes"),
    ("describe_network_interfaces", "NetworkInterfaces"),
    ("describe_tags", "Tags"),
):
    whole = getattr(ec2, name)()[rows]
    for size in (5, 7, max(5, len(whole)), 1000):
        pages = list(ec2.get_paginator(name).paginate(PaginationConfig={"PageSize": size}))
        assert [row for page in pages for row in page[rows]] == whole, (name, size)
        assert len(pages) == -(-len(whole) // size), (name, size, len(pages))
    refused("InvalidNextToken", 400, getattr(ec2, name), NextToken="no")

# What was shown is not shown again, and what ends is shown no more, wherever a page has ended.
first = ec2.describe_volumes(MaxResults=5)
shown = [volume["VolumeId"] for volume in first["Volumes"]]
ending = first["Volumes"][-1]["Attachments"][0]["InstanceId"]
ec2.terminate_instances(InstanceIds=[ending])
later = ec2.describe_volumes(NextToken=first["NextToken"])["Volumes"]
left = ec2.describe_volumes()["Volumes"]
assert [volume for volume in left if volume["VolumeId"] not in shown] == later, later

# The end.
ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[requests[0]["SpotInstanceRequestId"]])
ending = ec2.terminate_instances(InstanceIds=listed)["TerminatingInstances"]
assert {change["CurrentState"]["Name"] for change in ending} == {"shutting-down", "terminated"}
ec2.get_waiter("instance_terminated").wait(InstanceIds=listed, WaiterConfig={"MaxAttempts": 1})
ended = ec2.describe_instances(InstanceIds=[ids[0]])["Reservations"][0]["Instances"][0]
assert ended["StateReason"]["Code"] == "Client.UserInitiatedShutdown" and "SubnetId" not in ended, ended
refused("IncorrectInstanceState", 400, ec2.start_instances, InstanceIds=[one])
closed = ec2.describe_spot_instance_requests()["SpotInstanceRequests"]
assert {request["State"] for request in closed} == {"closed", "cancelled"}
assert {request["Status"]["Code"] for request in closed} == {"instance-terminated-by-user"}
ec2.delete_launch_template(LaunchTemplateName="web/1")
refused("DependencyViolation", 400, ec2.delete_vpc, VpcId=vpc)
ec2.delete_security_group(GroupId=group)
ec2.delete_subnet(SubnetId=subnet)
ec2.delete_vpc(VpcId=vpc)
ec2.delete_key_pair(KeyName="key one")

# What is not simulated says so.
refused("NotImplemented", 501, boto3.client("s3").list_buckets)
refused("NotImplemented", 501, boto3.client("iam").list_roles)
refused("NotImplemented", 501, boto3.client("dynamodb").list_tables)
refused("InvalidAction", 400, ec2.describe_account_attributes)

missing = set(sys.argv[1:]) - called
assert not missing, f"not called: {sorted(missing)}"
