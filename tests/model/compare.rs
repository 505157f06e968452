//! Compares everything that the cloud says with the model, field by field.

use std::collections::BTreeSet;
use std::fmt::Debug;

use simcloud::base::SecurityGroupId;
use simcloud::cloud::SimCloud;
use simcloud::cloud::model::{
    AutoProvisioningGroup, DescribeAutoProvisioningGroupsRequest, DescribeAvailableResourceRequest,
    DescribeInstancesRequest, GroupState, GroupStatus, GroupType, Instance as Actual, InstanceState, LaunchResult,
    Reservation, SpotStrategy,
};

use crate::walk::TYPES;
use crate::world::{BILLINGS, Fleet, Instance, Kind, Model, Row, spelling, spelling_of};

type Outcome = Result<(), String>;

fn same<T: PartialEq + Debug>(what: &str, actual: &T, expected: &T) -> Outcome {
    if actual == expected { Ok(()) } else { Err(format!("{what} should be {expected:?}, but is {actual:?}")) }
}

/// Everything that the model knows of a world; new instances in it get their ids.
pub(crate) fn everything(cloud: &SimCloud, model: &mut Model) -> Outcome {
    let groups = cloud.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default());
    let groups = groups.map_err(|error| error.to_string())?;
    let kept = |fleet: &&Fleet| !fleet.is_left && fleet.group().is_some();
    same("the number of groups", &groups.len(), &model.fleets.iter().filter(kept).count())?;
    same("the clock", &cloud.describe_clock().unwrap(), &model.now)?;
    for fleet in &mut model.fleets {
        if fleet.is_left {
            continue;
        }
        match &fleet.kind {
            Kind::Group(_) => {
                let group = groups.iter().find(|group| group.group_id.as_str() == fleet.id);
                let group = group.ok_or_else(|| format!("there is no {}", fleet.id))?;
                name_instances(fleet, &group.instances)?;
                compare_group(group, fleet)?;
            }
            Kind::Reservation(_) => {
                let found = cloud.describe_reservation(&fleet.id.as_str().into()).unwrap();
                let reservation = found.ok_or_else(|| format!("there is no {}", fleet.id))?;
                name_instances(fleet, &reservation.instances)?;
                compare_reservation(&reservation, fleet)?;
            }
        }
    }
    compare_instances(cloud, model)?;
    compare_stock(cloud, model)
}

/// Gives new instances of the model the ids, and those of one launch the order, that the provider chose.
fn name_instances(fleet: &mut Fleet, actual: &[Actual]) -> Outcome {
    let id = fleet.id.clone();
    same(&format!("{id}: the number of instances"), &actual.len(), &fleet.instances.len())?;
    if !actual.is_sorted_by(|one, other| one.launch_index < other.launch_index) {
        return Err(format!("{id}: the instances are not in the order of their indexes"));
    }
    let mut new: Vec<Instance> = fleet.instances.iter().filter(|instance| instance.id.is_empty()).cloned().collect();
    let known: BTreeSet<String> = fleet.instances.iter().map(|instance| instance.id.clone()).collect();
    fleet.instances.sort_by_key(|instance| (instance.is_appended && instance.id.is_empty(), instance.index));
    for (instance, actual) in fleet.instances.iter_mut().zip(actual) {
        if !instance.id.is_empty() {
            continue;
        }
        if known.contains(actual.instance_id.as_str()) {
            return Err(format!("{id}: {} is launched again", actual.instance_id));
        }
        let place = new.iter().position(|candidate| {
            candidate.launch == instance.launch
                && candidate.made.billing == actual.spot_strategy.billing()
                && candidate.made.zone == actual.zone_id.as_str()
                && candidate.made.instance_type == actual.instance_type.as_str()
        });
        let Some(place) = place else {
            return Err(format!("{id}: an unexpected {} in {}", actual.instance_type, actual.zone_id));
        };
        let found = new.remove(place);
        instance.id = actual.instance_id.to_string();
        instance.made = found.made;
        if instance.is_appended {
            instance.index = actual.launch_index;
            instance.is_appended = false;
        }
    }
    Ok(())
}

