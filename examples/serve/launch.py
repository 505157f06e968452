"""Launches where there is stock: zone by zone, and type by type in each of them."""

import os

from alibabacloud_ecs20140526.client import Client
from alibabacloud_ecs20140526.models import RunInstancesRequest
from alibabacloud_tea_openapi.models import Config

ZONES = ["cn-heyuan-a", "cn-heyuan-b"]
TYPES = ["ecs.g7.large", "ecs.g6.large"]


def launch(client, amount):
    """Returns the zone, the type and the ids of the first launch that succeeds."""
    for zone in ZONES:
        for instance_type in TYPES:
            request = RunInstancesRequest(
                region_id="cn-heyuan",
                zone_id=zone,
                instance_type=instance_type,
                image_id="aliyun_3_x64_20G_alibase_20250629.vhd",
                amount=amount,
            )
            try:
                reply = client.run_instances(request)
            except Exception as error:
                if getattr(error, "code", None) != "OperationDenied.NoStock":
                    raise
                print(f"{zone} {instance_type}: no stock")
            else:
                return zone, instance_type, reply.body.instance_id_sets.instance_id_set
    raise RuntimeError("nothing is free anywhere")


if __name__ == "__main__":
    config = Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        endpoint=os.environ.get("ALIBABA_CLOUD_ENDPOINT_ECS", "ecs.cn-heyuan.aliyuncs.com"),
    )
    zone, instance_type, ids = launch(Client(config), 3)
    print(f"{zone} {instance_type}: {len(ids)} instances")
