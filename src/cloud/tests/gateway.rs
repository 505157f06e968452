//! Elastic addresses, NAT gateways, SNAT entries and routes: N6–N8, W1, W2.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::json;

use super::test_cloud::{TestCloud, code, group, instances, vpc, vswitch};
use crate::base::{EipId, NatGatewayId, VSwitchId, VpcId};
use crate::cloud::model::{
    AllocateEipAddressRequest, AssociateEipAddressRequest, CreateNatGatewayRequest, CreateRouteEntryRequest,
    CreateSnatEntryRequest, DeleteNatGatewayRequest, DescribeEipAddressesRequest, DescribeInstancesRequest,
    DescribeNatGatewaysRequest, DescribeRouteEntryListRequest, DescribeSnatTableEntriesRequest,
    DescribeVSwitchesRequest, EipAddress, EipAssociationReference, EipInstanceType, EipMode, EipStatus,
    InstanceSelection, ModifyEipAddressAttributeRequest, ModifyEipForwardModeRequest, ModifyNatGatewayAttributeRequest,
    ModifyRouteEntryRequest, ModifySnatEntryRequest, ModifyVpcAttributeRequest, NatGateway, NextHopType, RouteEntry,
    SnatEntry, UnassociateEipAddressRequest,
};
use crate::cloud::{CloudError, SimCloud};

/// A VPC with one vSwitch of eight addresses, of which four can be used.
struct Network {
    cloud: TestCloud,
    vpc_id: VpcId,
    vswitch_id: VSwitchId,
}

impl Network {
    fn new() -> Self {
        let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 9, "spot": 9 }] }));
        let vpc_id = cloud.api.create_vpc(&vpc("192.168.0.0/16")).unwrap().vpc_id;
        let vswitch_id = cloud.api.create_vswitch(&vswitch(&vpc_id, "192.168.1.0/29")).unwrap().vswitch_id;
        Self { cloud, vpc_id, vswitch_id }
    }

    fn api(&self) -> &SimCloud {
        &self.cloud.api
    }

    fn eip(&self) -> EipAddress {
        self.api().allocate_eip_address(&AllocateEipAddressRequest::default()).unwrap()
    }

    fn gateway_request(&self) -> CreateNatGatewayRequest {
        CreateNatGatewayRequest {
            vpc_id: Some(self.vpc_id.clone()),
            vswitch_id: Some(self.vswitch_id.clone()),
            ..CreateNatGatewayRequest::default()
        }
    }

    fn gateway(&self) -> NatGateway {
        self.api().create_nat_gateway(&self.gateway_request()).unwrap()
    }

    fn associate(&self, eip: &EipAddress, instance_id: &str) -> Result<EipAddress, CloudError> {
        self.api().associate_eip_address(&association(eip, instance_id))
    }

    fn unassociate(&self, eip: &EipAddress, instance_id: &str, force: bool) -> Result<(), CloudError> {
        let association = reference(eip, instance_id);
        self.api().unassociate_eip_address(&UnassociateEipAddressRequest { association, force })
    }

    fn snat(&self, gateway: &NatGateway, snat_ip: &str) -> Result<SnatEntry, CloudError> {
        self.api().create_snat_entry(&CreateSnatEntryRequest {
            snat_table_id: gateway.snat_table_id.clone(),
            source_vswitch_id: Some(self.vswitch_id.clone()),
            snat_ip: snat_ip.to_owned(),
            ..CreateSnatEntryRequest::default()
        })
    }

    fn route(&self, destination: &str, kind: NextHopType, id: &str) -> Result<RouteEntry, CloudError> {
        self.api().create_route_entry(&route(&self.vpc_id, destination, kind, id))
    }

    fn look(&self, eip: &EipAddress) -> EipAddress {
        let request = DescribeEipAddressesRequest {
            allocation_ids: Some([eip.allocation_id.clone()].into()),
            ..DescribeEipAddressesRequest::default()
        };
        self.api().describe_eip_addresses(&request).unwrap().remove(0)
    }

    fn free_addresses(&self) -> u32 {
        let request = DescribeVSwitchesRequest {
            vswitch_ids: Some([self.vswitch_id.clone()].into()),
            ..DescribeVSwitchesRequest::default()
        };
        let found = self.api().describe_vswitches(&request).unwrap();
        found.iter().find(|vswitch| vswitch.vswitch_id == self.vswitch_id).unwrap().available_ip_address_count
    }

    /// An instance in the vSwitch with no public address.
    fn instance(&self) -> String {
        let mut request = group(1, 0);
        request.configs[0].zone_id = None;
        request.configs[0].vswitch_id = Some(self.vswitch_id.clone());
        self.cloud.create(request).instances[0].instance_id.to_string()
    }
}