fn compare_instance(actual: &Actual, expected: &Instance) -> Outcome {
    let name = &expected.id;
    let what = |field: &str| format!("{name}: {field}");
    let made = &expected.made;
    same("an id", &actual.instance_id.to_string(), name)?;
    same(&what("launch_index"), &actual.launch_index, &expected.index)?;
    same(&what("state"), &actual.state, &expected.state)?;
    same(&what("zone_id"), &actual.zone_id.to_string(), &made.zone)?;
    same(&what("vswitch_id"), &actual.vswitch_id.to_string(), &made.vswitch)?;
    same(&what("instance_type"), &actual.instance_type.to_string(), &made.instance_type)?;
    same(&what("image_id"), &actual.image_id.to_string(), &made.image)?;
    same(&what("region_id"), &actual.region_id.as_str(), &"cn-heyuan")?;
    same(&what("spot_strategy"), &actual.spot_strategy.name(), &spelling(made.billing, made.ceiling))?;
    same(&what("spot_price_limit"), &actual.spot_price_limit, &made.ceiling)?;
    same(&what("hourly_price"), &actual.hourly_price, &made.price)?;
    same(&what("launch_time"), &actual.launch_time, &expected.launch_time)?;
    same(&what("system_disk_category"), &actual.system_disk_category, &made.disk)?;
    same(&what("key_name"), &actual.key_name.as_ref().map(ToString::to_string), &made.key)?;
    let groups: Vec<&str> = actual.security_group_ids.iter().map(SecurityGroupId::as_str).collect();
    same(&what("security_group_ids"), &groups, &vec!["default"])?;
    same(&what("instance_name"), &actual.instance_name, name)?;
    let is_pending = expected.state == InstanceState::Pending;
    if expected.state != InstanceState::Terminated {
        same(&what("private_ip"), &actual.private_ip.is_some(), &made.has_private_address)?;
        same(&what("public_ip"), &actual.public_ip.is_some(), &made.has_public_address)?;
        let has_name = made.has_private_address && !is_pending;
        same(&what("private_dns_name"), &!actual.private_dns_name().is_empty(), &has_name)?;
        let has_name = made.has_public_address && !is_pending;
        same(&what("dns_name"), &!actual.dns_name().is_empty(), &has_name)?;
    }
    let is_public = actual.public_ip.is_none_or(|address| address.octets()[0] >= 240);
    same(&what("public_ip beyond 240.0.0.0"), &is_public, &true)
}

/// Rows as text: `cn-heyuan-b ecs.g6.large NoSpot 0 NoInstanceStock`.
fn rows(group: &AutoProvisioningGroup) -> Vec<String> {
    let row = |row: &LaunchResult| {
        let code = row.error_code.as_deref().unwrap_or_default();
        format!("{} {} {} {} {code}", row.zone_id, row.instance_type, row.spot_strategy.name(), row.amount)
    };
    group.launch_results.iter().map(row).collect()
}

fn expected_rows(rows: &[Vec<Row>]) -> Vec<String> {
    let row = |(zone, instance_type, spelt, amount, code): &Row| {
        format!("{zone} {instance_type} {spelt} {amount} {}", code.unwrap_or_default())
    };
    rows.iter().flatten().map(row).collect()
}

fn compare_group(actual: &AutoProvisioningGroup, fleet: &Fleet) -> Outcome {
    let id = &fleet.id;
    let what = |field: &str| format!("{id}: {field}");
    let group = fleet.group().unwrap();
    for (actual, expected) in actual.instances.iter().zip(&fleet.instances) {
        compare_instance(actual, expected).map_err(|error| format!("{id}: {error}"))?;
    }
    same(&what("status"), &actual.status, &group.status)?;
    let [pay_as_you_go, spot] = BILLINGS.map(|billing| fleet.units(billing));
    same(&what("fulfilled_capacity"), &actual.fulfilled_capacity, &(pay_as_you_go + spot).shown())?;
    same(&what("fulfilled_pay_as_you_go_capacity"), &actual.fulfilled_pay_as_you_go_capacity, &pay_as_you_go.shown())?;
    same(&what("fulfilled_spot_capacity"), &actual.fulfilled_spot_capacity, &spot.shown())?;
    let live = || fleet.instances.iter().filter(|instance| instance.is_live());
    let vcpus: u64 = live().map(|instance| crate::world::vcpus(&instance.made.instance_type)).sum();
    same(&what("fulfilled_vcpus"), &actual.fulfilled_vcpus, &vcpus)?;
    same(&what("hourly_cost"), &actual.hourly_cost, &live().map(|instance| instance.made.price).sum())?;
    same(&what("launch_results"), &rows(actual), &expected_rows(&group.rows))?;
    same(&what("optimal_hourly_cost"), &actual.optimal_hourly_cost, &group.optimal_hourly_cost)?;
    same(&what("error_code"), &actual.error_code, &fleet.error_code)?;
    same(&what("create_time"), &actual.create_time, &fleet.create_time)?;
    same(&what("request"), &actual.request, &group.request)?;
    if group.status == GroupStatus::Active {
        let is_short = BILLINGS.iter().any(|billing| fleet.units(*billing) < fleet.target(*billing));
        let state = match (is_short, group.request.group_type) {
            (false, _) => GroupState::Fulfilled,
            (true, GroupType::Maintain) => GroupState::PendingFulfillment,
            (true, _) => GroupState::Error,
        };
        same(&what("state"), &actual.state, &state)?;
    }
    Ok(())
}

