"""Calls every served action with Alibaba's SDKs, whose models parse the replies."""

import base64

from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client as Ecs
from alibabacloud_vpc20160428 import models as vpc
from alibabacloud_vpc20160428.client import Client as Vpc
from service import client, refused

REGION = "cn-heyuan"
IMAGE = "aliyun_3_x64_20G_alibase_20250629.vhd"
TYPE = "ecs.g7.large"

ecs_client, vpc_client = client(Ecs), client(Vpc)


# Networks
network = vpc_client.create_vpc(vpc.CreateVpcRequest(region_id=REGION, cidr_block="10.1.0.0/16", vpc_name="net")).body
found = vpc_client.describe_vpc_attribute(vpc.DescribeVpcAttributeRequest(region_id=REGION, vpc_id=network.vpc_id)).body
assert (found.cidr_block, found.vpc_name, found.status) == ("10.1.0.0/16", "net", "Available"), found
assert found.vrouter_id == network.vrouter_id
vpc_client.modify_vpc_attribute(vpc.ModifyVpcAttributeRequest(region_id=REGION, vpc_id=network.vpc_id, description="d"))
listed = vpc_client.describe_vpcs(vpc.DescribeVpcsRequest(region_id=REGION, vpc_id=network.vpc_id)).body
assert [v.description for v in listed.vpcs.vpc] == ["d"]
tables = vpc_client.describe_route_table_list(vpc.DescribeRouteTableListRequest(region_id=REGION, vpc_id=network.vpc_id)).body
assert [t.route_table_id for t in tables.router_table_list.router_table_list_type] == [network.route_table_id]
switch = vpc_client.create_vswitch(
    vpc.CreateVSwitchRequest(region_id=REGION, vpc_id=network.vpc_id, zone_id=f"{REGION}-b", cidr_block="10.1.1.0/24", v_switch_name="sw")
).body.v_switch_id
shown = vpc_client.describe_vswitch_attributes(vpc.DescribeVSwitchAttributesRequest(region_id=REGION, v_switch_id=switch)).body
assert (shown.zone_id, shown.vpc_id, shown.v_switch_name) == (f"{REGION}-b", network.vpc_id, "sw")
vpc_client.modify_vswitch_attribute(vpc.ModifyVSwitchAttributeRequest(region_id=REGION, v_switch_id=switch, v_switch_name="sw2"))
switches = vpc_client.describe_vswitches(vpc.DescribeVSwitchesRequest(region_id=REGION, vpc_id=network.vpc_id)).body
assert [s.v_switch_name for s in switches.v_switches.v_switch] == ["sw2"]
tag = vpc.TagResourcesRequestTag(key="env", value="test")
vpc_client.tag_resources(vpc.TagResourcesRequest(region_id=REGION, resource_type="VPC", resource_id=[network.vpc_id], tag=[tag]))
tags = vpc_client.list_tag_resources(
    vpc.ListTagResourcesRequest(region_id=REGION, resource_type="VPC", resource_id=[network.vpc_id])
).body
assert [(t.tag_key, t.tag_value) for t in tags.tag_resources.tag_resource] == [("env", "test")]
vpc_client.un_tag_resources(vpc.UnTagResourcesRequest(region_id=REGION, resource_type="VPC", resource_id=[network.vpc_id], tag_key=["env"]))
refused(
    lambda: vpc_client.delete_vpc(vpc.DeleteVpcRequest(region_id=REGION, vpc_id=network.vpc_id)),
    "DependencyViolation.VSwitch",
    403,
)