fn association(eip: &EipAddress, instance_id: &str) -> AssociateEipAddressRequest {
    AssociateEipAddressRequest {
        allocation_id: eip.allocation_id.clone(),
        instance_id: instance_id.to_owned(),
        instance_type: None,
        mode: None,
        vpc_id: None,
        configuration: String::new(),
    }
}

fn reference(eip: &EipAddress, instance_id: &str) -> EipAssociationReference {
    EipAssociationReference { allocation_id: eip.allocation_id.clone(), instance_id: instance_id.to_owned() }
}

fn route(vpc_id: &VpcId, destination: &str, kind: NextHopType, id: &str) -> CreateRouteEntryRequest {
    CreateRouteEntryRequest {
        route_table_id: vpc_id.as_str().replacen("vpc-", "vtb-", 1),
        destination_cidr_block: destination.to_owned(),
        next_hop_type: kind,
        next_hop_id: id.to_owned(),
        name: None,
        description: None,
        configuration: String::new(),
    }
}

fn delete(gateway: &NatGateway, force: bool) -> DeleteNatGatewayRequest {
    DeleteNatGatewayRequest { nat_gateway_id: gateway.nat_gateway_id.clone(), force }
}

#[test]
fn n6_elastic_addresses_are_unique_in_the_world_and_derived() {
    let made = |region: &str| {
        let cloud = TestCloud::in_region(region, json!({}));
        let eips: Vec<EipAddress> =
            (0..50).map(|_| cloud.api.allocate_eip_address(&AllocateEipAddressRequest::default()).unwrap()).collect();
        eips.into_iter().map(|eip| (eip.allocation_id.to_string(), eip.ip_address)).collect::<Vec<_>>()
    };
    let (heyuan, beijing) = (made("cn-heyuan"), made("cn-beijing"));
    assert_eq!(heyuan, made("cn-heyuan"), "W3");
    let addresses: BTreeSet<Ipv4Addr> = heyuan.iter().chain(&beijing).map(|(_, address)| *address).collect();
    assert_eq!(addresses.len(), 100);
    assert!(addresses.iter().all(|address| u32::from(*address) >> 26 == 0xf400_0000 >> 26), "{addresses:?}");
    assert!(heyuan.iter().all(|(id, _)| id.starts_with("eip-") && id.len() == 24));
}

#[test]
fn n6_an_id_and_an_address_can_be_asked_for_once() {
    let cloud = TestCloud::new(json!({}));
    let asked = |id: Option<&str>, address: Option<&str>| {
        cloud.api.allocate_eip_address(&AllocateEipAddressRequest {
            allocation_id: id.map(EipId::from),
            ip_address: address.map(|address| address.parse().unwrap()),
            ..AllocateEipAddressRequest::default()
        })
    };
    let eip = asked(Some("eip-mine"), Some("47.98.1.2")).unwrap();
    assert_eq!((eip.allocation_id.as_str(), eip.ip_address.to_string().as_str()), ("eip-mine", "47.98.1.2"));
    assert_eq!(code(asked(Some("eip-mine"), None)), "InvalidParameter");
    assert_eq!(code(asked(Some("mine"), None)), "InvalidParameter");
    assert_eq!(code(asked(None, Some("47.98.1.2"))), "InvalidIp.IpAssigned");
    assert_eq!(code(asked(None, Some("244.1.2.3"))), "InvalidParameter");
    cloud.api.release_eip_address(&eip.allocation_id).unwrap();
    assert_eq!(code(cloud.api.release_eip_address(&eip.allocation_id)), "InvalidAllocationId.NotFound");
    let tags = [("ip_address".to_owned(), "47.98.1.2".to_owned())].into();
    cloud.api.allocate_eip_address(&AllocateEipAddressRequest { tags, ..Default::default() }).unwrap();
    asked(None, Some("47.98.1.2")).expect("a tag is no address");
}

