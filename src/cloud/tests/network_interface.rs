//! Network interfaces: N10, N6, N8, W11, W1, W2.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::json;

use super::test_cloud::{TestCloud, code, instances, vpc, vswitch};
use crate::base::{InstanceId, NetworkInterfaceId, VSwitchId, VpcId};
use crate::cloud::model::{
    AllocateEipAddressRequest, AssociateEipAddressRequest, AttachNetworkInterfaceRequest,
    CreateNetworkInterfaceRequest, CreateRouteEntryRequest, CreateSecurityGroupRequest, DescribeEipAddressesRequest,
    DescribeNetworkInterfacesRequest, DescribeRouteEntryListRequest, DescribeSingleInstancesRequest,
    DescribeVSwitchesRequest, EipAddress, InstanceSelection, LaunchInstanceRequest, LaunchInterface,
    ModifyNetworkInterfaceRequest, NetworkInterface, NetworkInterfaceStatus, NextHopType, SingleInstance,
};
use crate::cloud::{CloudError, SimCloud};

const TYPE: &str = "ecs.g7.large";

/// A VPC with a vSwitch of 16 addresses, of which 12 can be used, and an instance in it.
struct Network {
    cloud: TestCloud,
    vpc_id: VpcId,
    vswitch_id: VSwitchId,
    instance_id: InstanceId,
}

impl Network {
    fn new() -> Self {
        let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 9, "spot": 9 }] }));
        let vpc_id = cloud.api.create_vpc(&vpc("192.168.0.0/16")).unwrap().vpc_id;
        let vswitch_id = cloud.api.create_vswitch(&vswitch(&vpc_id, "192.168.1.0/28")).unwrap().vswitch_id;
        let instance_id = launch(&cloud.api, &vswitch_id);
        Self { cloud, vpc_id, vswitch_id, instance_id }
    }

    fn api(&self) -> &SimCloud {
        &self.cloud.api
    }

    fn request(&self) -> CreateNetworkInterfaceRequest {
        CreateNetworkInterfaceRequest {
            vswitch_id: Some(self.vswitch_id.clone()),
            security_group_ids: ["default".into()].into(),
            ..CreateNetworkInterfaceRequest::default()
        }
    }

    fn interface(&self) -> NetworkInterfaceId {
        self.made(&self.request()).network_interface_id
    }

    fn made(&self, request: &CreateNetworkInterfaceRequest) -> NetworkInterface {
        self.api().create_network_interface(request).unwrap()
    }

    fn attach(&self, id: &NetworkInterfaceId, to: &InstanceId) -> Result<NetworkInterface, CloudError> {
        self.api().attach_network_interface(&AttachNetworkInterfaceRequest {
            network_interface_id: Some(id.clone()),
            instance_id: Some(to.clone()),
            configuration: String::new(),
        })
    }

    /// The interface with which the first instance was launched.
    fn primary_interface(&self) -> String {
        let found = self.api().describe_single_instances(&DescribeSingleInstancesRequest::default());
        found.unwrap().remove(0).network_interface_id
    }

    fn look(&self, id: &NetworkInterfaceId) -> Option<NetworkInterface> {
        let request = DescribeNetworkInterfacesRequest {
            network_interface_ids: Some([id.clone()].into()),
            ..DescribeNetworkInterfacesRequest::default()
        };
        self.api().describe_network_interfaces(&request).unwrap().pop()
    }

    fn free_addresses(&self) -> u32 {
        let request = DescribeVSwitchesRequest {
            vswitch_ids: Some([self.vswitch_id.clone()].into()),
            ..DescribeVSwitchesRequest::default()
        };
        let found = self.api().describe_vswitches(&request).unwrap();
        found.iter().find(|vswitch| vswitch.vswitch_id == self.vswitch_id).unwrap().available_ip_address_count
    }

    fn associate(&self, to: &str) -> Result<EipAddress, CloudError> {
        let eip = self.api().allocate_eip_address(&AllocateEipAddressRequest::default()).unwrap();
        self.api().associate_eip_address(&AssociateEipAddressRequest {
            allocation_id: eip.allocation_id,
            instance_id: to.to_owned(),
            instance_type: None,
            mode: None,
            vpc_id: None,
            configuration: String::new(),
        })
    }

    fn eip(&self, eip: &EipAddress) -> EipAddress {
        let request = DescribeEipAddressesRequest {
            allocation_ids: Some([eip.allocation_id.clone()].into()),
            ..DescribeEipAddressesRequest::default()
        };
        self.api().describe_eip_addresses(&request).unwrap().remove(0)
    }

    fn route(&self, destination: &str, id: &str) -> Result<(), CloudError> {
        let request = CreateRouteEntryRequest {
            route_table_id: self.vpc_id.as_str().replacen("vpc-", "vtb-", 1),
            destination_cidr_block: destination.to_owned(),
            next_hop_type: NextHopType::NetworkInterface,
            next_hop_id: id.to_owned(),
            name: None,
            description: None,
            configuration: String::new(),
        };
        self.api().create_route_entry(&request).map(drop)
    }

    fn routes(&self) -> usize {
        self.api().describe_route_entry_list(&DescribeRouteEntryListRequest::default()).unwrap().len()
    }
}