# Elastic addresses, NAT gateways and routes
eip = vpc_client.allocate_eip_address(vpc.AllocateEipAddressRequest(region_id=REGION, bandwidth="10", internet_charge_type="PayByTraffic")).body
refused(
    lambda: vpc_client.release_eip_address(vpc.ReleaseEipAddressRequest(region_id=REGION, allocation_id="eip-none")),
    "InvalidAllocationId.NotFound",
    404,
)
vpc_client.modify_eip_address_attribute(
    vpc.ModifyEipAddressAttributeRequest(region_id=REGION, allocation_id=eip.allocation_id, name="out", bandwidth="20")
)
gateway = vpc_client.create_nat_gateway(
    vpc.CreateNatGatewayRequest(region_id=REGION, vpc_id=network.vpc_id, v_switch_id=switch, nat_type="Enhanced", name="nat")
).body
vpc_client.modify_nat_gateway_attribute(
    vpc.ModifyNatGatewayAttributeRequest(region_id=REGION, nat_gateway_id=gateway.nat_gateway_id, description="out")
)
vpc_client.associate_eip_address(
    vpc.AssociateEipAddressRequest(region_id=REGION, allocation_id=eip.allocation_id, instance_id=gateway.nat_gateway_id, instance_type="Nat")
)
shown = vpc_client.describe_eip_addresses(vpc.DescribeEipAddressesRequest(region_id=REGION, allocation_id=eip.allocation_id)).body
address = shown.eip_addresses.eip_address[0]
assert (address.status, address.instance_id, address.bandwidth, address.name) == ("InUse", gateway.nat_gateway_id, "20", "out"), address
gateways = vpc_client.describe_nat_gateways(vpc.DescribeNatGatewaysRequest(region_id=REGION, vpc_id=network.vpc_id)).body
found = gateways.nat_gateways.nat_gateway[0]
assert [i.ip_address for i in found.ip_lists.ip_list] == [eip.eip_address] and found.description == "out"
one = vpc_client.get_nat_gateway_attribute(vpc.GetNatGatewayAttributeRequest(region_id=REGION, nat_gateway_id=gateway.nat_gateway_id)).body
assert one.name == "nat"
snat = vpc_client.create_snat_entry(
    vpc.CreateSnatEntryRequest(
        region_id=REGION, snat_table_id=gateway.snat_table_ids.snat_table_id[0], source_vswitch_id=switch, snat_ip=eip.eip_address
    )
).body.snat_entry_id
vpc_client.modify_snat_entry(
    vpc.ModifySnatEntryRequest(
        region_id=REGION, snat_table_id=gateway.snat_table_ids.snat_table_id[0], snat_entry_id=snat, snat_entry_name="s"
    )
)
entries = vpc_client.describe_snat_table_entries(
    vpc.DescribeSnatTableEntriesRequest(region_id=REGION, snat_table_id=gateway.snat_table_ids.snat_table_id[0])
).body
assert [(e.snat_ip, e.snat_entry_name) for e in entries.snat_table_entries.snat_table_entry] == [(eip.eip_address, "s")]
vpc_client.create_route_entry(
    vpc.CreateRouteEntryRequest(
        region_id=REGION,
        route_table_id=network.route_table_id,
        destination_cidr_block="0.0.0.0/0",
        next_hop_type="NatGateway",
        next_hop_id=gateway.nat_gateway_id,
    )
)
routes = vpc_client.describe_route_entry_list(
    vpc.DescribeRouteEntryListRequest(region_id=REGION, route_table_id=network.route_table_id)
).body
entry = routes.route_entrys.route_entry[0]
assert (entry.destination_cidr_block, entry.next_hops.next_hop[0].next_hop_id) == ("0.0.0.0/0", gateway.nat_gateway_id)
vpc_client.modify_route_entry(vpc.ModifyRouteEntryRequest(region_id=REGION, route_entry_id=entry.route_entry_id, route_entry_name="r"))
vpc_client.delete_route_entry(vpc.DeleteRouteEntryRequest(region_id=REGION, route_entry_id=entry.route_entry_id))
vpc_client.delete_snat_entry(
    vpc.DeleteSnatEntryRequest(region_id=REGION, snat_table_id=gateway.snat_table_ids.snat_table_id[0], snat_entry_id=snat)
)
vpc_client.unassociate_eip_address(
    vpc.UnassociateEipAddressRequest(region_id=REGION, allocation_id=eip.allocation_id, instance_id=gateway.nat_gateway_id)
)
vpc_client.delete_nat_gateway(vpc.DeleteNatGatewayRequest(region_id=REGION, nat_gateway_id=gateway.nat_gateway_id))
vpc_client.release_eip_address(vpc.ReleaseEipAddressRequest(region_id=REGION, allocation_id=eip.allocation_id))
assert vpc_client.describe_eip_addresses(vpc.DescribeEipAddressesRequest(region_id=REGION)).body.total_count == 0