#[test]
fn n6_an_address_has_one_association_and_cannot_be_released_meanwhile() {
    let network = Network::new();
    let (eip, gateway, other) = (network.eip(), network.gateway(), network.gateway());
    let id = gateway.nat_gateway_id.as_str();
    let associated = network.associate(&eip, id).unwrap();
    assert_eq!(associated.status(), EipStatus::InUse);
    assert_eq!(associated.association.unwrap().instance_type, EipInstanceType::Nat);
    assert_eq!(code(network.associate(&eip, other.nat_gateway_id.as_str())), "IncorrectEipStatus");
    assert_eq!(code(network.api().release_eip_address(&eip.allocation_id)), "IncorrectEipStatus");
    let mode = ModifyEipForwardModeRequest {
        association: reference(&eip, id),
        mode: Some(EipMode::Binded),
        configuration: "{}".to_owned(),
    };
    let changed = network.api().modify_eip_forward_mode(&mode).unwrap().association.unwrap();
    assert_eq!((changed.mode, changed.configuration.as_str()), (EipMode::Binded, "{}"));
    let elsewhere = other.nat_gateway_id.as_str();
    assert_eq!(code(network.unassociate(&eip, elsewhere, false)), "InvalidBindInstance.NotFound");
    network.unassociate(&eip, id, false).unwrap();
    assert_eq!(network.look(&eip).status(), EipStatus::Available);

    let protect = |on| ModifyEipAddressAttributeRequest {
        allocation_id: Some(eip.allocation_id.clone()),
        deletion_protection: Some(on),
        name: Some("web".to_owned()),
        ..ModifyEipAddressAttributeRequest::default()
    };
    network.api().modify_eip_address_attribute(&protect(true)).unwrap();
    assert_eq!(code(network.api().release_eip_address(&eip.allocation_id)), "InvalidOperation.DeletionProtection");
    let changed = network.api().modify_eip_address_attribute(&protect(false)).unwrap();
    assert_eq!(changed.request.name.as_deref(), Some("web"));
    network.api().release_eip_address(&eip.allocation_id).unwrap();
}

#[test]
fn n6_the_id_says_what_an_address_is_associated_with() {
    let network = Network::new();
    let eip = network.eip();
    for (id, expected) in [
        ("i-none", "InvalidInstanceId.NotFound"),
        ("ngw-none", "InvalidNatGatewayId.NotFound"),
        ("something", "InvalidInstanceType.ValueNotSupported"),
    ] {
        assert_eq!(code(network.associate(&eip, id)), expected, "{id}");
    }
    let of_type = |id: &str, instance_type, vpc_id: Option<&str>| {
        network.api().associate_eip_address(&AssociateEipAddressRequest {
            instance_type: Some(instance_type),
            vpc_id: vpc_id.map(VpcId::from),
            ..association(&eip, id)
        })
    };
    assert_eq!(code(of_type("ngw-none", EipInstanceType::EcsInstance, None)), "InvalidInstanceType.ValueNotSupported");
    assert_eq!(code(of_type("10.0.0.1", EipInstanceType::IpAddress, None)), "MissingParameter");
    assert_eq!(code(of_type("10.0.0.1", EipInstanceType::IpAddress, Some("vpc-none"))), "InvalidVpcId.NotFound");
    for id in ["lb-1", "havip-1"] {
        network.associate(&eip, id).unwrap();
        network.unassociate(&eip, id, false).unwrap();
    }
    let default_vpc = Some("vpc-cn-heyuan");
    assert!(of_type("10.0.0.1", EipInstanceType::IpAddress, default_vpc).unwrap().association.is_some());
}

