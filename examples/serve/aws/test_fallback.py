import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import CREDENTIALS
from fallback import NoCapacity, launch

IMAGE = "ami-0a1b2c3d4e5f60718"
TYPES = ["m5.large", "m5a.large"]
ZONES = ["us-east-1a", "us-east-1b"]


def stock(zone, instance_type, spot, on_demand):
    return {"zone_id": zone, "instance_type": instance_type, "spot": spot, "pay_as_you_go": on_demand}


PLENTY = {"spot": 10, "pay_as_you_go": 10}
NO_SPOT = {"spot": 0, "pay_as_you_go": 10}
NOTHING = {"spot": 0, "pay_as_you_go": 0}


@pytest.mark.parametrize(
    "rules, expected",
    [
        ([PLENTY], ("spot", "m5.large", "us-east-1a")),
        ([PLENTY, stock("us-east-1a", "m5.large", 2, 10)], ("spot", "m5.large", "us-east-1b")),
        ([PLENTY, {"instance_type": "m5.large", **NO_SPOT}], ("spot", "m5a.large", "us-east-1a")),
        ([NO_SPOT], ("on-demand", "m5.large", "us-east-1a")),
        ([NO_SPOT, {"zone_id": "us-east-1a", **NOTHING}], ("on-demand", "m5.large", "us-east-1b")),
        ([NOTHING, stock("us-east-1b", "m5a.large", 0, 3)], ("on-demand", "m5a.large", "us-east-1b")),
    ],
    ids=["first choice", "another zone", "another type", "on-demand", "on-demand in another zone", "the last pool"],
)
def test_every_branch(cloud, rules, expected):
    ec2 = cloud({"stock": rules}).client()
    *pool, ids = launch(ec2, IMAGE, 3, TYPES, ZONES)
    assert tuple(pool) == expected
    ec2.get_waiter("instance_running").wait(InstanceIds=ids)
    zones = {status["AvailabilityZone"] for status in ec2.describe_instance_status(InstanceIds=ids)["InstanceStatuses"]}
    assert zones == {expected[2]}


def test_nothing_is_launched_where_nothing_has_room(cloud):
    ec2 = cloud({"stock": [NOTHING]}).client()
    with pytest.raises(NoCapacity):
        launch(ec2, IMAGE, 3, TYPES, ZONES)
    assert ec2.describe_instances()["Reservations"] == []


def test_other_errors_are_not_hidden(cloud):
    with pytest.raises(ClientError, match="InvalidAMIID.NotFound"):
        launch(cloud({}).client(), "ami-00000000000000000", 1, TYPES, ZONES)


def test_a_launch_that_takes_what_there_is(cloud):
    ec2 = cloud({"stock": [NOTHING, stock("us-east-1a", "m5.large", 0, 4)]}).client()
    placement = {"AvailabilityZone": "us-east-1a"}
    reply = ec2.run_instances(ImageId=IMAGE, InstanceType="m5.large", MinCount=1, MaxCount=10, Placement=placement)
    assert len(reply["Instances"]) == 4


def test_a_reclaimed_instance_is_noticed(cloud):
    simulated = cloud({"stock": [PLENTY]})
    ec2 = simulated.client()
    *_, ids = launch(ec2, IMAGE, 2, TYPES, ZONES)
    simulated.command("reclaim", "--instance-id", ids[0])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=ids[:1])
    instance = ec2.describe_instances(InstanceIds=ids[:1])["Reservations"][0]["Instances"][0]
    assert instance["StateReason"]["Code"] == "Server.SpotInstanceTermination"
    simulated.command("advance", "1h")
    left = ec2.describe_instances()["Reservations"][0]["Instances"]
    assert [instance["InstanceId"] for instance in left] == ids[1:]


def fault(times, code="InsufficientInstanceCapacity"):
    return {"faults": [{"operation": "RunInstances", "error_code": code, "times": times}]}


def test_the_sdk_repeats_a_500_until_it_succeeds(cloud):
    # Three attempts are the SDK's default in this mode: the first two meet the fault, and the caller does not see it.
    endpoint = cloud(fault(times=2)).endpoint
    ec2 = boto3.client("ec2", endpoint_url=endpoint, region_name="us-east-1", **CREDENTIALS)
    reply = ec2.run_instances(ImageId=IMAGE, InstanceType="m5.large", MinCount=1, MaxCount=1)
    assert reply["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(ec2.describe_instances()["Reservations"]) == 1


def test_the_function_looks_elsewhere_at_once(cloud):
    # One attempt a call: the fault of the first pool sends the function to the second.
    ec2 = cloud({**fault(times=1), "stock": [PLENTY]}).client()
    assert launch(ec2, IMAGE, 1, TYPES, ZONES)[:3] == ("spot", "m5.large", "us-east-1b")


def test_a_partial_fleet_says_which_pools_were_short(cloud):
    ec2 = cloud({"stock": [NOTHING, stock("us-east-1a", "m5.large", 3, 0), stock("us-east-1b", "m5a.large", 2, 0)]}).client()
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": IMAGE})
    pools = [{"InstanceType": name, "AvailabilityZone": zone} for name in TYPES for zone in ZONES]
    fleet = ec2.create_fleet(
        Type="instant",
        TargetCapacitySpecification={"TotalTargetCapacity": 10, "DefaultTargetCapacityType": "spot"},
        SpotOptions={"AllocationStrategy": "price-capacity-optimized"},
        LaunchTemplateConfigs=[
            {"LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": "$Latest"}, "Overrides": pools}
        ],
    )
    # A fleet is made and answered with 200 whatever it got: the instances and the errors are what to look at.
    assert sum(len(row["InstanceIds"]) for row in fleet["Instances"]) == 5
    assert len(fleet["Errors"]) == len(pools)
    assert {row["ErrorCode"] for row in fleet["Errors"]} == {"InsufficientInstanceCapacity"}