fn compare_reservation(actual: &Reservation, fleet: &Fleet) -> Outcome {
    let id = &fleet.id;
    let what = |field: &str| format!("{id}: {field}");
    let Kind::Reservation(request) = &fleet.kind else { unreachable!("a reservation") };
    for (actual, expected) in actual.instances.iter().zip(&fleet.instances) {
        compare_instance(actual, expected).map_err(|error| format!("{id}: {error}"))?;
        same(&what("spot_strategy"), &actual.spot_strategy.name(), &spelling_of(request.spot_strategy))?;
    }
    let live = || fleet.instances.iter().filter(|instance| instance.is_live());
    same(&what("hourly_cost"), &actual.hourly_cost, &live().map(|instance| instance.made.price).sum())?;
    same(&what("error_code"), &actual.error_code, &fleet.error_code)?;
    same(&what("create_time"), &actual.create_time, &fleet.create_time)?;
    same(&what("owner_id"), &actual.owner_id.len(), &12)?;
    let groups: Vec<&str> = actual.group_set.iter().map(SecurityGroupId::as_str).collect();
    same(&what("group_set"), &groups, &vec!["default"])?;
    same(&what("request"), &actual.request, request)
}

/// The list of all instances, in which no id and no address stands twice.
fn compare_instances(cloud: &SimCloud, model: &mut Model) -> Outcome {
    let listed = cloud.describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
    let (mut ids, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    for placed in &listed {
        let instance = &placed.instance;
        let id = instance.instance_id.to_string();
        if !ids.insert(id.clone()) {
            return Err(format!("{id} is listed twice"));
        }
        let address = instance.private_ip.map(|address| (instance.vswitch_id.to_string(), address));
        let is_held = instance.state != InstanceState::Terminated;
        if is_held && address.is_some_and(|address| !addresses.insert(address)) {
            return Err(format!("{id} has the address of another instance"));
        }
    }
    let expected: BTreeSet<String> =
        model.fleets.iter().flat_map(|fleet| &fleet.instances).map(|instance| instance.id.clone()).collect();
    same("the ids of all instances", &ids, &expected)?;
    for fleet in model.fleets.iter().filter(|fleet| fleet.is_left) {
        for expected in &fleet.instances {
            let actual = listed.iter().find(|placed| placed.instance.instance_id.as_str() == expected.id).unwrap();
            compare_instance(&actual.instance, expected).map_err(|error| format!("left by {}: {error}", fleet.id))?;
        }
    }
    Ok(())
}

/// Free instances of every pool, and free addresses.
fn compare_stock(cloud: &SimCloud, model: &Model) -> Outcome {
    for instance_type in TYPES {
        for spot_strategy in [SpotStrategy::NoSpot, SpotStrategy::SpotAsPriceGo] {
            let request = DescribeAvailableResourceRequest {
                instance_type: Some(instance_type.into()),
                spot_strategy,
                ..DescribeAvailableResourceRequest::default()
            };
            for zone in cloud.describe_available_resource(&request).unwrap() {
                let zone_id = zone.zone_id.as_str();
                let free = model.free(zone_id, instance_type, spot_strategy.billing());
                let expected = if model.is_on_sale(zone_id, instance_type) { free } else { 0 };
                let what = format!("free {instance_type} in {zone_id}, {}", spot_strategy.name());
                same(&what, &zone.resources[0].stock, &expected)?;
            }
        }
    }
    let all = cloud.describe_vswitches(&simcloud::cloud::model::DescribeVSwitchesRequest::default()).unwrap();
    for vswitch in all {
        let id = vswitch.vswitch_id.to_string();
        let free = u64::from(vswitch.available_ip_address_count);
        same(&format!("free addresses of {id}"), &free, &model.free_addresses(&id))?;
    }
    Ok(())
}

/// All groups and instances of a world as text.
pub(crate) fn contents(cloud: &SimCloud) -> String {
    let groups = cloud.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default()).unwrap();
    let instances = cloud.describe_instances(&DescribeInstancesRequest::default()).unwrap();
    format!("{groups:?}\n{instances:?}")
}
