//! Invariants of every world after every call, on thousands of random walks. A failure names the number of its walk.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::engine::{contents, for_each_engine};
use super::test_cloud::{TestCloud, config, group, instances, replace_lost, resize};
use super::test_rng::TestRng;
use crate::base::{ApiEnum as _, Billing, Decimal};
use crate::cloud::WorldLocation;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, DescribeAvailableResourceRequest,
    DescribeInstancesRequest, ExcessCapacityTerminationPolicy, GroupType, Instance, InterruptionBehavior,
    LaunchTemplateConfig, ModifyAutoProvisioningGroupRequest, ModifyReservationRequest, PayAsYouGoAllocationStrategy,
    Reservation, RunInstancesRequest, SpotAllocationStrategy, SpotStrategy,
};
use crate::cloud::store::Access;
use crate::cloud::world::{Batch, InstanceRowState, World};

const WALKS: u64 = 1_000;
const POOLS: [(&str, &str); 4] = [
    ("cn-heyuan-a", "ecs.g6.large"),
    ("cn-heyuan-b", "ecs.g6.large"),
    ("cn-heyuan-b", "ecs.s6-c1m1.small"),
    ("cn-heyuan-b", "ecs.c6.xlarge"),
];

fn scenario(rng: &mut TestRng) -> Value {
    let mut stock: Vec<Value> = Vec::new();
    for (zone_id, instance_type) in POOLS {
        let (pay_as_you_go, spot) = (rng.below(7), rng.below(7));
        stock.push(
            json!({ "zone_id": zone_id, "instance_type": instance_type, "pay_as_you_go": pay_as_you_go, "spot": spot }),
        );
    }
    let mut events = Vec::new();
    for _ in 0..rng.below(4) {
        let at = format!("{}m", 30 * rng.below(20));
        events.push(match rng.below(4) {
            0 => json!({ "at": at, "reclaim_spot": { "count": rng.below(3) + 1 } }),
            1 => json!({ "at": at, "terminate_instances": { "count": rng.below(3) + 1 } }),
            2 => json!({ "at": at, "stock": { "spot": rng.below(5), "pay_as_you_go": rng.below(5) } }),
            _ => json!({ "at": at, "prices": { "spot": format!("0.{}", 1 + rng.below(9)) } }),
        });
    }
    let quotas: Vec<Value> = (0..rng.below(2)).map(|_| json!({ "vcpus": 4 + rng.below(30) })).collect();
    json!({ "seed": rng.below(1000), "stock": stock, "events": events, "quotas": quotas })
}

fn weight(pool: usize) -> Decimal {
    [Decimal::ONE, Decimal::new(15, 1), Decimal::TWO, Decimal::from(3)][pool]
}

fn group_request(rng: &mut TestRng, number: u32) -> CreateAutoProvisioningGroupRequest {
    let mut request = group(rng.below(6), 1 + rng.below(6));
    request.client_token = (rng.below(2) == 0).then(|| format!("token-{number}"));
    request.group_type = rng.pick(&[GroupType::Instant, GroupType::Request, GroupType::Maintain]);
    request.pay_as_you_go_strategy = rng.pick(PayAsYouGoAllocationStrategy::ALL);
    request.spot_strategy = rng.pick(SpotAllocationStrategy::ALL);
    request.interruption_behavior = rng.pick(&[InterruptionBehavior::Terminate, InterruptionBehavior::Stop]);
    request.excess_capacity_termination_policy =
        rng.pick(&[ExcessCapacityTerminationPolicy::NoTermination, ExcessCapacityTerminationPolicy::Termination]);
    request.max_spot_price = (rng.below(3) == 0).then(|| Decimal::new(1 + i64::from(rng.below(9)), 1));
    let pool = |(index, (zone, name)): (usize, (&str, &str))| LaunchTemplateConfig {
        weighted_capacity: Some(weight(index)),
        ..config(zone, name)
    };
    request.configs = POOLS.into_iter().enumerate().map(pool).collect();
    request
}

fn run_request(rng: &mut TestRng, number: u32) -> RunInstancesRequest {
    let min = 1 + rng.below(3);
    let (zone, name) = rng.pick(&POOLS);
    RunInstancesRequest {
        client_token: (rng.below(2) == 0).then(|| format!("token-{number}")),
        spot_strategy: rng.pick(&[SpotStrategy::NoSpot, SpotStrategy::SpotAsPriceGo]),
        instance_type: Some(name.into()),
        zone_id: Some(zone.into()),
        wait_for_running: rng.below(2) == 0,
        accept_shortfall: rng.below(2) == 0,
        ..instances(min, min + rng.below(4))
    }
}

/// One walk: some calls in a random world. Returns everything that was answered.
fn walk(number: u64, check: bool) -> Vec<String> {
    walk_at(WorldLocation::Memory, number, check)
}