fn launch(api: &SimCloud, vswitch_id: &VSwitchId) -> InstanceId {
    launch_with(api, vswitch_id, &[]).unwrap().instance.instance_id
}

/// With interfaces beside the primary one.
fn launch_with(
    api: &SimCloud,
    vswitch_id: &VSwitchId,
    interfaces: &[LaunchInterface],
) -> Result<SingleInstance, CloudError> {
    api.launch_instance(&LaunchInstanceRequest {
        vswitch_id: Some(vswitch_id.clone()),
        instance_type: Some(TYPE.into()),
        image_id: Some("aliyun_3_x64_20G_alibase_20250629.vhd".into()),
        network_interfaces: interfaces.to_vec(),
        ..LaunchInstanceRequest::default()
    })
}

fn named(id: &NetworkInterfaceId) -> LaunchInterface {
    LaunchInterface { network_interface_id: Some(id.clone()), ..LaunchInterface::default() }
}

/// The code, and the element that is to blame.
fn refused(launched: Result<SingleInstance, CloudError>) -> (String, Option<usize>) {
    let error = launched.unwrap_err();
    let refusal = error.service().unwrap();
    (refusal.code.to_string(), refusal.element.map(|(_, index)| index))
}

fn address(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(192, 168, 1, last)
}

#[test]
fn n10_addresses_are_named_or_chosen_and_free_again() {
    let network = Network::new();
    assert_eq!(network.free_addresses(), 11);
    let named = CreateNetworkInterfaceRequest {
        primary_ip_address: Some(address(9)),
        private_ip_addresses: [address(10), address(11)].into(),
        ..network.request()
    };
    let made = network.made(&named);
    assert_eq!((made.private_ip_address, network.free_addresses()), (address(9), 8));
    assert_eq!(made.secondary_private_ip_addresses, [address(10), address(11)].into());
    let refused = |request: &CreateNetworkInterfaceRequest| code(network.api().create_network_interface(request));
    for (request, expected) in [
        (named.clone(), "InvalidIp.IpAssigned"),
        (
            CreateNetworkInterfaceRequest { primary_ip_address: Some(address(200)), ..network.request() },
            "InvalidIp.Address",
        ),
        (
            CreateNetworkInterfaceRequest { secondary_private_ip_address_count: 8, ..network.request() },
            "InvalidVSwitchId.IpNotEnough",
        ),
        (CreateNetworkInterfaceRequest { vswitch_id: None, ..network.request() }, "MissingParameter"),
        (
            CreateNetworkInterfaceRequest { vswitch_id: Some("vsw-none".into()), ..network.request() },
            "InvalidVSwitchId.NotFound",
        ),
        (
            CreateNetworkInterfaceRequest { security_group_ids: BTreeSet::new(), ..network.request() },
            "MissingParameter",
        ),
        (
            CreateNetworkInterfaceRequest { security_group_ids: ["sg-none".into()].into(), ..network.request() },
            "InvalidSecurityGroupId.NotFound",
        ),
    ] {
        assert_eq!(refused(&request), expected, "{request:?}");
        assert_eq!(network.free_addresses(), 8, "a refused call takes no address: {expected}");
    }
    let counted = CreateNetworkInterfaceRequest { secondary_private_ip_address_count: 3, ..network.request() };
    let chosen = network.made(&counted);
    assert_eq!((chosen.secondary_private_ip_addresses.len(), network.free_addresses()), (3, 4));
    let change = |count| ModifyNetworkInterfaceRequest {
        network_interface_id: Some(chosen.network_interface_id.clone()),
        secondary_private_ip_address_count: Some(count),
        ..ModifyNetworkInterfaceRequest::default()
    };
    let changed = |count| network.api().modify_network_interface(&change(count));
    let fewer: Vec<Ipv4Addr> = chosen.secondary_private_ip_addresses.iter().copied().take(1).collect();
    assert_eq!(changed(1).unwrap().secondary_private_ip_addresses, fewer.into_iter().collect());
    assert_eq!((changed(5).unwrap().secondary_private_ip_addresses.len(), network.free_addresses()), (5, 2));
    assert_eq!(code(changed(9)), "InvalidVSwitchId.IpNotEnough");
    let swap = ModifyNetworkInterfaceRequest {
        network_interface_id: Some(made.network_interface_id.clone()),
        private_ip_addresses: Some([address(10)].into()),
        ..ModifyNetworkInterfaceRequest::default()
    };
    let swapped = network.api().modify_network_interface(&swap).unwrap();
    assert_eq!((swapped.secondary_private_ip_addresses, network.free_addresses()), ([address(10)].into(), 3));
    for id in [made.network_interface_id, chosen.network_interface_id] {
        network.api().delete_network_interface(&id).unwrap();
    }
    assert_eq!(network.free_addresses(), 11);
}