# Security groups
group = ecs_client.create_security_group(
    ecs.CreateSecurityGroupRequest(region_id=REGION, vpc_id=network.vpc_id, security_group_name="sg", description="d")
).body.security_group_id
permission = dict(ip_protocol="tcp", port_range="22/22", source_cidr_ip="0.0.0.0/0", priority="1", policy="accept")
ecs_client.authorize_security_group(
    ecs.AuthorizeSecurityGroupRequest(
        region_id=REGION, security_group_id=group, permissions=[ecs.AuthorizeSecurityGroupRequestPermissions(**permission)]
    )
)
ecs_client.authorize_security_group_egress(
    ecs.AuthorizeSecurityGroupEgressRequest(
        region_id=REGION,
        security_group_id=group,
        permissions=[ecs.AuthorizeSecurityGroupEgressRequestPermissions(ip_protocol="all", port_range="-1/-1", dest_cidr_ip="0.0.0.0/0")],
    )
)
attribute = ecs_client.describe_security_group_attribute(
    ecs.DescribeSecurityGroupAttributeRequest(region_id=REGION, security_group_id=group)
).body
rules = attribute.permissions.permission
assert sorted((r.direction, r.ip_protocol, r.port_range) for r in rules) == [("egress", "ALL", "-1/-1"), ("ingress", "TCP", "22/22")], rules
ingress = next(r for r in rules if r.direction == "ingress")
assert (ingress.source_cidr_ip, ingress.priority, ingress.policy) == ("0.0.0.0/0", "1", "accept")
ecs_client.modify_security_group_rule(
    ecs.ModifySecurityGroupRuleRequest(
        region_id=REGION, security_group_id=group, security_group_rule_id=ingress.security_group_rule_id, description="ssh"
    )
)
ecs_client.modify_security_group_policy(
    ecs.ModifySecurityGroupPolicyRequest(region_id=REGION, security_group_id=group, inner_access_policy="Drop")
)
ecs_client.modify_security_group_attribute(
    ecs.ModifySecurityGroupAttributeRequest(region_id=REGION, security_group_id=group, security_group_name="sg2")
)
attribute = ecs_client.describe_security_group_attribute(
    ecs.DescribeSecurityGroupAttributeRequest(region_id=REGION, security_group_id=group)
).body
assert (attribute.inner_access_policy, attribute.security_group_name) == ("Drop", "sg2")
assert "ssh" in [r.description for r in attribute.permissions.permission]
egress = next(r for r in attribute.permissions.permission if r.direction == "egress")
ecs_client.modify_security_group_egress_rule(
    ecs.ModifySecurityGroupEgressRuleRequest(
        region_id=REGION, security_group_id=group, security_group_rule_id=egress.security_group_rule_id, description="all"
    )
)
ecs_client.revoke_security_group(
    ecs.RevokeSecurityGroupRequest(
        region_id=REGION, security_group_id=group, permissions=[ecs.RevokeSecurityGroupRequestPermissions(**permission)]
    )
)
ecs_client.revoke_security_group_egress(
    ecs.RevokeSecurityGroupEgressRequest(
        region_id=REGION,
        security_group_id=group,
        permissions=[ecs.RevokeSecurityGroupEgressRequestPermissions(ip_protocol="all", port_range="-1/-1", dest_cidr_ip="0.0.0.0/0")],
    )
)
groups = ecs_client.describe_security_groups(ecs.DescribeSecurityGroupsRequest(region_id=REGION, security_group_ids=f'["{group}"]')).body
assert [g.security_group_name for g in groups.security_groups.security_group] == ["sg2"]
attribute = ecs_client.describe_security_group_attribute(
    ecs.DescribeSecurityGroupAttributeRequest(region_id=REGION, security_group_id=group)
).body
assert attribute.permissions.permission == [] or attribute.permissions.permission is None

# Key pairs
pair = ecs_client.create_key_pair(ecs.CreateKeyPairRequest(region_id=REGION, key_pair_name="made")).body
assert pair.private_key_body.startswith("-----BEGIN"), pair
line = ecs_client.describe_key_pairs(ecs.DescribeKeyPairsRequest(region_id=REGION, key_pair_name="made")).body
assert [(p.key_pair_name, p.key_pair_finger_print) for p in line.key_pairs.key_pair] == [("made", pair.key_pair_finger_print)]
ecs_client.import_key_pair(
    ecs.ImportKeyPairRequest(
        region_id=REGION,
        key_pair_name="mine",
        public_key_body="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVbRzy0pXzIXjNh8ykxwSUKqTkRxP2OMMbJnIl1mJ1Y me",
    )
)
ecs_client.delete_key_pairs(ecs.DeleteKeyPairsRequest(region_id=REGION, key_pair_names='["mine"]'))
refused(
    lambda: ecs_client.delete_key_pairs(ecs.DeleteKeyPairsRequest(region_id=REGION, key_pair_names='["mine"]')),
    "InvalidKeyPair.NotFound",
    404,
)