fn walk_at(location: WorldLocation, number: u64, check: bool) -> Vec<String> {
    let mut rng = TestRng::new("walk", number);
    let test_cloud = TestCloud::at_location(location, scenario(&mut rng));
    let mut groups: Vec<AutoProvisioningGroup> = Vec::new();
    let mut reservations: Vec<Reservation> = Vec::new();
    let mut hours = 0;
    let mut answers = Vec::new();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for step in 0..8 {
        match rng.below(8) {
            0 | 1 => {
                let request = group_request(&mut rng, step);
                let made = test_cloud.api.create_auto_provisioning_group(&request);
                answers.push(format!("{made:?}"));
                if let (Ok(made), true) = (&made, check && request.client_token.is_some()) {
                    assert_eq!(*made, test_cloud.create(request), "walk {number}: W2, a repeated token");
                }
                groups.extend(made);
            }
            2 | 3 => {
                let request = run_request(&mut rng, step);
                let made = test_cloud.api.run_instances(&request);
                answers.push(format!("{made:?}"));
                if let (Ok(made), true) = (&made, check && request.client_token.is_some())
                    && made.error_code.is_none()
                {
                    assert_eq!(*made, test_cloud.run(request), "walk {number}: W2, a repeated token");
                }
                reservations.extend(made);
            }
            4 if !groups.is_empty() => {
                let chosen = rng.pick(&groups);
                let request = match rng.below(2) {
                    0 => replace_lost(&chosen),
                    _ => resize(&chosen, rng.below(6), 1 + rng.below(6)),
                };
                let forecast = test_cloud.api.forecast_modify_auto_provisioning_group(&request);
                let expected = forecast.as_ref().ok().map(|forecast| forecast.change.clone());
                let request = ModifyAutoProvisioningGroupRequest { expected, ..request };
                let changed = test_cloud.api.modify_auto_provisioning_group(&request);
                assert_eq!(format!("{forecast:?}"), format!("{changed:?}"), "walk {number}: G10, a forecast holds");
                answers.push(format!("{changed:?}"));
            }
            5 if !reservations.is_empty() => {
                let request = ModifyReservationRequest {
                    reservation_id: Some(rng.pick(&reservations).reservation_id),
                    replace_lost_now: true,
                    ..ModifyReservationRequest::default()
                };
                answers.push(format!("{:?}", test_cloud.api.modify_reservation(&request)));
            }
            6 if !groups.is_empty() && rng.below(2) == 0 => {
                let gone = groups.remove(rng.below(u32::try_from(groups.len()).unwrap()) as usize);
                test_cloud.delete(&gone);
                if groups.is_empty() && reservations.is_empty() {
                    known.clear();
                    hours = 0;
                    test_cloud.at("0s");
                }
            }
            _ => {
                hours += 1 + rng.below(4);
                test_cloud.at(&format!("{hours}h"));
            }
        }
        let placed = test_cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
        let all: Vec<Instance> = placed.into_iter().map(|placed| placed.instance).collect();
        answers.push(format!("{all:?}"));
        if check {
            hold(number, &test_cloud, &all, &mut known);
            counts_are_sums(number, &test_cloud);
        }
    }
    answers
}

fn hold(number: u64, test_cloud: &TestCloud, all: &[Instance], known: &mut BTreeMap<String, String>) {
    let mut addresses = BTreeSet::new();
    for instance in all {
        let place = format!("{:?} {} {}", instance.fleet, instance.launch_index, instance.launch_time);
        let before = known.insert(instance.instance_id.to_string(), place.clone());
        assert!(before.is_none_or(|before| before == place), "walk {number}: {} was used twice", instance.instance_id);
        let address = instance.private_ip.map(|address| (&instance.vswitch_id, address));
        assert!(address.is_none_or(|address| addresses.insert(address)), "walk {number}: {address:?} is given twice");
    }
    for (zone_id, name) in POOLS {
        for spot_strategy in [SpotStrategy::NoSpot, SpotStrategy::SpotAsPriceGo] {
            let request = DescribeAvailableResourceRequest {
                zone_id: Some(zone_id.into()),
                instance_type: Some(name.into()),
                spot_strategy,
                ..DescribeAvailableResourceRequest::default()
            };
            let zones = test_cloud.api.describe_available_resource(&request).unwrap();
            let living = all.iter().filter(|instance| {
                instance.state.is_live()
                    && instance.zone_id == *zone_id
                    && instance.instance_type == *name
                    && instance.spot_strategy.billing() == spot_strategy.billing()
            });
            let in_use = u32::try_from(living.count()).unwrap();
            let supply = test_cloud.supply(zone_id, name, spot_strategy.billing());
            let stock = zones[0].resources[0].stock;
            assert_eq!(stock, supply.saturating_sub(in_use), "walk {number}: {zone_id} {name}");
        }
    }
    for group in test_cloud.groups() {
        let weight_of = |instance: &&Instance| {
            let pool =
                POOLS.iter().position(|(zone, name)| instance.zone_id == **zone && instance.instance_type == **name);
            weight(pool.unwrap())
        };
        let living = group.instances.iter().filter(|instance| instance.state.is_live());
        let units: Decimal = living.clone().map(|instance| weight_of(&instance)).sum();
        assert_eq!(group.fulfilled_capacity, units, "walk {number}: fulfilled is the sum of the weights");
        let cost: Decimal = living.map(|instance| instance.hourly_price).sum();
        assert_eq!(group.hourly_cost, cost, "walk {number}: G8");
        assert!(group.instances.is_sorted_by(|a, b| a.launch_index < b.launch_index), "walk {number}");
    }
}