#[test]
fn n10_an_interface_is_attached_to_one_instance_of_its_zone_and_vpc() {
    let network = Network::new();
    let (id, other) = (network.interface(), network.interface());
    let attached = network.attach(&id, &network.instance_id).unwrap();
    assert_eq!(attached.status, NetworkInterfaceStatus::InUse);
    assert_eq!(code(network.attach(&id, &network.instance_id)), "InvalidOperation.InvalidEniState");
    assert_eq!(code(network.api().delete_network_interface(&id)), "InvalidOperation.InvalidEniState");
    assert_eq!(code(network.attach(&other, &"i-none".into())), "InvalidEcsId.NotFound");
    assert_eq!(code(network.attach(&"eni-none".into(), &network.instance_id)), "InvalidEniId.NotFound");
    let elsewhere = network.cloud.run(instances(1, 1)).instances.remove(0).instance_id;
    assert_eq!(code(network.attach(&other, &elsewhere)), "InvalidOperation.VpcMismatch");
    let far = launch(network.api(), &"vsw-cn-heyuan-a".into());
    assert_eq!(code(network.attach(&other, &far)), "InvalidOperation.AvailabilityZoneMismatch");
    network.attach(&other, &network.instance_id).unwrap();
    let third = network.interface();
    assert_eq!(code(network.attach(&third, &network.instance_id)), "EniPerInstanceLimitExceeded", "{TYPE} has three");
    network.api().detach_network_interface(&other, &network.instance_id).unwrap();
    let twice = network.api().detach_network_interface(&other, &network.instance_id);
    assert_eq!(code(twice), "InvalidOperation.InvalidEniState");
    network.attach(&third, &network.instance_id).unwrap();
    let primary = network.primary_interface();
    assert_eq!(code(network.attach(&primary.as_str().into(), &far)), "InvalidOperation.InvalidEniType");
}