# What is sold, and at what price
regions = ecs_client.describe_regions(ecs.DescribeRegionsRequest()).body
assert REGION in [r.region_id for r in regions.regions.region]
zones = ecs_client.describe_zones(ecs.DescribeZonesRequest(region_id=REGION)).body.zones.zone
assert f"{REGION}-b" in [z.zone_id for z in zones]
assert TYPE in zones[0].available_instance_types.instance_types
available = ecs_client.describe_available_resource(
    ecs.DescribeAvailableResourceRequest(region_id=REGION, destination_resource="InstanceType", instance_type=TYPE)
).body
assert available.available_zones.available_zone[0].status == "Available"
types = ecs_client.describe_instance_types(ecs.DescribeInstanceTypesRequest(instance_types=[TYPE])).body
assert [(t.cpu_core_count, t.memory_size) for t in types.instance_types.instance_type] == [(2, 8.0)]
images = ecs_client.describe_images(ecs.DescribeImagesRequest(region_id=REGION, image_id=IMAGE)).body
assert [i.image_id for i in images.images.image] == [IMAGE]
supported = ecs_client.describe_image_support_instance_types(
    ecs.DescribeImageSupportInstanceTypesRequest(region_id=REGION, image_id=IMAGE)
).body
assert TYPE in [t.instance_type_id for t in supported.instance_types.instance_type]
prices = ecs_client.describe_spot_price_history(
    ecs.DescribeSpotPriceHistoryRequest(region_id=REGION, instance_type=TYPE, network_type="vpc")
).body
assert all(p.spot_price <= p.origin_price for p in prices.spot_prices.spot_price_type)
price = ecs_client.describe_price(ecs.DescribePriceRequest(region_id=REGION, instance_type=TYPE, amount=2)).body
assert price.price_info.price.trade_price > 0

# Launch templates
template = ecs_client.create_launch_template(
    ecs.CreateLaunchTemplateRequest(
        region_id=REGION,
        launch_template_name="web",
        image_id=IMAGE,
        instance_type=TYPE,
        security_group_id=group,
        v_switch_id=switch,
        spot_duration=1,
        user_data=base64.b64encode(b"hello").decode(),
        data_disk=[ecs.CreateLaunchTemplateRequestDataDisk(category="cloud_essd", size=100)],
    )
).body.launch_template_id
versions = ecs_client.describe_launch_template_versions(
    ecs.DescribeLaunchTemplateVersionsRequest(region_id=REGION, launch_template_id=template)
).body
data = versions.launch_template_version_sets.launch_template_version_set[0].launch_template_data
assert (data.image_id, data.instance_type, data.v_switch_id, data.spot_duration) == (IMAGE, TYPE, switch, 1), data
assert [(d.category, d.size) for d in data.data_disks.data_disk] == [("cloud_essd", 100)]
ecs_client.create_launch_template_version(
    ecs.CreateLaunchTemplateVersionRequest(region_id=REGION, launch_template_id=template, image_id=IMAGE, instance_type="ecs.g7.xlarge")
)
ecs_client.modify_launch_template_default_version(
    ecs.ModifyLaunchTemplateDefaultVersionRequest(region_id=REGION, launch_template_id=template, default_version_number=2)
)
shown = ecs_client.describe_launch_templates(
    ecs.DescribeLaunchTemplatesRequest(region_id=REGION, launch_template_name=["web"])
).body.launch_template_sets.launch_template_set
assert [(t.default_version_number, t.latest_version_number) for t in shown] == [(2, 2)]
ecs_client.delete_launch_template_version(
    ecs.DeleteLaunchTemplateVersionRequest(region_id=REGION, launch_template_id=template, delete_version=["1"])
)