#[test]
fn n6_an_instance_has_one_public_way_in() {
    let network = Network::new();
    let (eip, second) = (network.eip(), network.eip());
    let instance = network.instance();
    network.associate(&eip, &instance).unwrap();
    assert_eq!(code(network.associate(&second, &instance)), "InvalidAssociation.Duplicated");
    let listed = network.api().describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
    assert_eq!(listed.iter().map(|placed| placed.eip).collect::<Vec<_>>(), [Some(eip.ip_address)]);
    // The instances of a group with bandwidth have a public address, those of `RunInstances` always.
    let mut request = group(1, 0);
    request.launch_configuration.internet_max_bandwidth_out = 5;
    let public = network.cloud.create(request).instances[0].clone();
    assert!(public.public_ip.is_some());
    assert_eq!(code(network.associate(&second, public.instance_id.as_str())), "Forbidden.InstanceBandwidthNotZero");
    let run = network.cloud.run(instances(1, 1)).instances[0].clone();
    assert!(run.public_ip.is_some());
    network.associate(&second, run.instance_id.as_str()).unwrap();
}

#[test]
fn n7_a_gateway_takes_an_address_and_keeps_its_network() {
    let network = Network::new();
    assert_eq!(network.free_addresses(), 4);
    let gateway = network.gateway();
    assert_eq!(network.free_addresses(), 3);
    assert_eq!(gateway.private_ip.octets()[..3], [192, 168, 1]);
    assert_eq!(gateway.snat_table_id, gateway.nat_gateway_id.as_str().replacen("ngw-", "stb-", 1));
    assert_eq!(code(network.api().delete_vswitch(&network.vswitch_id)), "DependencyViolation.EnhancedNatgw");
    for _ in 0..3 {
        network.gateway();
    }
    assert_eq!(code(network.api().create_nat_gateway(&network.gateway_request())), "InvalidVSwitchId.IpNotEnough");
    let all = network.api().describe_nat_gateways(&DescribeNatGatewaysRequest::default()).unwrap();
    for gateway in &all {
        network.api().delete_nat_gateway(&delete(gateway, false)).unwrap();
    }
    assert_eq!(network.free_addresses(), 4);
    assert_eq!(code(network.api().delete_nat_gateway(&delete(&gateway, false))), "InvalidNatGatewayId.NotFound");
    network.api().delete_vswitch(&network.vswitch_id).unwrap();
    network.api().delete_vpc(&network.vpc_id).unwrap();
}

#[test]
fn n7_a_gateway_lies_in_a_vswitch_of_its_vpc() {
    let network = Network::new();
    let refused = |vpc_id: Option<&str>, vswitch_id: Option<&str>| {
        let request = CreateNatGatewayRequest {
            vpc_id: vpc_id.map(VpcId::from),
            vswitch_id: vswitch_id.map(VSwitchId::from),
            ..CreateNatGatewayRequest::default()
        };
        code(network.api().create_nat_gateway(&request))
    };
    let own = Some(network.vpc_id.as_str());
    assert_eq!(refused(None, None), "MissingParameter");
    assert_eq!(refused(own, None), "MissingParameter");
    assert_eq!(refused(Some("vpc-none"), Some("vsw-cn-heyuan-a")), "InvalidVpcId.NotFound");
    assert_eq!(refused(own, Some("vsw-none")), "InvalidVSwitchId.NotFound");
    assert_eq!(refused(own, Some("vsw-cn-heyuan-a")), "InvalidParameter.Mismatch");
    // A VPC whose vSwitches are gone still has its gateways: none here, so that it can be deleted.
    let in_default = CreateNatGatewayRequest {
        vpc_id: Some("vpc-cn-heyuan".into()),
        vswitch_id: Some("vsw-cn-heyuan-a".into()),
        ..CreateNatGatewayRequest::default()
    };
    let gateway = network.api().create_nat_gateway(&in_default).unwrap();
    let change = |deletion_protection: bool| ModifyNatGatewayAttributeRequest {
        nat_gateway_id: Some(gateway.nat_gateway_id.clone()),
        name: Some("out".to_owned()),
        deletion_protection: Some(deletion_protection),
        ..ModifyNatGatewayAttributeRequest::default()
    };
    let changed = network.api().modify_nat_gateway_attribute(&change(true)).unwrap();
    assert_eq!(changed.request.name.as_deref(), Some("out"));
    let protected = code(network.api().delete_nat_gateway(&delete(&gateway, true)));
    assert_eq!(protected, "InvalidOperation.DeletionProtection", "also when it is forced");
    network.api().modify_nat_gateway_attribute(&change(false)).unwrap();
    network.api().delete_nat_gateway(&delete(&gateway, false)).unwrap();
}

