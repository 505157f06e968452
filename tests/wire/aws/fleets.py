"""Fleets as boto3 makes them under a scarce market; each reply is checked strictly against botocore's model.

In us-east-1a there are 2 on-demand and 3 spot instances of m5.large, and none of c5.large.
"""

import boto3

import strict_replies  # noqa: F401
from refusals import refused

ec2 = boto3.client("ec2")
ssm = boto3.client("ssm")
called = set()
ec2.meta.events.register("before-call.ec2", lambda model, **_: called.add(model.name))

PARAMETER = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
image = ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"]
template = ec2.create_launch_template(
    LaunchTemplateName="fleet",
    LaunchTemplateData={
        "ImageId": image,
        "InstanceType": "m5.large",
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "from", "Value": "template"}]}],
    },
)["LaunchTemplate"]["LaunchTemplateId"]


def config(*overrides):
    specification = {"LaunchTemplateName": "fleet", "Version": "$Latest"}
    return [{"LaunchTemplateSpecification": specification, "Overrides": list(overrides)}]


def create(kind, on_demand, spot, *overrides, **more):
    return ec2.create_fleet(
        Type=kind,
        TargetCapacitySpecification={
            "TotalTargetCapacity": on_demand + spot,
            "OnDemandTargetCapacity": on_demand,
            "SpotTargetCapacity": spot,
            "DefaultTargetCapacityType": "spot",
        },
        LaunchTemplateConfigs=config(*overrides),
        **more,
    )


def rows(reply):
    return [(row["InstanceType"], row["Lifecycle"], len(row["InstanceIds"])) for row in reply["Instances"]]


def errors(reply):
    place = [row["LaunchTemplateAndOverrides"]["Overrides"]["InstanceType"] for row in reply["Errors"]]
    return list(zip(place, [(row["Lifecycle"], row["ErrorCode"]) for row in reply["Errors"]]))


def show(fleet_id):
    return ec2.describe_fleets(FleetIds=[fleet_id])["Fleets"][0]


def delete(*fleet_ids):
    return ec2.delete_fleets(FleetIds=list(fleet_ids), TerminateInstances=True)


M5 = {"InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Priority": 1.0}
C5 = {"InstanceType": "c5.large", "AvailabilityZone": "us-east-1a", "Priority": 0.0}

# A partial fleet: a row for each pool that was short, and the other billing is not concerned.
partial = create("instant", 2, 5, M5, C5, OnDemandOptions={"AllocationStrategy": "prioritized"})
assert rows(partial) == [("m5.large", "on-demand", 2), ("m5.large", "spot", 3)], partial
short = "InsufficientInstanceCapacity"
expected = [("c5.large", ("on-demand", short)), ("c5.large", ("spot", short)), ("m5.large", ("spot", short))]
assert sorted(errors(partial)) == expected, errors(partial)
named = partial["Errors"][0]["LaunchTemplateAndOverrides"]["LaunchTemplateSpecification"]
assert named == {"LaunchTemplateId": template, "Version": "1"}, named
shown = show(partial["FleetId"])
assert (shown["ActivityStatus"], shown["FulfilledCapacity"], shown["FulfilledOnDemandCapacity"]) == ("fulfilled", 5, 2)
assert rows(shown) == rows(partial) and errors(shown) == errors(partial), shown
assert [one["InstanceType"] for one in shown["LaunchTemplateConfigs"][0]["Overrides"]] == ["m5.large", "c5.large"]
assert not ec2.describe_fleets()["Fleets"], "an instant fleet is described by its id alone"
ids = [instance for row in partial["Instances"] for instance in row["InstanceIds"]]
by_tag = ec2.describe_instances(Filters=[{"Name": "tag:aws:ec2:fleet-id", "Values": [partial["FleetId"]]}])
launched = [instance for reservation in by_tag["Reservations"] for instance in reservation["Instances"]]
assert sorted(instance["InstanceId"] for instance in launched) == sorted(ids), launched
assert {"Key": "from", "Value": "template"} in launched[0]["Tags"], launched[0]
assert {instance.get("InstanceLifecycle") for instance in launched} == {None, "spot"}
refused("Unsupported", ec2.describe_fleet_instances, FleetId=partial["FleetId"])

# Nothing comes: no error of the call, and the fleet says why.
nothing = create("instant", 0, 2, C5)
assert nothing["Instances"] == [] and errors(nothing) == [("c5.large", ("spot", "UnfulfillableCapacity"))], nothing
done = delete(partial["FleetId"], nothing["FleetId"], "fleet-00000000-0000-0000-0000-000000000000", "fleet-x")
states = [row["CurrentFleetState"] for row in done["SuccessfulFleetDeletions"]]
assert states == ["deleted_terminating", "deleted_terminating"], done
codes = [row["Error"]["Code"] for row in done["UnsuccessfulFleetDeletions"]]
assert codes == ["fleetIdDoesNotExist", "fleetIdMalformed"], done
assert show(partial["FleetId"])["FleetState"] == "deleted_terminating"

# A minimum: all or nothing, per billing.
least = {"MinTargetCapacity": 4, "SingleAvailabilityZone": True}
refused_minimum = create("instant", 1, 5, M5, C5, SpotOptions=least)
assert rows(refused_minimum) == [("m5.large", "on-demand", 1)], refused_minimum
assert {code for _, (_, code) in errors(refused_minimum)} >= {"UnfulfillableCapacity"}
delete(refused_minimum["FleetId"])