# Launches
run = ecs.RunInstancesRequest(
    region_id=REGION,
    image_id=IMAGE,
    instance_type=TYPE,
    security_group_id=group,
    v_switch_id=switch,
    amount=12,
    key_pair_name="made",
    user_data=base64.b64encode(b"hello").decode(),
    client_token="once",
    tag=[ecs.RunInstancesRequestTag(key="role", value="web")],
)
ids = ecs_client.run_instances(run).body.instance_id_sets.instance_id_set
assert len(ids) == 12 and ids == ecs_client.run_instances(run).body.instance_id_sets.instance_id_set
page = ecs_client.describe_instances(
    ecs.DescribeInstancesRequest(region_id=REGION, max_results=10, tag=[ecs.DescribeInstancesRequestTag(key="role", value="web")])
).body
assert len(page.instances.instance) == 10 and page.next_token
rest = ecs_client.describe_instances(
    ecs.DescribeInstancesRequest(
        region_id=REGION, max_results=10, next_token=page.next_token, tag=[ecs.DescribeInstancesRequestTag(key="role", value="web")]
    )
).body
assert len(rest.instances.instance) == 2 and not rest.next_token
first = page.instances.instance[0]
assert (first.status, first.instance_type, first.vpc_attributes.v_switch_id) == ("Running", TYPE, switch)
assert first.security_group_ids.security_group_id == [group] and first.key_pair_name == "made"
assert len(first.vpc_attributes.private_ip_address.ip_address) == 1
statuses = ecs_client.describe_instance_status(ecs.DescribeInstanceStatusRequest(region_id=REGION, instance_id=[ids[0]])).body
assert [s.status for s in statuses.instance_statuses.instance_status] == ["Running"]
data = ecs_client.describe_user_data(ecs.DescribeUserDataRequest(region_id=REGION, instance_id=ids[0])).body
assert base64.b64decode(data.user_data) == b"hello"
run.dry_run, run.client_token = True, None
refused(lambda: ecs_client.run_instances(run), "DryRunOperation", 400)
run.dry_run, run.spot_strategy, run.client_token = False, "SpotAsPriceGo", "once"
refused(lambda: ecs_client.run_instances(run), "IdempotentParameterMismatch", 400)
ecs_client.delete_instance(ecs.DeleteInstanceRequest(instance_id=ids[0], force=True))
ecs_client.delete_instances(ecs.DeleteInstancesRequest(region_id=REGION, instance_id=ids[1:], force=True))
assert ecs_client.describe_instances(ecs.DescribeInstancesRequest(region_id=REGION)).body.total_count == 0

# One instance by itself: stopped, started, made larger, with a disk that comes and goes
one = ecs.RunInstancesRequest(
    region_id=REGION,
    image_id=IMAGE,
    instance_type=TYPE,
    security_group_id=group,
    v_switch_id=switch,
    amount=1,
    instance_name="one",
    description="by itself",
    ram_role_name="launch",
    spot_duration=0,
    internet_max_bandwidth_out=5,
    client_token="one",
)
single = ecs_client.run_instances(one).body.instance_id_sets.instance_id_set
assert single == ecs_client.run_instances(one).body.instance_id_sets.instance_id_set
single = single[0]


def shown_instance():
    found = ecs_client.describe_instances(ecs.DescribeInstancesRequest(region_id=REGION, instance_ids=f'["{single}"]')).body
    return found.instances.instance[0]