#[test]
fn n7_an_snat_entry_sends_under_addresses_of_its_gateway() {
    let network = Network::new();
    let (gateway, eip, other) = (network.gateway(), network.eip(), network.eip());
    let (first, second) = (eip.ip_address.to_string(), other.ip_address.to_string());
    let id = gateway.nat_gateway_id.as_str();
    assert_eq!(code(network.snat(&gateway, &first)), "InvalidSnatIp.NotFound");
    network.associate(&eip, id).unwrap();
    assert_eq!(code(network.snat(&gateway, "nowhere")), "InvalidSnatIp.Malformed");
    assert_eq!(code(network.snat(&gateway, " ,")), "InvalidSnatIp.Malformed");
    let entry = network.snat(&gateway, &first).unwrap();
    assert_eq!(entry.source_cidr, "192.168.1.0/29");
    assert_eq!(code(network.snat(&gateway, &first)), "Forbidden.SourceVSwitchId.Duplicated");
    let of_block = |table: &str, source_cidr: Option<&str>| {
        network.api().create_snat_entry(&CreateSnatEntryRequest {
            snat_table_id: table.to_owned(),
            source_cidr: source_cidr.map(str::to_owned),
            snat_ip: first.clone(),
            ..CreateSnatEntryRequest::default()
        })
    };
    let table = gateway.snat_table_id.as_str();
    assert_eq!(code(of_block("stb-none", Some("10.0.0.0/8"))), "InvalidSnatTableId.NotFound");
    assert_eq!(code(of_block(table, None)), "MissingParameter");
    assert_eq!(code(of_block(table, Some("10.0.0.1/8"))), "InvalidCidrBlock");
    let block = of_block(table, Some("10.0.0.0/8")).unwrap();
    assert_eq!(code(of_block(table, Some("10.0.0.0/8"))), "OperationUnsupported.CidrConflict");
    assert_eq!(code(network.api().delete_vswitch(&network.vswitch_id)), "DependencyViolation.EnhancedNatgw");

    network.associate(&other, id).unwrap();
    let both = ModifySnatEntryRequest {
        snat_entry_id: entry.snat_entry_id.clone(),
        snat_ip: Some(format!("{first}, {second}")),
        name: Some("web".to_owned()),
        configuration: None,
    };
    let changed = network.api().modify_snat_entry(&both).unwrap();
    assert_eq!(changed.addresses().collect::<Vec<_>>(), [first.as_str(), second.as_str()]);
    assert_eq!(code(network.unassociate(&other, id, false)), "InvalidIpStatus.HasBeenUsedBySnatTable");
    network.unassociate(&other, id, true).unwrap();
    let entries = |table: Option<&str>| {
        let request = DescribeSnatTableEntriesRequest { snat_table_id: table.map(str::to_owned), snat_entry_id: None };
        network.api().describe_snat_table_entries(&request).unwrap()
    };
    assert_eq!(entries(Some(table))[0].request.snat_ip, first, "the entry gave the other address up");
    assert_eq!((entries(None).len(), entries(Some("stb-none")).len()), (2, 0));

    assert_eq!(code(network.api().delete_nat_gateway(&delete(&gateway, false))), "DependencyViolation.SnatEntry");
    network.api().delete_snat_entry(&entry.snat_entry_id).unwrap();
    assert_eq!(code(network.api().delete_snat_entry(&entry.snat_entry_id)), "InvalidSnatEntryId.NotFound");
    network.unassociate(&eip, id, true).unwrap();
    assert!(entries(None).is_empty(), "`{}` had no other address", block.snat_entry_id);
}

