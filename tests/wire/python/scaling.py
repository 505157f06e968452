"""Calls the actions of Auto Scaling that its SDK for the version 2014-08-28 has; its models parse the replies."""

import json
import sys
import urllib.parse
import urllib.request

from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client as Ecs
from alibabacloud_ess20140828 import models as ess
from alibabacloud_ess20140828.client import Client as Ess
from service import client, refused

REGION = "cn-heyuan"
IMAGE = "aliyun_3_x64_20G_alibase_20250629.vhd"
TYPES = ["ecs.g7.large", "ecs.g6.large"]
VSWITCHES = [f"vsw-{REGION}-a", f"vsw-{REGION}-b"]

scaling, ecs_client = client(Ess), client(Ecs)


def groups(**filters):
    """The SDK of this version has no such call, so it is made by hand."""
    query = urllib.parse.urlencode({"Action": "DescribeScalingGroups", "Version": "2014-08-28", "RegionId": REGION, **filters})
    with urllib.request.urlopen(f"http://{sys.argv[1]}/?{query}") as reply:
        return json.load(reply)["ScalingGroups"]["ScalingGroup"]


def shown_group():
    return groups(**{"ScalingGroupId.1": group})[0]


def members(**filters):
    request = ess.DescribeScalingInstancesRequest(region_id=REGION, scaling_group_id=group, page_size=50, **filters)
    return scaling.describe_scaling_instances(request).body.scaling_instances.scaling_instance


# A group, which launches nothing before it is enabled
group = scaling.create_scaling_group(
    ess.CreateScalingGroupRequest(
        region_id=REGION,
        scaling_group_name="web",
        min_size=0,
        max_size=10,
        desired_capacity=4,
        v_switch_ids=VSWITCHES,
        multi_azpolicy="BALANCE",
        removal_policy=["NewestInstance"],
        default_cooldown=60,
        health_check_type="NONE",
    )
).body.scaling_group_id
shown = shown_group()
assert (shown["LifecycleState"], shown["ScalingGroupName"], shown["DesiredCapacity"]) == ("Inactive", "web", 4), shown
assert (shown["MultiAZPolicy"], shown["DefaultCooldown"], shown["HealthCheckType"]) == ("BALANCE", 60, "NONE")
assert shown["VSwitchIds"]["VSwitchId"] == VSWITCHES and shown["RemovalPolicies"]["RemovalPolicy"] == ["NewestInstance"]
assert groups(ScalingGroupName="other") == []
refused(
    lambda: scaling.enable_scaling_group(ess.EnableScalingGroupRequest(scaling_group_id=group)),
    "IncorrectScalingGroupStatus",
    400,
)

# Configurations
configuration = scaling.create_scaling_configuration(
    ess.CreateScalingConfigurationRequest(
        scaling_group_id=group,
        scaling_configuration_name="first",
        image_id=IMAGE,
        instance_types=TYPES,
        security_group_id="default",
        system_disk=ess.CreateScalingConfigurationRequestSystemDisk(category="cloud_essd", size=50),
        data_disk=[ess.CreateScalingConfigurationRequestDataDisk(size=100, category="cloud_essd", delete_with_instance=True)],
        tags='{"role":"web"}',
        spot_strategy="NoSpot",
        user_data="aGVsbG8=",
    )
).body.scaling_configuration_id


def shown_configuration(which):
    found = scaling.describe_scaling_configurations(
        ess.DescribeScalingConfigurationsRequest(region_id=REGION, scaling_group_id=group)
    ).body.scaling_configurations.scaling_configuration
    return next(found for found in found if found.scaling_configuration_id == which)


first = shown_configuration(configuration)
assert (first.lifecycle_state, first.image_id, first.system_disk_size) == ("Inactive", IMAGE, 50), first
assert first.instance_types.instance_type == TYPES and first.user_data == "aGVsbG8="
assert [(d.size, d.category) for d in first.data_disks.data_disk] == [(100, "cloud_essd")]
assert [(t.key, t.value) for t in first.tags.tag] == [("role", "web")]
scaling.modify_scaling_configuration(
    ess.ModifyScalingConfigurationRequest(scaling_configuration_id=configuration, scaling_configuration_name="renamed")
)
first = shown_configuration(configuration)
assert (first.scaling_configuration_name, first.system_disk_size, first.image_id) == ("renamed", 50, IMAGE)
refused(
    lambda: scaling.create_scaling_configuration(
        ess.CreateScalingConfigurationRequest(scaling_group_id=group, image_id="none", instance_types=TYPES)
    ),
    "InvalidImageId.NotFound",
    404,
)

# Enabled, it launches evenly; disabled, it launches nothing more
scaling.enable_scaling_group(
    ess.EnableScalingGroupRequest(scaling_group_id=group, active_scaling_configuration_id=configuration)
)
assert (shown_group()["LifecycleState"], shown_group()["TotalCapacity"]) == ("Active", 4)
assert shown_group()["ActiveScalingConfigurationId"] == configuration
assert {member.lifecycle_state for member in members()} == {"InService"} and len(members()) == 4
instance = ecs_client.describe_instances(
    ecs.DescribeInstancesRequest(region_id=REGION, instance_ids=json.dumps([members()[0].instance_id]))
).body.instances.instance[0]
assert [(t.tag_key, t.tag_value) for t in instance.tags.tag] == [("role", "web")]
refused(
    lambda: scaling.enable_scaling_group(ess.EnableScalingGroupRequest(scaling_group_id=group)),
    "IncorrectScalingGroupStatus",
    400,
)
scaling.disable_scaling_group(ess.DisableScalingGroupRequest(scaling_group_id=group))
scaling.modify_scaling_group(ess.ModifyScalingGroupRequest(scaling_group_id=group, desired_capacity=6))
assert (shown_group()["LifecycleState"], shown_group()["TotalCapacity"], shown_group()["MaxSize"]) == ("Inactive", 4, 10)
scaling.enable_scaling_group(ess.EnableScalingGroupRequest(scaling_group_id=group))
assert shown_group()["TotalCapacity"] == 6