assert (shown_instance().description, shown_instance().internet_max_bandwidth_out) == ("by itself", 5)
assert len(shown_instance().public_ip_address.ip_address) == 1
ecs_client.stop_instance(ecs.StopInstanceRequest(instance_id=single, stopped_mode="StopCharging"))
assert (shown_instance().status, shown_instance().stopped_mode) == ("Stopped", "StopCharging")
ecs_client.modify_instance_spec(ecs.ModifyInstanceSpecRequest(instance_id=single, instance_type="ecs.g7.xlarge"))
ecs_client.start_instance(ecs.StartInstanceRequest(instance_id=single))
ecs_client.reboot_instance(ecs.RebootInstanceRequest(instance_id=single))
assert (shown_instance().status, shown_instance().instance_type) == ("Running", "ecs.g7.xlarge")
extra = ecs_client.create_security_group(
    ecs.CreateSecurityGroupRequest(region_id=REGION, vpc_id=network.vpc_id, security_group_name="extra")
).body.security_group_id
join = ecs.JoinSecurityGroupRequest(region_id=REGION, instance_id=single, security_group_id=extra)
ecs_client.join_security_group(join)
assert sorted(shown_instance().security_group_ids.security_group_id) == sorted([group, extra])
refused(lambda: ecs_client.join_security_group(join), "InvalidInstanceId.AlreadyExists", 403)
leave = ecs.LeaveSecurityGroupRequest(region_id=REGION, instance_id=single, security_group_id=extra)
ecs_client.leave_security_group(leave)
refused(lambda: ecs_client.leave_security_group(leave), "InstanceNotInSecurityGroup", 403)
leave.security_group_id = group
refused(lambda: ecs_client.leave_security_group(leave), "InstanceLastSecurityGroup", 403)
ecs_client.delete_security_group(ecs.DeleteSecurityGroupRequest(region_id=REGION, security_group_id=extra))
tagged = dict(region_id=REGION, resource_type="instance", resource_id=[single])
ecs_client.tag_resources(ecs.TagResourcesRequest(**tagged, tag=[ecs.TagResourcesRequestTag(key="role", value="db")]))
assert [(t.tag_key, t.tag_value) for t in shown_instance().tags.tag] == [("role", "db")]
tags = ecs_client.list_tag_resources(ecs.ListTagResourcesRequest(**tagged)).body.tag_resources.tag_resource
assert [(t.resource_id, t.tag_key) for t in tags] == [(single, "role")]
ecs_client.untag_resources(ecs.UntagResourcesRequest(**tagged, all=True))
assert not shown_instance().tags.tag
refused(
    lambda: ecs_client.tag_resources(
        ecs.TagResourcesRequest(
            region_id=REGION,
            resource_type="instance",
            resource_id=[single, "i-none"],
            tag=[ecs.TagResourcesRequestTag(key="a", value="b")],
        )
    ),
    "InvalidInstanceId.NotFound",
    404,
)
assert not shown_instance().tags.tag
own = ecs_client.describe_disks(ecs.DescribeDisksRequest(region_id=REGION, instance_id=single)).body.disks.disk
assert [(d.type, d.size, d.delete_with_instance) for d in own] == [("system", 40, True)], own
ecs_client.modify_instance_attribute(
    ecs.ModifyInstanceAttributeRequest(instance_id=single, instance_name="renamed", deletion_protection=True)
)
assert (shown_instance().instance_name, shown_instance().deletion_protection) == ("renamed", True)
refused(
    lambda: ecs_client.delete_instance(ecs.DeleteInstanceRequest(instance_id=single, force=True)),
    "OperationDenied.DeletionProtection",
    403,
)
ecs_client.modify_instance_attribute(ecs.ModifyInstanceAttributeRequest(instance_id=single, deletion_protection=False))
disk = ecs_client.create_disk(
    ecs.CreateDiskRequest(region_id=REGION, zone_id=f"{REGION}-b", disk_category="cloud_essd", size=40, disk_name="data")
).body.disk_id
ecs_client.attach_disk(ecs.AttachDiskRequest(disk_id=disk, instance_id=single))
ecs_client.resize_disk(ecs.ResizeDiskRequest(disk_id=disk, new_size=500, type="online"))
ecs_client.modify_disk_attribute(ecs.ModifyDiskAttributeRequest(disk_id=disk, description="d"))
ecs_client.modify_disk_spec(ecs.ModifyDiskSpecRequest(disk_id=disk, performance_level="PL2"))
found = ecs_client.describe_disks(ecs.DescribeDisksRequest(region_id=REGION, disk_ids=f'["{disk}"]')).body.disks.disk[0]
assert (found.status, found.instance_id, found.size, found.performance_level) == ("In_use", single, 500, "PL2"), found
ecs_client.resize_disk(ecs.ResizeDiskRequest(disk_id=own[0].disk_id, new_size=60, type="online"))
resized = ecs_client.describe_disks(ecs.DescribeDisksRequest(region_id=REGION, disk_ids=f'["{own[0].disk_id}"]')).body
assert [d.size for d in resized.disks.disk] == [60]
ecs_client.detach_disk(ecs.DetachDiskRequest(disk_id=disk, instance_id=single))
ecs_client.delete_disk(ecs.DeleteDiskRequest(disk_id=disk))

# Its network interfaces
interface = ecs_client.create_network_interface(
    ecs.CreateNetworkInterfaceRequest(
        region_id=REGION,
        v_switch_id=switch,
        security_group_id=group,
        network_interface_name="second",
        private_ip_address=["10.1.1.77"],
        queue_number=2,
        delete_on_release=False,
        tag=[ecs.CreateNetworkInterfaceRequestTag(key="role", value="db")],
    )
).body.network_interface_id


def shown_interfaces(**filters):
    request = ecs.DescribeNetworkInterfacesRequest(region_id=REGION, page_size=50, **filters)
    return ecs_client.describe_network_interfaces(request).body.network_interface_sets.network_interface_set


def shown_interface():
    return shown_interfaces(network_interface_id=[interface])[0]