#[test]
fn n7_a_vswitch_is_kept_by_snat_entries_of_a_gateway_elsewhere() {
    let network = Network::new();
    let beside = network.api().create_vswitch(&vswitch(&network.vpc_id, "192.168.2.0/24")).unwrap().vswitch_id;
    let request = CreateNatGatewayRequest { vswitch_id: Some(beside), ..network.gateway_request() };
    let (gateway, eip) = (network.api().create_nat_gateway(&request).unwrap(), network.eip());
    network.associate(&eip, gateway.nat_gateway_id.as_str()).unwrap();
    network.snat(&gateway, &eip.ip_address.to_string()).unwrap();
    assert_eq!(code(network.api().delete_vswitch(&network.vswitch_id)), "DependencyViolation.SnatEntry");
    let elsewhere = CreateSnatEntryRequest {
        snat_table_id: gateway.snat_table_id.clone(),
        source_vswitch_id: Some("vsw-cn-heyuan-a".into()),
        snat_ip: eip.ip_address.to_string(),
        ..CreateSnatEntryRequest::default()
    };
    assert_eq!(code(network.api().create_snat_entry(&elsewhere)), "InvalidParameter.Mismatch");
    let unknown = CreateSnatEntryRequest { source_vswitch_id: Some("vsw-none".into()), ..elsewhere };
    assert_eq!(code(network.api().create_snat_entry(&unknown)), "InvalidVSwitchId.NotFound");
}

#[test]
fn n7_a_forced_deletion_takes_entries_along_and_frees_addresses() {
    let network = Network::new();
    let (gateway, eip) = (network.gateway(), network.eip());
    network.associate(&eip, gateway.nat_gateway_id.as_str()).unwrap();
    assert_eq!(code(network.api().delete_nat_gateway(&delete(&gateway, false))), "DependencyViolation.EIPS");
    network.snat(&gateway, &eip.ip_address.to_string()).unwrap();
    network.api().delete_nat_gateway(&delete(&gateway, true)).unwrap();
    assert_eq!(network.look(&eip).association, None);
    let left = network.api().describe_snat_table_entries(&DescribeSnatTableEntriesRequest::default()).unwrap();
    assert_eq!(left, []);
}

#[test]
fn n8_a_table_has_one_entry_for_a_destination_and_none_where_it_leads_by_itself() {
    let network = Network::new();
    let gateway = network.gateway();
    let id = gateway.nat_gateway_id.as_str();
    let to_gateway = |destination: &str| network.route(destination, NextHopType::NatGateway, id);
    let entry = to_gateway("0.0.0.0/0").unwrap();
    let table = network.vpc_id.as_str().replacen("vpc-", "vtb-", 1);
    let router = network.vpc_id.as_str().replacen("vpc-", "vrt-", 1);
    assert_eq!(entry.route_entry_id, format!("{table}:{router}:0.0.0.0/0:NatGateway:{id}"));
    for (destination, expected) in [
        ("0.0.0.0/0", "RouterEntryConflict.Duplicated"),
        ("192.168.1.0/29", "InvalidCidrBlock"),
        ("192.168.1.4/32", "InvalidCidrBlock"),
        ("100.64.1.0/24", "InvalidCidrBlock"),
        ("10.0.0.1/8", "InvalidCidrBlock"),
        ("anywhere", "InvalidCidrBlock"),
    ] {
        assert_eq!(code(to_gateway(destination)), expected, "{destination}");
    }
    // A block around a vSwitch, another part of the VPC, and IPv6 are free to lead elsewhere.
    for destination in ["192.168.0.0/16", "192.168.7.0/24", "::/0"] {
        to_gateway(destination).unwrap();
    }
    let overlapping = network.api().create_vswitch(&vswitch(&network.vpc_id, "192.168.7.0/24"));
    assert_eq!(code(overlapping), "InvalidCidrBlock.Overlapped");
    let named = ModifyRouteEntryRequest {
        route_entry_id: entry.route_entry_id.clone(),
        name: Some("out".to_owned()),
        ..ModifyRouteEntryRequest::default()
    };
    assert_eq!(network.api().modify_route_entry(&named).unwrap().request.name.as_deref(), Some("out"));
    let of_table = DescribeRouteEntryListRequest { route_table_id: Some(table), route_entry_id: None };
    assert_eq!(network.api().describe_route_entry_list(&of_table).unwrap().len(), 4);

    assert_eq!(code(network.api().delete_nat_gateway(&delete(&gateway, true))), "DependencyViolation.RouterEntry");
    for entry in network.api().describe_route_entry_list(&of_table).unwrap() {
        network.api().delete_route_entry(&entry.route_entry_id).unwrap();
    }
    assert_eq!(code(network.api().delete_route_entry(&entry.route_entry_id)), "InvalidRouteEntry.NotFound");
    network.api().delete_nat_gateway(&delete(&gateway, false)).unwrap();
}