# A protected instance stays when the group shrinks
ids = [member.instance_id for member in members()]
scaling.set_instances_protection(
    ess.SetInstancesProtectionRequest(scaling_group_id=group, instance_id=ids[-1:], protected_from_scale_in=True)
)
assert [member.instance_id for member in members(lifecycle_state="Protected")] == ids[-1:]
scaling.modify_scaling_group(ess.ModifyScalingGroupRequest(scaling_group_id=group, desired_capacity=1))
assert [member.instance_id for member in members()] == ids[-1:]
scaling.set_instances_protection(
    ess.SetInstancesProtectionRequest(scaling_group_id=group, instance_id=ids[-1:], protected_from_scale_in=False)
)

# Rules
rule = scaling.create_scaling_rule(
    ess.CreateScalingRuleRequest(
        scaling_group_id=group,
        scaling_rule_name="shrink",
        adjustment_type="QuantityChangeInCapacity",
        adjustment_value=-1,
        cooldown=30,
    )
).body


def shown_rule():
    return scaling.describe_scaling_rules(
        ess.DescribeScalingRulesRequest(region_id=REGION, scaling_rule_id=[rule.scaling_rule_id])
    ).body.scaling_rules.scaling_rule


assert [(r.adjustment_value, r.cooldown, r.scaling_rule_ari) for r in shown_rule()] == [(-1, 30, rule.scaling_rule_ari)]
scaling.modify_scaling_rule(
    ess.ModifyScalingRuleRequest(scaling_rule_id=rule.scaling_rule_id, adjustment_value=3, adjustment_type="TotalCapacity")
)
assert [(r.scaling_rule_name, r.adjustment_type) for r in shown_rule()] == [("shrink", "TotalCapacity")]
activity = scaling.execute_scaling_rule(
    ess.ExecuteScalingRuleRequest(scaling_rule_ari=rule.scaling_rule_ari)
).body.scaling_activity_id
assert (shown_group()["TotalCapacity"], shown_group()["DesiredCapacity"]) == (3, 3)
found = scaling.describe_scaling_activities(
    ess.DescribeScalingActivitiesRequest(region_id=REGION, scaling_group_id=group, scaling_activity_id=[activity])
).body.scaling_activities.scaling_activity
assert [(a.status_code, a.cause) for a in found] == [("Successful", "ExecuteScalingRule")], found
scaling.delete_scaling_rule(ess.DeleteScalingRuleRequest(scaling_rule_id=rule.scaling_rule_id))
assert not shown_rule()

# Another configuration becomes the active one, with weights
weighted = scaling.create_scaling_configuration(
    ess.CreateScalingConfigurationRequest(
        scaling_group_id=group,
        image_id=IMAGE,
        security_group_id="default",
        instance_type_override=[
            ess.CreateScalingConfigurationRequestInstanceTypeOverride(instance_type=TYPES[0], weighted_capacity=2)
        ],
    )
).body.scaling_configuration_id
scaling.modify_scaling_group(
    ess.ModifyScalingGroupRequest(scaling_group_id=group, active_scaling_configuration_id=weighted)
)
second = shown_configuration(weighted)
assert (second.lifecycle_state, second.weighted_capacities.weighted_capacity) == ("Active", [2])
scaling.modify_scaling_group(ess.ModifyScalingGroupRequest(scaling_group_id=group, desired_capacity=5))
assert (shown_group()["TotalCapacity"], len(members())) == (5, 4)
refused(
    lambda: scaling.delete_scaling_configuration(
        ess.DeleteScalingConfigurationRequest(scaling_configuration_id=weighted)
    ),
    "IncorrectScalingConfigurationLifecycleState",
    400,
)
scaling.delete_scaling_configuration(ess.DeleteScalingConfigurationRequest(scaling_configuration_id=configuration))

# Tags, and the end
tagged = dict(region_id=REGION, resource_type="scalinggroup", resource_id=[group])
scaling.tag_resources(ess.TagResourcesRequest(**tagged, tag=[ess.TagResourcesRequestTag(key="env", value="test")]))
tags = scaling.list_tag_resources(ess.ListTagResourcesRequest(**tagged)).body.tag_resources.tag_resource
assert [(t.tag_key, t.tag_value) for t in tags] == [("env", "test")]
scaling.untag_resources(ess.UntagResourcesRequest(**tagged, tag_key=["env"]))
assert not scaling.list_tag_resources(ess.ListTagResourcesRequest(**tagged)).body.tag_resources.tag_resource
refused(
    lambda: scaling.delete_scaling_group(ess.DeleteScalingGroupRequest(scaling_group_id=group)), "InstanceInUse", 400
)
scaling.delete_scaling_group(ess.DeleteScalingGroupRequest(scaling_group_id=group, force_delete=True))
assert groups() == []
refused(
    lambda: scaling.delete_scaling_group(ess.DeleteScalingGroupRequest(scaling_group_id=group)),
    "InvalidScalingGroupId.NotFound",
    404,
)
print("every action was called")