found = shown_interface()
assert (found.type, found.status, found.queue_number, found.delete_on_release) == ("Secondary", "Available", 2, False), found
assert [(a.primary, a.private_ip_address) for a in found.private_ip_sets.private_ip_set][1:] == [(False, "10.1.1.77")]
assert [(t.tag_key, t.tag_value) for t in found.tags.tag] == [("role", "db")]
ecs_client.modify_network_interface_attribute(
    ecs.ModifyNetworkInterfaceAttributeRequest(
        region_id=REGION, network_interface_id=interface, description="d", security_group_id=[group], queue_number=4
    )
)
assert (shown_interface().description, shown_interface().queue_number) == ("d", 4)
ecs_client.attach_network_interface(
    ecs.AttachNetworkInterfaceRequest(region_id=REGION, network_interface_id=interface, instance_id=single)
)
assert {(i.type, i.status) for i in shown_interfaces(instance_id=single)} == {("Primary", "InUse"), ("Secondary", "InUse")}
assert shown_interface().attachment.instance_id == single
assigned = ecs_client.assign_private_ip_addresses(
    ecs.AssignPrivateIpAddressesRequest(region_id=REGION, network_interface_id=interface, secondary_private_ip_address_count=1)
).body.assigned_private_ip_addresses_set.private_ip_set.private_ip_address
assert len(assigned) == 1 and len(shown_interface().private_ip_sets.private_ip_set) == 3
ecs_client.unassign_private_ip_addresses(
    ecs.UnassignPrivateIpAddressesRequest(region_id=REGION, network_interface_id=interface, private_ip_address=assigned)
)
one = ecs_client.describe_network_interface_attribute(
    ecs.DescribeNetworkInterfaceAttributeRequest(region_id=REGION, network_interface_id=interface)
).body
assert (one.network_interface_name, len(one.private_ip_sets.private_ip_set)) == ("second", 2), one
refused(
    lambda: ecs_client.delete_network_interface(
        ecs.DeleteNetworkInterfaceRequest(region_id=REGION, network_interface_id=interface)
    ),
    "InvalidOperation.InvalidEniState",
    400,
)
ecs_client.detach_network_interface(
    ecs.DetachNetworkInterfaceRequest(region_id=REGION, network_interface_id=interface, instance_id=single)
)
ecs_client.delete_network_interface(ecs.DeleteNetworkInterfaceRequest(region_id=REGION, network_interface_id=interface))
assert [i.type for i in shown_interfaces(v_switch_id=switch)] == ["Primary"]

# What else is asked about it, and changed
attribute = ecs_client.describe_instance_attribute(ecs.DescribeInstanceAttributeRequest(instance_id=single)).body
assert (attribute.description, attribute.internet_max_bandwidth_out) == ("by itself", 5), attribute
maintenance = ecs_client.describe_instance_maintenance_attributes(
    ecs.DescribeInstanceMaintenanceAttributesRequest(region_id=REGION, instance_id=[single])
).body.maintenance_attributes.maintenance_attribute
assert [(m.instance_id, m.action_on_maintenance.value) for m in maintenance] == [(single, "AutoRecover")]
attachments = ecs_client.describe_instance_attachment_attributes(
    ecs.DescribeInstanceAttachmentAttributesRequest(region_id=REGION, instance_ids=f'["{single}"]')
).body.instances.instance
assert [a.instance_id for a in attachments] == [single]
ecs_client.modify_instance_network_spec(
    ecs.ModifyInstanceNetworkSpecRequest(instance_id=single, internet_max_bandwidth_out=7)
)
ecs_client.modify_instance_vpc_attribute(
    ecs.ModifyInstanceVpcAttributeRequest(instance_id=single, v_switch_id=switch, private_ip_address="10.1.1.99")
)
assert shown_instance().internet_max_bandwidth_out == 7
assert shown_instance().vpc_attributes.private_ip_address.ip_address == ["10.1.1.99"]
assert (shown_instance().io_optimized, shown_instance().spot_duration) == (True, 0)
asked = ecs.DescribeTagsRequest(region_id=REGION, resource_type="instance", resource_id=single)
assert not ecs_client.describe_tags(asked).body.tags.tag

# Its key pair and its role
attached = ecs_client.attach_key_pair(
    ecs.AttachKeyPairRequest(region_id=REGION, key_pair_name="made", instance_ids=f'["{single}"]')
).body
assert [(r.instance_id, r.success) for r in attached.results.result] == [(single, "true")]
assert shown_instance().key_pair_name == "made"
ecs_client.detach_key_pair(ecs.DetachKeyPairRequest(region_id=REGION, key_pair_name="made", instance_ids=f'["{single}"]'))
assert not shown_instance().key_pair_name