#[test]
fn n8_a_next_hop_exists_in_the_vpc_of_the_table() {
    let network = Network::new();
    let instance = network.instance();
    network.route("10.1.0.0/16", NextHopType::Instance, &instance).unwrap();
    let elsewhere = network.cloud.run(instances(1, 1)).instances[0].instance_id.to_string();
    for (kind, id, expected) in [
        (NextHopType::Instance, elsewhere.as_str(), "InvalidParameter.Mismatch"),
        (NextHopType::Instance, "i-none", "InvalidNextHopId.NotFound"),
        (NextHopType::Instance, "", "MissingParameter"),
        (NextHopType::NatGateway, "ngw-none", "InvalidNatGatewayId.NotFound"),
    ] {
        assert_eq!(code(network.route("10.2.0.0/16", kind, id)), expected, "{id}");
    }
    network.route("10.2.0.0/16", NextHopType::VpnGateway, "vpn-1").unwrap();
    let unknown = route(&"vpc-none".into(), "10.3.0.0/16", NextHopType::VpnGateway, "vpn-1");
    assert_eq!(code(network.api().create_route_entry(&unknown)), "InvalidRouteTableId.NotFound");
    let of_default = route(&"vpc-cn-heyuan".into(), "172.16.0.0/12", NextHopType::Instance, &elsewhere);
    network.api().create_route_entry(&of_default).unwrap();
    assert_eq!(
        code(network.api().create_route_entry(&CreateRouteEntryRequest {
            destination_cidr_block: "10.1.2.0/24".to_owned(),
            ..of_default
        })),
        "InvalidCidrBlock",
        "it lies in a default vSwitch"
    );
    let named = ModifyVpcAttributeRequest {
        vpc_id: Some(network.vpc_id.clone()),
        system_route_table_name: Some("main".to_owned()),
        ..ModifyVpcAttributeRequest::default()
    };
    network.api().modify_vpc_attribute(&named).unwrap();
    let tables = network.api().describe_route_table_list().unwrap();
    assert_eq!(tables.iter().map(|table| table.name.as_deref()).collect::<Vec<_>>(), [None, Some("main")]);
    let tables: Vec<_> = tables.iter().map(|table| (table.vpc_id.as_str(), table.vswitch_ids.len())).collect();
    assert_eq!(tables, [("vpc-cn-heyuan", 2), (network.vpc_id.as_str(), 1)]);
}

/// Whatever ends an instance frees its elastic address, and a stopped one keeps it.
#[test]
fn w11_an_elastic_address_outlives_the_instance_that_had_it() {
    let network = Network::new();
    let eip = network.eip();
    let released = network.cloud.run(instances(1, 1)).instances[0].instance_id.clone();
    network.associate(&eip, released.as_str()).unwrap();
    network.api().delete_instances(&BTreeSet::from([released.clone()])).unwrap();
    assert_eq!(network.look(&eip).association, None);
    assert_eq!(code(network.unassociate(&eip, released.as_str(), false)), "InvalidBindInstance.NotFound");

    let spot = network.cloud.create(group(0, 1)).instances[0].instance_id.clone();
    network.associate(&eip, spot.as_str()).unwrap();
    network.api().reclaim_spot(&InstanceSelection::default()).unwrap();
    assert_ne!(spot, released);
    assert_eq!(network.look(&eip).association, None);
    network.api().release_eip_address(&eip.allocation_id).unwrap();
}