# Attributes in place of a type.
requirements = {"VCpuCount": {"Min": 2, "Max": 2}, "MemoryMiB": {"Min": 8192, "Max": 8192}, "CpuManufacturers": ["intel"]}
wide = create(
    "instant", 0, 6, {"InstanceRequirements": requirements}, SpotOptions={"AllocationStrategy": "price-capacity-optimized"}
)
assert sum(count for _, _, count in rows(wide)) == 6 and not wide["Errors"], wide
kept = show(wide["FleetId"])["LaunchTemplateConfigs"][0]["Overrides"][0]["InstanceRequirements"]
assert kept == requirements, kept
delete(wide["FleetId"])

# A target in vCPUs.
eight = {"TotalTargetCapacity": 8, "DefaultTargetCapacityType": "on-demand", "TargetCapacityUnitType": "vcpu"}
sized = {**requirements, "MaxSpotPriceAsPercentageOfOptimalOnDemandPrice": 80}
by_vcpus = ec2.create_fleet(
    Type="instant", TargetCapacitySpecification=eight, LaunchTemplateConfigs=config({"InstanceRequirements": sized})
)
assert sum(count for _, _, count in rows(by_vcpus)) == 4, by_vcpus
kept = show(by_vcpus["FleetId"])
assert (kept["FulfilledCapacity"], kept["TargetCapacitySpecification"]["TargetCapacityUnitType"]) == (8, "vcpu"), kept
delete(by_vcpus["FleetId"])

# A token repeats the reply, with other parameters it is refused.
arguments = {"ClientToken": "once", "SpotOptions": {"AllocationStrategy": "lowest-price", "InstancePoolsToUseCount": 2}}
first = create("instant", 1, 0, M5, **arguments)
assert create("instant", 1, 0, M5, **arguments)["Instances"] == first["Instances"]
refused("IdempotentParameterMismatch", create, kind="instant", on_demand=2, spot=0, ClientToken="once")
delete(first["FleetId"])

# A fleet that is kept up.
tags = [{"ResourceType": "fleet", "Tags": [{"Key": "name", "Value": "web"}]}]
fleet_id = create("maintain", 1, 0, M5, TagSpecifications=tags, ReplaceUnhealthyInstances=True, Context="")["FleetId"]
shown = show(fleet_id)
assert (shown["FleetState"], shown["ActivityStatus"], shown["Type"]) == ("active", "fulfilled", "maintain"), shown
assert shown["Tags"] == tags[0]["Tags"] and shown["ReplaceUnhealthyInstances"] is True, shown
target = {"TotalTargetCapacity": 3, "OnDemandTargetCapacity": 2, "SpotTargetCapacity": 1}
assert ec2.modify_fleet(FleetId=fleet_id, TargetCapacitySpecification=target)["Return"] is True
active = ec2.describe_fleet_instances(FleetId=fleet_id)["ActiveInstances"]
assert len(active) == 3 and len([one for one in active if "SpotInstanceRequestId" in one]) == 1, active
history = ec2.describe_fleet_history(FleetId=fleet_id, StartTime="2020-01-01T00:00:00Z")["HistoryRecords"]
launches = [record for record in history if record["EventType"] == "instance-change"]
assert {record["EventInformation"]["InstanceId"] for record in launches} == {one["InstanceId"] for one in active}
pages = list(ec2.get_paginator("describe_fleets").paginate(PaginationConfig={"PageSize": 1}))
assert [fleet["FleetId"] for page in pages for fleet in page["Fleets"]][0] == fleet_id, pages
kept = ec2.delete_fleets(FleetIds=[fleet_id], TerminateInstances=False)["SuccessfulFleetDeletions"][0]
assert (kept["PreviousFleetState"], kept["CurrentFleetState"]) == ("active", "deleted_running"), kept
running = ec2.describe_instances(InstanceIds=[one["InstanceId"] for one in active])["Reservations"]
assert {one["State"]["Name"] for found in running for one in found["Instances"]} == {"running"}
delete(fleet_id)
assert ec2.describe_fleet_instances(FleetId=fleet_id)["ActiveInstances"] == []
refused("InvalidFleetId.NotFound", ec2.modify_fleet, FleetId=fleet_id, TargetCapacitySpecification=target)

# What no fleet can have.
refused("InvalidParameterCombination", create, kind="maintain", on_demand=1, spot=0, SpotOptions=least)
refused("DryRunOperation", create, kind="maintain", on_demand=1, spot=0, DryRun=True)
refused("InvalidFleetId.Malformed", ec2.describe_fleets, FleetIds=["fleet-1"])

# A thousand at once, from every type that there is.
anything = {"VCpuCount": {"Min": 1}, "MemoryMiB": {"Min": 1}}
large = create("instant", 0, 1000, {"InstanceRequirements": anything})
assert sum(count for _, _, count in rows(large)) == 1000, rows(large)
delete(large["FleetId"])

actions = {"CreateFleet", "DeleteFleets", "DescribeFleetHistory", "DescribeFleetInstances", "DescribeFleets", "ModifyFleet"}
missing = actions - called
assert not missing, f"not called: {sorted(missing)}"