def shown_roles():
    request = ecs.DescribeInstanceRamRoleRequest(region_id=REGION, instance_ids=f'["{single}"]')
    return [r.ram_role_name for r in ecs_client.describe_instance_ram_role(request).body.instance_ram_role_sets.instance_ram_role_set]


assert shown_roles() == ["launch"]
detached = ecs_client.detach_instance_ram_role(
    ecs.DetachInstanceRamRoleRequest(region_id=REGION, ram_role_name="launch", instance_ids=f'["{single}"]')
).body
assert [(r.instance_id, r.success) for r in detached.detach_instance_ram_role_results.detach_instance_ram_role_result] == [(single, True)]
assert shown_roles() == [""]
refused(
    lambda: ecs_client.attach_instance_ram_role(
        ecs.AttachInstanceRamRoleRequest(region_id=REGION, ram_role_name="none", instance_ids=f'["{single}"]')
    ),
    "InvalidRamRole.NotFound",
    404,
)
ecs_client.delete_instance(ecs.DeleteInstanceRequest(instance_id=single, force=True))

# Groups
created = ecs_client.create_auto_provisioning_group(
    ecs.CreateAutoProvisioningGroupRequest(
        region_id=REGION,
        auto_provisioning_group_name="fleet",
        auto_provisioning_group_type="maintain",
        total_target_capacity="4",
        pay_as_you_go_target_capacity="4",
        terminate_instances=True,
        launch_template_id=template,
        launch_template_version="2",
        launch_template_config=[
            ecs.CreateAutoProvisioningGroupRequestLaunchTemplateConfig(v_switch_id=switch, instance_type=TYPE, weighted_capacity=2.0)
        ],
    )
).body
fleet = created.auto_provisioning_group_id
described = ecs_client.describe_auto_provisioning_groups(
    ecs.DescribeAutoProvisioningGroupsRequest(region_id=REGION, auto_provisioning_group_id=[fleet])
).body.auto_provisioning_groups.auto_provisioning_group[0]
assert described.target_capacity_specification.total_target_capacity == 4.0
assert [(c.v_switch_id, c.weighted_capacity) for c in described.launch_template_configs.launch_template_config] == [(switch, 2.0)]
ecs_client.modify_auto_provisioning_group(
    ecs.ModifyAutoProvisioningGroupRequest(
        region_id=REGION, auto_provisioning_group_id=fleet, total_target_capacity="6", pay_as_you_go_target_capacity="6"
    )
)
members = ecs_client.describe_auto_provisioning_group_instances(
    ecs.DescribeAutoProvisioningGroupInstancesRequest(region_id=REGION, auto_provisioning_group_id=fleet)
).body
assert members.total_count == 3, members
history = ecs_client.describe_auto_provisioning_group_history(
    ecs.DescribeAutoProvisioningGroupHistoryRequest(region_id=REGION, auto_provisioning_group_id=fleet)
).body
assert history.total_count >= 2
ecs_client.delete_auto_provisioning_group(ecs.DeleteAutoProvisioningGroupRequest(region_id=REGION, auto_provisioning_group_id=fleet))

# What is left goes, and what is gone is not found.
ecs_client.delete_launch_template(ecs.DeleteLaunchTemplateRequest(region_id=REGION, launch_template_id=template))
ecs_client.delete_key_pairs(ecs.DeleteKeyPairsRequest(region_id=REGION, key_pair_names='["made"]'))
ecs_client.delete_security_group(ecs.DeleteSecurityGroupRequest(region_id=REGION, security_group_id=group))
vpc_client.delete_vswitch(vpc.DeleteVSwitchRequest(region_id=REGION, v_switch_id=switch))
vpc_client.delete_vpc(vpc.DeleteVpcRequest(region_id=REGION, vpc_id=network.vpc_id))
refused(
    lambda: vpc_client.describe_vpc_attribute(vpc.DescribeVpcAttributeRequest(region_id=REGION, vpc_id=network.vpc_id)),
    "InvalidVpcId.NotFound",
    404,
)
gone = vpc_client.describe_vswitch_attributes(vpc.DescribeVSwitchAttributesRequest(region_id=REGION, v_switch_id=switch)).body
assert not gone.v_switch_id
refused(
    lambda: ecs_client.delete_instance(ecs.DeleteInstanceRequest(instance_id="i-none")),
    "InvalidInstanceId.NotFound",
    404,
)
print("every action was called")