/// A VPC without vSwitches is kept by what else lies in it, and the codes say by what.
#[test]
fn n7_n8_a_vpc_is_kept_by_gateways_and_routes() {
    let cloud = TestCloud::new(json!({}));
    let vpc_id = cloud.api.create_vpc(&vpc("192.168.0.0/16")).unwrap().vpc_id;
    let entry =
        cloud.api.create_route_entry(&route(&vpc_id, "0.0.0.0/0", NextHopType::Ipv4Gateway, "ipv4gw-1")).unwrap();
    assert_eq!(code(cloud.api.delete_vpc(&vpc_id)), "DependencyViolation.RouteEntry");
    cloud.api.delete_route_entry(&entry.route_entry_id).unwrap();
    cloud.api.delete_vpc(&vpc_id).unwrap();
}

#[test]
fn w1_the_last_elastic_address_ends_the_world() {
    let cloud = TestCloud::new(json!({}));
    let make = || cloud.api.allocate_eip_address(&AllocateEipAddressRequest::default()).unwrap();
    let first = make();
    let second = make();
    assert_ne!((&first.allocation_id, first.ip_address), (&second.allocation_id, second.ip_address));
    for eip in [&first, &second] {
        cloud.api.release_eip_address(&eip.allocation_id).unwrap();
    }
    assert_eq!(make(), first, "W3");
}

#[test]
fn w4_every_call_of_a_gateway_can_fail() {
    let cloud = TestCloud::new(json!({ "faults": [
        { "operation": "AllocateEipAddress", "error_code": "Throttling.User", "times": 1 },
        { "operation": "DescribeNatGateways", "error_code": "ServiceUnavailable", "times": 1 },
    ] }));
    assert_eq!(code(cloud.api.allocate_eip_address(&AllocateEipAddressRequest::default())), "Throttling.User");
    cloud.api.allocate_eip_address(&AllocateEipAddressRequest::default()).unwrap();
    let look = || {
        cloud.api.describe_nat_gateways(&DescribeNatGatewaysRequest {
            nat_gateway_ids: Some([NatGatewayId::from("ngw-1")].into()),
            ..DescribeNatGatewaysRequest::default()
        })
    };
    assert_eq!(code(look()), "ServiceUnavailable");
    assert_eq!(look().unwrap(), []);
}

#[test]
fn n8_an_instance_is_not_deleted_while_a_route_leads_to_it() {
    let network = Network::new();
    let id = network.instance();
    let entry = network.route("10.1.0.0/16", NextHopType::Instance, &id).unwrap();
    let delete = || network.api().delete_instances(&BTreeSet::from([id.as_str().into()]));
    assert_eq!(code(delete()), "DependencyViolation.RouteEntry");
    network.api().delete_route_entry(&entry.route_entry_id).unwrap();
    delete().unwrap();
}

/// What happened to gateways and addresses stood in no history.
#[test]
fn the_history_has_gateways_addresses_and_routes() {
    let network = Network::new();
    let (gateway, eip) = (network.gateway(), network.eip());
    let id = gateway.nat_gateway_id.as_str();
    network.associate(&eip, id).unwrap();
    let snat = network.snat(&gateway, &eip.ip_address.to_string()).unwrap();
    let route = network.route("0.0.0.0/0", NextHopType::NatGateway, id).unwrap();
    network.api().delete_route_entry(&route.route_entry_id).unwrap();
    network.api().delete_snat_entry(&snat.snat_entry_id).unwrap();
    network.unassociate(&eip, id, false).unwrap();
    network.api().release_eip_address(&eip.allocation_id).unwrap();
    let force = DeleteNatGatewayRequest { nat_gateway_id: gateway.nat_gateway_id.clone(), force: false };
    network.api().delete_nat_gateway(&force).unwrap();
    let request = crate::cloud::model::DescribeWorldHistoryRequest::default();
    let history = network.api().describe_world_history(&request).unwrap();
    let kinds: Vec<&str> = history.activities.iter().map(|activity| activity.kind.name()).collect();
    let expected = [
        "CreateVpc",
        "CreateVSwitch",
        "CreateNatGateway",
        "AllocateEipAddress",
        "AssociateEipAddress",
        "CreateSnatEntry",
        "CreateRouteEntry",
        "DeleteRouteEntry",
        "DeleteSnatEntry",
        "UnassociateEipAddress",
        "ReleaseEipAddress",
        "DeleteNatGateway",
    ];
    assert_eq!(kinds, expected);
}
