"""Launches instances where there is room: spot before on-demand, the preferred type first, zone by zone."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# What another zone, another type or another market may not have.
SHORTAGES = {
    "InsufficientInstanceCapacity",
    "InsufficientFreeAddressesInSubnet",
    "MaxSpotInstanceCountExceeded",
    "SpotMaxPriceTooLow",
    "Unsupported",
    "VcpuLimitExceeded",
}


class NoCapacity(Exception):
    pass


def client(**settings):
    # A shortage is an HTTP 500, which the SDK would repeat before the function below can look elsewhere.
    return boto3.client("ec2", config=Config(retries={"total_max_attempts": 1}), **settings)


def launch(ec2, image_id, count, types, zones):
    """Returns market, type, zone and ids of the first launch that finds room for all instances."""
    for market in ("spot", "on-demand"):
        for instance_type in types:
            for zone in zones:
                request = {
                    "ImageId": image_id,
                    "InstanceType": instance_type,
                    "Placement": {"AvailabilityZone": zone},
                    "MinCount": count,
                    "MaxCount": count,
                }
                if market == "spot":
                    request["InstanceMarketOptions"] = {"MarketType": "spot"}
                try:
                    reply = ec2.run_instances(**request)
                except ClientError as error:
                    if error.response["Error"]["Code"] not in SHORTAGES:
                        raise
                else:
                    return market, instance_type, zone, [instance["InstanceId"] for instance in reply["Instances"]]
    raise NoCapacity(f"no zone has {count} of {', '.join(types)}")
