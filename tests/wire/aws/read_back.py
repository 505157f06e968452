"""What a client sends to EC2 is read back as it was sent, and refusals name the ids that EC2 shows."""

import boto3
from botocore.exceptions import ClientError

import strict_replies  # noqa: F401

ec2 = boto3.client("ec2")
image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-*x86_64*"]}])["Images"][0]["ImageId"]


def refused(code, call, *names, **arguments):
    """The call is refused with this code, and its message has these names and none of the other cloud."""
    try:
        call(**arguments)
    except ClientError as error:
        found, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        assert found == code, (found, message)
        assert all(name in message for name in names), message
        assert "vsw-" not in message and "vSwitch" not in message and "vpc-us-" not in message, message
    else:
        raise AssertionError(f"not refused with {code}")


def launch(**arguments):
    made = ec2.run_instances(**{"ImageId": image, "InstanceType": "m5.large", "MinCount": 1, "MaxCount": 1, **arguments})
    return made["Instances"][0]["InstanceId"]


def shown(instance):
    return ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def disks(instance):
    found = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"]
    return {
        volume["Attachments"][0]["Device"]: (
            volume["VolumeType"],
            volume.get("Iops"),
            volume.get("Throughput"),
            volume["Attachments"][0]["DeleteOnTermination"],
        )
        for volume in found
    }


# Disks.
one = launch(
    BlockDeviceMappings=[
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "Iops": 4000, "Throughput": 250, "DeleteOnTermination": False}},
        {"DeviceName": "/dev/sdb", "Ebs": {"VolumeType": "io2", "VolumeSize": 100, "Iops": 5000}},
        {"DeviceName": "/dev/sdc", "Ebs": {"VolumeSize": 10}},
    ],
    CpuOptions={"CoreCount": 1, "ThreadsPerCore": 1},
    PrivateDnsNameOptions={"HostnameType": "resource-name", "EnableResourceNameDnsARecord": True},
    CapacityReservationSpecification={"CapacityReservationPreference": "none"},
    DisableApiStop=True,
)
assert disks(one) == {
    "/dev/xvda": ("gp3", 4000, 250, False),
    "/dev/sdb": ("io2", 5000, None, True),
    "/dev/sdc": ("gp3", 3000, 125, True),
}, disks(one)
mapped = {mapping["DeviceName"]: mapping["Ebs"]["DeleteOnTermination"] for mapping in shown(one)["BlockDeviceMappings"]}
assert mapped == {"/dev/xvda": False, "/dev/sdb": True, "/dev/sdc": True}, mapped
kept = ec2.describe_volumes(Filters=[{"Name": "attachment.delete-on-termination", "Values": ["false"]}])["Volumes"]
assert [volume["Attachments"][0]["Device"] for volume in kept] == ["/dev/xvda"], kept
ec2.modify_instance_attribute(
    InstanceId=one,
    BlockDeviceMappings=[
        {"DeviceName": "/dev/xvda", "Ebs": {"DeleteOnTermination": True}},
        {"DeviceName": "/dev/sdc", "Ebs": {"DeleteOnTermination": False}},
    ],
)
assert [disk[3] for disk in disks(one).values()] == [True, True, False], disks(one)

# Options of the machine.
found = shown(one)
assert found["CpuOptions"] == {"CoreCount": 1, "ThreadsPerCore": 1}, found["CpuOptions"]
assert found["PrivateDnsNameOptions"] == {
    "HostnameType": "resource-name",
    "EnableResourceNameDnsARecord": True,
    "EnableResourceNameDnsAAAARecord": False,
}, found["PrivateDnsNameOptions"]
assert found["CapacityReservationSpecification"] == {"CapacityReservationPreference": "none"}
target = {"CapacityReservationTarget": {"CapacityReservationId": "cr-0123456789abcdef0"}}
two = launch(CapacityReservationSpecification=target)
assert shown(two)["CapacityReservationSpecification"] == target
assert shown(launch())["CapacityReservationSpecification"] == {"CapacityReservationPreference": "open"}

# An instance that no call stops.
assert ec2.describe_instance_attribute(InstanceId=one, Attribute="disableApiStop")["DisableApiStop"]["Value"] is True
refused("OperationNotPermitted", ec2.stop_instances, one, InstanceIds=[two, one])
assert {shown(instance)["State"]["Name"] for instance in (one, two)} == {"running"}
ec2.modify_instance_attribute(InstanceId=one, DisableApiStop={"Value": False})
ec2.stop_instances(InstanceIds=[one])

# Key pairs.
refused("InvalidParameterValue", ec2.create_key_pair, "rsa", KeyName="rsa", KeyType="rsa")
refused("InvalidParameterValue", ec2.create_key_pair, "ppk", KeyName="ppk", KeyFormat="ppk")
ec2.create_key_pair(KeyName="one", KeyType="ed25519", KeyFormat="pem")
assert [(pair["KeyName"], pair["KeyType"]) for pair in ec2.describe_key_pairs()["KeyPairs"]] == [("one", "ed25519")]

# Refusals.
subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
machine = {"ImageId": image, "InstanceType": "m5.large", "MinCount": 1}
refused(
    "InvalidSubnetID.NotFound", ec2.run_instances, "no subnet `subnet-12345678`", **machine, MaxCount=1, SubnetId="subnet-12345678"
)
in_first = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["AvailabilityZone"]
other = next(zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"] if zone["ZoneName"] != in_first)
refused(
    "InvalidParameterValue",
    ec2.run_instances,
    subnets[0],
    **machine,
    MaxCount=1,
    SubnetId=subnets[0],
    Placement={"AvailabilityZone": other},
)
vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
small = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/28", AvailabilityZone=in_first)["Subnet"]["SubnetId"]
refused("InvalidSubnet.Conflict", ec2.create_subnet, f"the subnet `{small}`", VpcId=vpc, CidrBlock="10.1.0.0/24")
refused("DependencyViolation", ec2.delete_vpc, f"the subnets `{small}`", VpcId=vpc)
refused(
    "InsufficientFreeAddressesInSubnet",
    ec2.run_instances,
    small,
    **{**machine, "InstanceType": "t3.nano", "MinCount": 14},
    MaxCount=14,
    SubnetId=small,
)
inside = launch(SubnetId=small)
refused("DependencyViolation", ec2.delete_subnet, small, SubnetId=small)
ec2.terminate_instances(InstanceIds=[inside])
ec2.delete_subnet(SubnetId=small)
refused("InvalidSubnetID.NotFound", ec2.delete_subnet, small, SubnetId=small)
