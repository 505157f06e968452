//! Spot fleets: fleets that another API makes (G27).

use serde_json::json;

use super::test_cloud::{TestCloud, code};
use crate::base::{Billing, GroupId};
use crate::cloud::model::{
    Capacity, CreateFleetRequest, DeleteFleetRequest, Ec2FleetKind, FleetLaunchTemplateConfig, FleetOverride,
    FleetState, GroupType, InstanceSelection, LaunchConfiguration, LaunchTemplateContent, ModifyFleetRequest,
};

const ZONE: &str = "us-west-2a";
const TYPE: &str = "m5.large";

fn cloud(scenario: &serde_json::Value) -> TestCloud {
    let mut market = json!({ "stock": [{ "zone_id": ZONE, "instance_type": TYPE, "spot": 3 }] });
    market.as_object_mut().unwrap().extend(scenario.as_object().unwrap().clone());
    TestCloud::in_region("us-west-2", market)
}

fn spot_fleet(fleet_type: GroupType, target: u32) -> CreateFleetRequest {
    let launch = LaunchConfiguration { image_id: Some("ami-0a1b2c3d4e5f60718".into()), ..Default::default() };
    let one = FleetOverride { instance_type: Some(TYPE.into()), zone_id: Some(ZONE.into()), ..Default::default() };
    CreateFleetRequest {
        kind: Ec2FleetKind::SpotFleet,
        fleet_type,
        capacity: Capacity { total: target, pay_as_you_go: 0, spot: target, default_type: Billing::Spot },
        configs: vec![FleetLaunchTemplateConfig {
            template: LaunchTemplateContent { launch, ..Default::default() },
            overrides: vec![one],
        }],
        ..Default::default()
    }
}

#[test]
fn g27_a_spot_fleet_is_a_fleet_with_an_id_a_tag_and_a_list_of_its_own() {
    let cloud = cloud(&json!({}));
    let made = cloud.api.create_fleet(&spot_fleet(GroupType::Request, 2)).unwrap();
    let id = made.fleet_id.clone();
    assert!(id.as_str().starts_with("sfr-") && id.as_str().len() == 40, "{id}");
    assert_eq!(Ec2FleetKind::SpotFleet.parse_id(id.as_str()), Some(id.clone()));
    assert_eq!(Ec2FleetKind::Ec2Fleet.parse_id(id.as_str()), None);
    let instances = &made.group.instances;
    assert_eq!(instances.len(), 2);
    assert!(instances.iter().all(|one| one.tags["aws:ec2spot:fleet-request-id"] == id.as_str()));
    assert!(instances.iter().all(|one| !one.tags.contains_key("aws:ec2:fleet-id")));
    let fleet = CreateFleetRequest { kind: Ec2FleetKind::Ec2Fleet, ..spot_fleet(GroupType::Request, 1) };
    let fleet = cloud.api.create_fleet(&fleet).unwrap();
    let ids = |found: Vec<crate::cloud::model::Ec2Fleet>| -> Vec<GroupId> {
        found.into_iter().map(|fleet| fleet.fleet_id).collect()
    };
    assert_eq!(ids(cloud.api.describe_spot_fleets(None).unwrap()), [id]);
    assert_eq!(ids(cloud.api.describe_fleets(None).unwrap()), [fleet.fleet_id]);
}

#[test]
fn g27_g12_a_maintained_spot_fleet_replaces_what_is_lost_and_the_other_does_not() {
    for (fleet_type, expected) in [(GroupType::Maintain, 3), (GroupType::Request, 1)] {
        let cloud = cloud(&json!({}));
        let made = cloud.api.create_fleet(&spot_fleet(fleet_type, 3)).unwrap();
        cloud.api.reclaim_spot(&InstanceSelection { count: Some(2), ..InstanceSelection::default() }).unwrap();
        cloud.at("2h");
        let found = cloud.api.describe_spot_fleets(Some(&[made.fleet_id].into())).unwrap().remove(0);
        let living = found.group.instances.iter().filter(|one| one.state.is_live()).count();
        assert_eq!(living, expected, "{fleet_type:?}");
    }
}

#[test]
fn g27_what_no_spot_fleet_can_have_or_be_is_refused_by_its_own_codes() {
    let cloud = cloud(&json!({}));
    assert_eq!(code(cloud.api.create_fleet(&spot_fleet(GroupType::Instant, 1))), "InvalidParameterValue");
    let missing: GroupId = "sfr-00000000-0000-0000-0000-000000000000".into();
    let ids = [missing.clone()].into();
    assert_eq!(code(cloud.api.describe_spot_fleets(Some(&ids))), "InvalidSpotFleetRequestId.NotFound");
    let modify = |fleet_id| ModifyFleetRequest { fleet_id, capacity: None, excess_capacity_termination_policy: None };
    assert_eq!(code(cloud.api.modify_fleet(&modify(missing.clone()))), "InvalidSpotFleetRequestId.NotFound");
    let delete =
        |fleet_id, terminate_instances| cloud.api.delete_fleet(&DeleteFleetRequest { fleet_id, terminate_instances });
    assert_eq!(code(delete(missing, true)), "InvalidSpotFleetRequestId.NotFound");
    let made = cloud.api.create_fleet(&spot_fleet(GroupType::Request, 1)).unwrap();
    assert_eq!(code(cloud.api.modify_fleet(&modify(made.fleet_id.clone()))), "InvalidParameterValue");
    assert_eq!(delete(made.fleet_id, false).unwrap().current, FleetState::DeletedRunning);
}

/// Each operation is its own for `faults` (W4).
#[test]
fn g27_w4_faults_name_the_operations_of_spot_fleets() {
    let fault = |operation: &str| json!({ "operation": operation, "error_code": "Throttling" });
    let operations = ["RequestSpotFleet", "DescribeSpotFleetRequests", "DescribeSpotFleetRequestHistory"];
    let cloud = cloud(&json!({ "faults": operations.map(fault) }));
    let fleet = CreateFleetRequest { kind: Ec2FleetKind::Ec2Fleet, ..spot_fleet(GroupType::Request, 1) };
    let fleet = cloud.api.create_fleet(&fleet).unwrap();
    assert!(cloud.api.describe_fleet_history(&fleet.fleet_id).is_ok());
    assert_eq!(code(cloud.api.create_fleet(&spot_fleet(GroupType::Request, 1))), "Throttling");
    assert_eq!(code(cloud.api.describe_spot_fleets(None)), "Throttling");
    let id = "sfr-00000000-0000-0000-0000-000000000000".into();
    assert_eq!(code(cloud.api.describe_fleet_history(&id)), "Throttling");
}
