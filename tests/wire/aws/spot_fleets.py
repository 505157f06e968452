"""Spot fleets as boto3 makes them under a scarce market; each reply is checked strictly against botocore's model.

In us-east-1a there are 2 on-demand and 3 spot instances of m5.large, and none of c5.large.
"""

import base64

import boto3

import strict_replies  # noqa: F401
from refusals import refused

ec2 = boto3.client("ec2")
called = set()
ec2.meta.events.register("before-call.ec2", lambda model, **_: called.add(model.name))

IMAGE = "ami-0a1b2c3d4e5f60718"
ROLE = "arn:aws:iam::123456789012:role/fleet"
ZONE = "us-east-1a"


def request(target, **more):
    config = {"IamFleetRole": ROLE, "TargetCapacity": target, **more}
    return ec2.request_spot_fleet(SpotFleetRequestConfig=config)["SpotFleetRequestId"]


def show(fleet_id):
    return ec2.describe_spot_fleet_requests(SpotFleetRequestIds=[fleet_id])["SpotFleetRequestConfigs"][0]


def active(fleet_id):
    return ec2.describe_spot_fleet_instances(SpotFleetRequestId=fleet_id)["ActiveInstances"]


def instances(fleet_id):
    filters = [{"Name": "tag:aws:ec2spot:fleet-request-id", "Values": [fleet_id]}]
    found = ec2.describe_instances(Filters=filters)["Reservations"]
    return [instance for reservation in found for instance in reservation["Instances"]]


def cancel(*fleet_ids, terminate=True):
    return ec2.cancel_spot_fleet_requests(SpotFleetRequestIds=list(fleet_ids), TerminateInstances=terminate)


def template_config(*overrides):
    return [{"LaunchTemplateSpecification": {"LaunchTemplateName": "fleet", "Version": "$Latest"}, "Overrides": list(overrides)}]


vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
group = ec2.create_security_group(GroupName="fleet", Description="fleet", VpcId=vpc)["GroupId"]
subnets = ec2.describe_subnets()["Subnets"]
subnet = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in subnets}
interface = {"DeviceIndex": 0, "SubnetId": subnet[ZONE], "Groups": [group]}
ec2.create_launch_template(
    LaunchTemplateName="fleet",
    LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "m5.large", "NetworkInterfaces": [interface]},
)

# Launch specifications: everything that is said comes back, and instances have what concerns them.
specification = {
    "ImageId": IMAGE,
    "InstanceType": "m5.large",
    "SubnetId": subnet[ZONE],
    "SecurityGroups": [{"GroupId": group}],
    "WeightedCapacity": 2.0,
    "SpotPrice": "1",
    "UserData": base64.b64encode(b"#!/bin/sh").decode(),
    "Monitoring": {"Enabled": True},
    "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/fleet"},
    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "DeleteOnTermination": True}}],
    "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "from", "Value": "specification"}]}],
}
with_interface = {
    "ImageId": IMAGE,
    "InstanceType": "c5.large",
    "NetworkInterfaces": [
        {**interface, "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": "172.31.0.99"}]}
    ],
}
made = request(
    5,
    ClientToken="first",
    AllocationStrategy="diversified",
    LaunchSpecifications=[specification, with_interface],
    LoadBalancersConfig={"TargetGroupsConfig": {"TargetGroups": [{"Arn": "arn:aws:elasticloadbalancing:x"}]}},
    SpotMaintenanceStrategies={"CapacityRebalance": {"ReplacementStrategy": "launch"}},
    TagSpecifications=[{"ResourceType": "spot-fleet-request", "Tags": [{"Key": "name", "Value": "web"}]}],
)
assert made.startswith("sfr-") and len(made) == 40, made
shown = show(made)
config = shown["SpotFleetRequestConfig"]
assert config["LaunchSpecifications"] == [specification, with_interface], config["LaunchSpecifications"]
assert (shown["SpotFleetRequestState"], shown["ActivityStatus"]) == ("active", "fulfilled"), shown
assert (config["AllocationStrategy"], config["OnDemandAllocationStrategy"]) == ("diversified", "lowestPrice"), config
assert (config["TargetCapacity"], config["FulfilledCapacity"], config["Type"]) == (5, 6, "maintain"), config
assert (config["IamFleetRole"], config["ExcessCapacityTerminationPolicy"]) == (ROLE, "default"), config
assert config["LoadBalancersConfig"]["TargetGroupsConfig"]["TargetGroups"][0]["Arn"], config
assert shown["Tags"] == [{"Key": "name", "Value": "web"}], shown
launched = instances(made)
assert {instance["InstanceType"] for instance in launched} == {"m5.large"} and len(launched) == 3, launched
assert {instance["SecurityGroups"][0]["GroupId"] for instance in launched} == {group}, launched
assert all({"Key": "from", "Value": "specification"} in instance["Tags"] for instance in launched), launched
assert {instance["InstanceLifecycle"] for instance in launched} == {"spot"}
assert sorted(one["InstanceId"] for one in active(made)) == sorted(one["InstanceId"] for one in launched)
assert all(one["SpotInstanceRequestId"].startswith("sir-") for one in active(made))
requests = ec2.describe_spot_instance_requests(Filters=[{"Name": "state", "Values": ["active"]}])["SpotInstanceRequests"]
assert len(requests) == 3, requests