/// Whatever the world counts instead of summing is what the sum would be.
fn counts_are_sums(number: u64, test_cloud: &TestCloud) {
    const EQUAL: [(&str, &str); 2] = [
        (
            "SELECT zone, instance_type, billing, in_use FROM pool_use WHERE in_use <> 0 ORDER BY 1, 2, 3",
            "SELECT zone, instance_type, billing, sum(live) FROM batches WHERE live > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        ),
        (
            "SELECT region, billing, vcpus FROM vcpu_use WHERE vcpus <> 0 ORDER BY 1, 2",
            "SELECT region, billing, sum(live * vcpus) FROM batches WHERE live > 0 GROUP BY 1, 2 ORDER BY 1, 2",
        ),
    ];
    test_cloud
        .api
        .administer(Access::Read, |world| {
            for (counted, summed) in EQUAL {
                let (counted, summed) = (world.tx.query(counted, &[])?, world.tx.query(summed, &[])?);
                assert_eq!(counted, summed, "walk {number}");
            }
            instances_are_counted(number, world)?;
            let kept = world.tx.query(
                "SELECT fleet_id, target_pay_as_you_go, target_spot, shortfall FROM fleets WHERE target_spot IS NOT NULL",
                &[],
            )?;
            for row in kept {
                let batches = world.batches_of(row.text(0))?;
                let lacks = |billing: Billing, kept: u32| {
                    let of_billing = batches.iter().filter(|batch| batch.spec.billing == billing);
                    i64::from(of_billing.map(Batch::units).sum::<Decimal>() < Decimal::from(kept))
                };
                let expected = lacks(Billing::PayAsYouGo, row.count(1)) + 2 * lacks(Billing::Spot, row.count(2));
                assert_eq!(row.integer(3), expected, "walk {number}: G12, what {} lacks", row.text(0));
            }
            Ok(())
        })
        .unwrap();
}

/// Lives of a batch's instances, and addresses of a vSwitch.
fn instances_are_counted(number: u64, world: &mut World) -> Result<(), CloudError> {
    let mut addresses: BTreeMap<String, i64> = BTreeMap::new();
    let counted = world.tx.query("SELECT DISTINCT fleet_id FROM batches ORDER BY 1", &[])?;
    for fleet in counted {
        for batch in world.batches_of(fleet.text(0))? {
            let instances = world.instances_of(batch.id)?;
            let counted = world.tx.query(
                "SELECT live, stopped, (SELECT sum(lost) FROM instance_pages WHERE batch_id = $1) FROM batches
                 WHERE batch_id = $1",
                &[batch.id.into()],
            )?;
            let of = |state: InstanceRowState| instances.iter().filter(|instance| instance.state == state).count();
            let lives = [InstanceRowState::Live, InstanceRowState::Stopped, InstanceRowState::Lost].map(of);
            assert_eq!([0, 1, 2].map(|column| counted[0].count(column) as usize), lives, "walk {number}");
            let held = instances.iter().filter(|instance| instance.private_ip.is_some()).count();
            *addresses.entry(batch.spec.vswitch_id.to_string()).or_default() += i64::try_from(held).unwrap();
        }
    }
    addresses.retain(|_, held| *held > 0);
    let counted = world.tx.query("SELECT vswitch, used FROM address_use WHERE used <> 0", &[])?;
    let counted: BTreeMap<String, i64> = counted.iter().map(|row| (row.text(0).to_owned(), row.integer(1))).collect();
    assert_eq!(counted, addresses, "walk {number}");
    Ok(())
}

#[test]
fn what_holds_in_every_world_after_every_call() {
    for number in 0..WALKS {
        walk(number, true);
    }
}

#[test]
fn same_seed_same_calls_same_answers() {
    for number in 0..WALKS / 10 {
        assert_eq!(walk(number, false), walk(number, false), "walk {number}");
    }
}

#[test]
fn every_engine_answers_the_same_and_keeps_the_same() {
    for number in 0..12 {
        let told = RefCell::new(Vec::new());
        for_each_engine(|engine| {
            let answers = walk_at(engine.location(), number, false);
            told.borrow_mut().push((answers, contents(&engine.location())));
        });
        let told = told.into_inner();
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "walk {number}");
    }
}