#[test]
fn n10_vswitch_and_security_groups_stay_while_an_interface_is_there() {
    let network = Network::new();
    let group = CreateSecurityGroupRequest { vpc_id: Some(network.vpc_id.clone()), ..Default::default() };
    let group = network.api().create_security_group(&group).unwrap().security_group_id;
    let elsewhere = network.api().create_security_group(&CreateSecurityGroupRequest::default()).unwrap();
    let in_groups = |ids: BTreeSet<_>| CreateNetworkInterfaceRequest { security_group_ids: ids, ..network.request() };
    let refused = network.api().create_network_interface(&in_groups([elsewhere.security_group_id].into()));
    assert_eq!(code(refused), "InvalidOperation.VpcMismatch");
    let id = network.made(&in_groups([group.clone()].into())).network_interface_id;
    network.api().delete_instance(&network.instance_id).unwrap();
    assert_eq!(code(network.api().delete_security_group(&group)), "DependencyViolation");
    assert_eq!(code(network.api().delete_vswitch(&network.vswitch_id)), "DependencyViolation.NetworkInterface");
    let change = ModifyNetworkInterfaceRequest {
        network_interface_id: Some(id.clone()),
        security_group_ids: Some(["default".into()].into()),
        name: Some("web".to_owned()),
        ..ModifyNetworkInterfaceRequest::default()
    };
    assert_eq!(network.api().modify_network_interface(&change).unwrap().request.name.as_deref(), Some("web"));
    network.api().delete_security_group(&group).unwrap();
    network.api().delete_network_interface(&id).unwrap();
    network.api().delete_vswitch(&network.vswitch_id).unwrap();
}

#[test]
fn n10_what_uses_an_interface_that_is_deleted_is_free() {
    let network = Network::new();
    let id = network.interface();
    assert_eq!(code(network.associate("eni-none")), "InvalidEniId.NotFound");
    assert_eq!(code(network.route("10.1.0.0/16", "eni-none")), "InvalidEniId.NotFound");
    let eip = network.associate(id.as_str()).unwrap();
    assert_eq!(code(network.associate(id.as_str())), "InvalidAssociation.Duplicated");
    network.route("10.1.0.0/16", id.as_str()).unwrap();
    network.api().delete_network_interface(&id).unwrap();
    assert_eq!((network.eip(&eip).association, network.routes()), (None, 0));
    let primary = network.primary_interface();
    assert_eq!(code(network.associate(&primary)), "InvalidOperation.InvalidEniType");
    network.route("10.1.0.0/16", &primary).unwrap();
}

#[test]
fn w11_an_interface_ends_with_its_instance_unless_it_says_otherwise() {
    let network = Network::new();
    let ends = network.interface();
    let stays = network.made(&CreateNetworkInterfaceRequest { delete_on_release: Some(false), ..network.request() });
    let stays = stays.network_interface_id;
    let mut eips = Vec::new();
    for (number, id) in [&ends, &stays].into_iter().enumerate() {
        network.attach(id, &network.instance_id).unwrap();
        network.route(&format!("10.{number}.0.0/16"), id.as_str()).unwrap();
        eips.push(network.associate(id.as_str()).unwrap());
    }
    assert_eq!(network.free_addresses(), 9);
    network.api().delete_instance(&network.instance_id).unwrap();
    assert_eq!(network.look(&ends), None);
    let left = network.look(&stays).unwrap();
    assert_eq!((left.status, left.attachment), (NetworkInterfaceStatus::Available, None));
    assert_eq!((network.free_addresses(), network.routes()), (11, 1));
    let associated: Vec<bool> = eips.iter().map(|eip| network.eip(eip).association.is_some()).collect();
    assert_eq!(associated, [false, true]);
    network.api().delete_network_interface(&stays).unwrap();
    assert_eq!(network.free_addresses(), 12);
}