# The rest is missing for want of instances, and no fleet of the other kind is there.
short = request(1, LaunchSpecifications=[{"ImageId": IMAGE, "InstanceType": "m5.large", "Placement": {"AvailabilityZone": ZONE}}])
assert (show(short)["SpotFleetRequestState"], show(short)["ActivityStatus"]) == ("active", "pending_fulfillment")
assert active(short) == [] and ec2.describe_fleets()["Fleets"] == []
pages = list(ec2.get_paginator("describe_spot_fleet_requests").paginate(PaginationConfig={"PageSize": 1}))
listed = [row["SpotFleetRequestId"] for page in pages for row in page["SpotFleetRequestConfigs"]]
assert listed == [made, short], listed

# Cancelling: instances end or run on, and each of several requests is a row.
done = cancel(made, "sfr-00000000-0000-0000-0000-000000000000", "sfr-x", terminate=False)
row = done["SuccessfulFleetRequests"][0]
assert (row["PreviousSpotFleetRequestState"], row["CurrentSpotFleetRequestState"]) == ("active", "cancelled_running"), row
codes = [row["Error"]["Code"] for row in done["UnsuccessfulFleetRequests"]]
assert codes == ["fleetRequestIdMalformed", "fleetRequestIdDoesNotExist"] or codes == [
    "fleetRequestIdDoesNotExist",
    "fleetRequestIdMalformed",
], done
assert {one["State"]["Name"] for one in instances(made)} == {"running"}
assert show(made)["SpotFleetRequestState"] == "cancelled_running"
row = cancel(made)["SuccessfulFleetRequests"][0]
assert (row["PreviousSpotFleetRequestState"], row["CurrentSpotFleetRequestState"]) == (
    "cancelled_running",
    "cancelled_terminating",
), row
assert active(made) == [] and instances(made) == []
assert show(made)["SpotFleetRequestState"] == "cancelled"
again = cancel(made)["UnsuccessfulFleetRequests"]
assert [row["Error"]["Code"] for row in again] == ["fleetRequestNotInCancellableState"], again

# Launch templates, with on-demand capacity, weights, priorities and requirements.
sized = {
    "VCpuCount": {"Min": 2, "Max": 2},
    "MemoryMiB": {"Min": 8192, "Max": 8192},
    "CpuManufacturers": ["intel"],
    "BaselinePerformanceFactors": {"Cpu": {"References": [{"InstanceFamily": "m5"}]}},
}
overrides = [
    {"InstanceType": "c5.large", "AvailabilityZone": ZONE, "Priority": 0.0},
    {"InstanceType": "m5.large", "SubnetId": subnet[ZONE], "SpotPrice": "0.9", "WeightedCapacity": 1.0, "Priority": 1.0},
    {"InstanceRequirements": sized, "AvailabilityZone": "us-east-1b"},
]
mixed = request(
    4,
    OnDemandTargetCapacity=2,
    AllocationStrategy="capacityOptimizedPrioritized",
    OnDemandAllocationStrategy="prioritized",
    LaunchTemplateConfigs=template_config(*overrides),
    SpotMaxTotalPrice="5",
    InstanceInterruptionBehavior="stop",
    ReplaceUnhealthyInstances=True,
    TerminateInstancesWithExpiration=True,
    ValidUntil="2030-01-01T00:00:00Z",
)
config = show(mixed)["SpotFleetRequestConfig"]
assert config["LaunchTemplateConfigs"] == template_config(*overrides), config["LaunchTemplateConfigs"]
assert (config["OnDemandTargetCapacity"], config["OnDemandFulfilledCapacity"], config["FulfilledCapacity"]) == (2, 2, 4)
assert (config["SpotMaxTotalPrice"], config["InstanceInterruptionBehavior"]) == ("5", "stop"), config
assert config["ReplaceUnhealthyInstances"] and config["TerminateInstancesWithExpiration"], config
launched = instances(mixed)
on_demand = [one["InstanceType"] for one in launched if "InstanceLifecycle" not in one]
assert on_demand == ["m5.large", "m5.large"], launched
of_template = [one for one in launched if one["Placement"]["AvailabilityZone"] == ZONE]
assert {one["SecurityGroups"][0]["GroupId"] for one in of_template} == {group}, of_template

# Changing the capacity, the on-demand part of it included.
modify = ec2.modify_spot_fleet_request
assert modify(SpotFleetRequestId=mixed, TargetCapacity=6)["Return"] is True
config = show(mixed)["SpotFleetRequestConfig"]
assert (config["TargetCapacity"], config["OnDemandTargetCapacity"], config["FulfilledCapacity"]) == (6, 2, 6), config
assert modify(SpotFleetRequestId=mixed, TargetCapacity=1, OnDemandTargetCapacity=1, ExcessCapacityTerminationPolicy="default")["Return"]
assert [one["InstanceType"] for one in active(mixed)] == ["m5.large"], active(mixed)
assert modify(SpotFleetRequestId=mixed, TargetCapacity=0, OnDemandTargetCapacity=0, ExcessCapacityTerminationPolicy="noTermination")
assert len(active(mixed)) == 1 and show(mixed)["SpotFleetRequestConfig"]["ExcessCapacityTerminationPolicy"] == "noTermination"
refused("InvalidParameterValue", modify, SpotFleetRequestId=mixed, TargetCapacity=1, OnDemandTargetCapacity=2)
refused("UnsupportedOperation", modify, SpotFleetRequestId=mixed, LaunchTemplateConfigs=template_config(overrides[0]))
history = ec2.describe_spot_fleet_request_history(SpotFleetRequestId=mixed, StartTime="2020-01-01T00:00:00Z")
kinds = {record["EventType"] for record in history["HistoryRecords"]}
assert kinds == {"fleetRequestChange", "instanceChange"}, history
changes = ec2.describe_spot_fleet_request_history(
    SpotFleetRequestId=mixed, StartTime="2020-01-01T00:00:00Z", EventType="instanceChange"
)["HistoryRecords"]
of_kind = [record["EventInformation"]["EventSubType"] for record in changes]
assert (of_kind.count("launched"), of_kind.count("terminated")) == (6, 5), changes

# Tags.
ec2.create_tags(Resources=[mixed], Tags=[{"Key": "stage", "Value": "test"}])
found = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [mixed]}])["Tags"]
assert [(tag["ResourceType"], tag["Key"]) for tag in found] == [("spot-fleet-request", "stage")], found

# A token repeats the reply, with other parameters it is refused.
one = {"LaunchTemplateConfigs": template_config(), "ClientToken": "once", "Type": "request"}
first = request(1, **one)
assert request(1, **one) == first
refused("IdempotentParameterMismatch", request, target=2, **one)
refused("InvalidParameterValue", modify, SpotFleetRequestId=first, TargetCapacity=2)

# Several places in one specification; a price of the request below every pool's.
zones = {"ImageId": IMAGE, "InstanceType": "m5.xlarge", "Placement": {"AvailabilityZone": "us-east-1a, us-east-1b"}}
spread = request(4, AllocationStrategy="diversified", LaunchSpecifications=[zones])
assert {one["Placement"]["AvailabilityZone"] for one in instances(spread)} == {"us-east-1a", "us-east-1b"}
cheap = request(1, SpotPrice="0.0011", LaunchSpecifications=[zones])
assert (active(cheap), show(cheap)["SpotFleetRequestConfig"]["SpotPrice"]) == ([], "0.0011")

# What no spot fleet can have.
bad = "InvalidSpotFleetRequestConfig"
refused("MissingParameter", request, target=1)
refused(bad, request, target=1, LaunchSpecifications=[zones], LaunchTemplateConfigs=template_config())
refused(bad, request, target=1, OnDemandTargetCapacity=1, LaunchSpecifications=[zones])
refused(bad, request, target=1, OnDemandTargetCapacity=2, LaunchTemplateConfigs=template_config())
refused(bad, request, target=1, Type="instant", LaunchTemplateConfigs=template_config())
refused(bad, request, target=0, Type="request", LaunchTemplateConfigs=template_config())
refused(bad, request, target=1, AllocationStrategy="lowest price", LaunchTemplateConfigs=template_config())
refused(bad, request, target=1, SpotPrice="0.001", LaunchSpecifications=[zones])
refused("InvalidSpotFleetRequestId.Malformed", ec2.describe_spot_fleet_requests, SpotFleetRequestIds=["sfr-1"])
missing = "sfr-00000000-0000-0000-0000-000000000000"
refused("InvalidSpotFleetRequestId.NotFound", ec2.describe_spot_fleet_requests, SpotFleetRequestIds=[missing])
refused("InvalidSpotFleetRequestId.NotFound", ec2.describe_spot_fleet_instances, SpotFleetRequestId=missing)
refused("InvalidSpotFleetRequestId.NotFound", modify, SpotFleetRequestId=missing, TargetCapacity=1)

actions = {
    "CancelSpotFleetRequests",
    "DescribeSpotFleetInstances",
    "DescribeSpotFleetRequestHistory",
    "DescribeSpotFleetRequests",
    "ModifySpotFleetRequest",
    "RequestSpotFleet",
}
uncalled = actions - called
assert not uncalled, f"not called: {sorted(uncalled)}"