#[test]
fn n10_interfaces_are_listed_by_what_they_are() {
    let network = Network::new();
    let named = CreateNetworkInterfaceRequest {
        name: Some("web".to_owned()),
        tags: [("team".to_owned(), "a".to_owned())].into(),
        client_token: Some("once".to_owned()),
        ..network.request()
    };
    let first = network.made(&named);
    assert_eq!(network.made(&named).network_interface_id, first.network_interface_id, "a repetition (W2)");
    assert!(first.mac_address.starts_with("00:16:3e:") && first.mac_address.len() == 17, "{}", first.mac_address);
    let second = network.interface();
    network.attach(&second, &network.instance_id).unwrap();
    let count =
        |request: DescribeNetworkInterfacesRequest| network.api().describe_network_interfaces(&request).unwrap().len();
    let all = DescribeNetworkInterfacesRequest::default;
    assert_eq!(count(all()), 2);
    assert_eq!(count(DescribeNetworkInterfacesRequest { name: Some("web".to_owned()), ..all() }), 1);
    assert_eq!(count(DescribeNetworkInterfacesRequest { instance_id: Some(network.instance_id.clone()), ..all() }), 1);
    assert_eq!(count(DescribeNetworkInterfacesRequest { vswitch_id: Some("vsw-none".into()), ..all() }), 0);
    assert_eq!(count(DescribeNetworkInterfacesRequest { tags: named.tags.clone(), ..all() }), 1);
    let free = Some(NetworkInterfaceStatus::Available);
    assert_eq!(count(DescribeNetworkInterfacesRequest { status: free, ..all() }), 1);
}

#[test]
fn n10_an_instance_is_launched_with_interfaces_that_exist_and_with_ones_that_are_made() {
    let network = Network::new();
    let stays = network.made(&CreateNetworkInterfaceRequest { delete_on_release: Some(false), ..network.request() });
    let stays = stays.network_interface_id;
    let single = launch_with(network.api(), &network.vswitch_id, &[named(&stays), LaunchInterface::default()]).unwrap();
    let [first, second] = single.network_interfaces.as_slice() else { panic!("{single:?}") };
    let id = &single.instance.instance_id;
    assert_eq!(first.network_interface_id, stays);
    assert_eq!(
        (&second.vswitch_id, &second.security_group_ids),
        (&Some(network.vswitch_id.clone()), &["default".into()].into())
    );
    for interface in [first, second] {
        let found = network.look(&interface.network_interface_id).unwrap();
        assert_eq!(found.attachment.map(|attachment| attachment.instance_id).as_ref(), Some(id));
    }
    assert_ne!(second.network_interface_id.as_str(), single.network_interface_id, "the primary one");
    assert_eq!(network.free_addresses(), 8, "two instances, one interface that exists and one that was made");
    network.api().delete_instance(id).unwrap();
    assert_eq!(network.look(&second.network_interface_id), None);
    assert_eq!(network.look(&stays).unwrap().status, NetworkInterfaceStatus::Available);
    assert_eq!(network.free_addresses(), 10);
}

#[test]
fn n10_a_launch_with_an_interface_that_it_cannot_have_launches_nothing() {
    let network = Network::new();
    let api = network.api();
    let far = network
        .made(&CreateNetworkInterfaceRequest { vswitch_id: Some("vsw-cn-heyuan-a".into()), ..network.request() });
    let elsewhere = network
        .made(&CreateNetworkInterfaceRequest { vswitch_id: Some("vsw-cn-heyuan-b".into()), ..network.request() });
    let (attached, free) = (network.interface(), network.interface());
    network.attach(&attached, &network.instance_id).unwrap();
    let group = api.create_security_group(&CreateSecurityGroupRequest::default()).unwrap().security_group_id;
    let in_vswitch = |id: &str| LaunchInterface { vswitch_id: Some(id.into()), ..LaunchInterface::default() };
    let in_group = |id: &str| LaunchInterface { security_group_ids: [id.into()].into(), ..LaunchInterface::default() };
    let both = LaunchInterface { network_interface_id: Some(free.clone()), ..in_vswitch(network.vswitch_id.as_str()) };
    let primary = NetworkInterfaceId::from(network.primary_interface());
    let before = network.free_addresses();
    for (interface, expected) in [
        (named(&"eni-none".into()), "InvalidEniId.NotFound"),
        (named(&primary), "InvalidOperation.InvalidEniType"),
        (named(&attached), "InvalidOperation.InvalidEniState"),
        (named(&free), "InvalidOperation.InvalidEniState"),
        (named(&far.network_interface_id), "InvalidOperation.AvailabilityZoneMismatch"),
        (named(&elsewhere.network_interface_id), "InvalidOperation.VpcMismatch"),
        (both, "InvalidParameter"),
        (in_vswitch("vsw-none"), "InvalidVSwitchId.NotFound"),
        (in_vswitch("vsw-cn-heyuan-a"), "InvalidOperation.AvailabilityZoneMismatch"),
        (in_vswitch("vsw-cn-heyuan-b"), "InvalidOperation.VpcMismatch"),
        (in_group("sg-none"), "InvalidSecurityGroupId.NotFound"),
        (in_group(group.as_str()), "InvalidOperation.VpcMismatch"),
    ] {
        // The first one is attached only if the second one can be as well.
        let launched = launch_with(api, &network.vswitch_id, &[named(&free), interface.clone()]);
        assert_eq!(refused(launched), (expected.to_owned(), Some(1)), "{interface:?}");
    }
    let many = [(); 3].map(|()| LaunchInterface::default());
    let most = launch_with(api, &network.vswitch_id, &many);
    assert_eq!(refused(most), ("EniPerInstanceLimitExceeded".to_owned(), None), "{TYPE} has three");
    assert_eq!((network.free_addresses(), network.look(&free).unwrap().attachment), (before, None));
    network.interface();
    for _ in 0..2 {
        launch_with(api, &network.vswitch_id, &many[..2]).unwrap();
    }
    let full = launch_with(api, &network.vswitch_id, &many[..2]);
    assert_eq!(refused(full), ("InvalidVSwitchId.IpNotEnough".to_owned(), Some(1)));
    assert_eq!(network.free_addresses(), 2);
}

#[test]
fn n8_a_route_to_a_primary_interface_ends_with_it() {
    let network = Network::new();
    network.route("10.1.0.0/16", &network.primary_interface()).unwrap();
    let lasting = network.made(&CreateNetworkInterfaceRequest { delete_on_release: Some(false), ..network.request() });
    network.route("10.2.0.0/16", lasting.network_interface_id.as_str()).unwrap();
    let request = |next_hop_id: &InstanceId| CreateRouteEntryRequest {
        route_table_id: network.vpc_id.as_str().replacen("vpc-", "vtb-", 1),
        destination_cidr_block: "10.3.0.0/16".to_owned(),
        next_hop_type: NextHopType::Instance,
        next_hop_id: next_hop_id.to_string(),
        name: None,
        description: None,
        configuration: String::new(),
    };
    let to_instance = network.api().create_route_entry(&request(&network.instance_id)).unwrap();
    assert_eq!(code(network.api().delete_instance(&network.instance_id)), "DependencyViolation.RouteEntry");
    assert_eq!(network.routes(), 3);
    network.api().delete_route_entry(&to_instance.route_entry_id).unwrap();
    network.api().delete_instance(&network.instance_id).unwrap();
    assert_eq!(network.routes(), 1, "the route to the interface that is still there");

    let other = launch(network.api(), &network.vswitch_id);
    network.route("10.1.0.0/16", &network.primary_interface()).unwrap();
    network.api().create_route_entry(&request(&other)).unwrap();
    network.api().terminate_instances(&InstanceSelection::default()).unwrap();
    assert_eq!(network.routes(), 2, "a route to the instance itself stays");
}
