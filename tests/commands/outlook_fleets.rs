//! `outlook`: what is read of fleets of EC2 and of scaling groups, and what is said of the rest.

use serde_json::{Value, json};
use simcloud::cloud::model::DescribeAutoProvisioningGroupsRequest;

use crate::plans::{plan, resource};
use crate::sandbox::Sandbox;

/// The figures of the only fleet of a plan, in the markets of a scenario.
fn fleet(resources: &[Value], configuration: &Value, scenario: &Value, arguments: &[&str]) -> Value {
    let json = report(resources, configuration, scenario, arguments);
    assert_eq!(json["fleets"].as_array().unwrap().len(), 1, "{json:#}");
    json["fleets"][0].clone()
}

fn report(resources: &[Value], configuration: &Value, scenario: &Value, arguments: &[&str]) -> Value {
    report_of(&plan(resources, configuration), scenario, arguments)
}

fn report_of(plan: &Value, scenario: &Value, arguments: &[&str]) -> Value {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("plan.json"), plan.to_string()).unwrap();
    std::fs::write(sandbox.path("scenario.json"), scenario.to_string()).unwrap();
    let usual = ["outlook", "plan.json", "--scenario", "scenario.json", "--markets", "4", "--json"];
    let printed = sandbox.run(&[&usual[..], arguments].concat());
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{printed:?}");
    serde_json::from_str(&printed.stdout).unwrap()
}

/// How the instances are shared among the pools that launched any: `zone type share`.
fn shares(fleet: &Value) -> Vec<String> {
    let pools = fleet["pools"].as_array().unwrap().iter().filter(|pool| pool["instance_share"] != json!(0));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    pools.map(|pool| ["zone_id", "instance_type", "instance_share"].map(|key| text(&pool[key])).join(" ")).collect()
}

fn notes(fleet: &Value) -> Vec<&str> {
    fleet["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// Spot and on-demand prices and stock of three pools of a region.
fn market() -> Value {
    let pools = [
        ("us-east-1a", "m5.large", "0.03", 20),
        ("us-east-1b", "m5.large", "0.02", 8),
        ("us-east-1b", "c5.xlarge", "0.05", 50),
    ];
    let price = |(zone_id, name, spot, _): &(&str, &str, &str, u32)| {
        json!({ "zone_id": zone_id, "instance_type": name,
        "spot": spot, "pay_as_you_go": "0.1" })
    };
    let stock = |(zone_id, name, _, free): &(&str, &str, &str, u32)| {
        json!({ "zone_id": zone_id, "instance_type": name,
        "spot": free, "pay_as_you_go": free })
    };
    json!({ "prices": pools.iter().map(price).collect::<Vec<_>>(), "stock": pools.iter().map(stock).collect::<Vec<_>>() })
}

fn ec2_fleet(kind: &str, total: u32, spot_options: &Value) -> Value {
    json!({
        "type": kind,
        "launch_template_config": [{ "override": [
            { "instance_type": "m5.large", "availability_zone": "us-east-1a", "priority": 1 },
            { "instance_type": "m5.large", "availability_zone": "us-east-1b" },
            { "instance_type": "c5.xlarge", "availability_zone": "us-east-1b", "priority": 0 }
        ] }],
        "target_capacity_specification": [{ "default_target_capacity_type": "spot", "total_target_capacity": total }],
        "spot_options": [spot_options]
    })
}

/// Strategies and limits are those that `CreateFleet` has over the wire (G22, G23).
#[test]
fn an_ec2_fleet_has_the_strategies_and_limits_of_the_service() {
    let shares_of = |kind: &str, total: u32, options: &Value| {
        let resource = resource("aws_ec2_fleet.batch", &ec2_fleet(kind, total, options));
        shares(&fleet(&[resource], &json!([]), &market(), &[]))
    };
    let cheap = ["us-east-1a m5.large 0.2", "us-east-1b m5.large 0.8"];
    assert_eq!(shares_of("maintain", 10, &json!({ "allocation_strategy": "lowestPrice" })), cheap);
    assert_eq!(shares_of("maintain", 10, &json!({})), cheap);
    let pools = json!({ "allocation_strategy": "lowestPrice", "instance_pools_to_use_count": 2 });
    let even = ["us-east-1a m5.large 0.5", "us-east-1b m5.large 0.5"];
    assert_eq!(shares_of("maintain", 10, &pools), even);
    let prioritized = json!({ "allocation_strategy": "capacityOptimizedPrioritized" });
    assert_eq!(shares_of("maintain", 10, &prioritized), ["us-east-1b c5.xlarge 1"]);
    let single = json!({ "single_availability_zone": true, "single_instance_type": true });
    assert_eq!(shares_of("instant", 10, &single), ["us-east-1a m5.large 1"]);
    let budget = json!({ "max_total_price": "0.1" });
    let fleet =
        fleet(&[resource("aws_ec2_fleet.batch", &ec2_fleet("maintain", 10, &budget))], &json!([]), &market(), &[]);
    assert_eq!((&fleet["fulfilled_capacity"]["max"], &fleet["fulfilled_share"]["max"]), (&json!(5), &json!(0)));
}

#[test]
fn the_strategies_of_ec2_are_compared() {
    let resource = resource("aws_ec2_fleet.batch", &ec2_fleet("maintain", 10, &json!({})));
    let fleet = fleet(&[resource], &json!([]), &market(), &["--compare"]);
    let names: Vec<&str> = fleet["strategies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["spot_allocation_strategy"].as_str().unwrap())
        .collect();
    let expected = [
        "lowest-price",
        "diversified",
        "capacity-optimized",
        "capacity-optimized-prioritized",
        "price-capacity-optimized",
    ];
    assert_eq!(names, expected);
}

/// Attributes in place of a type stand for the types that have them (G24); what has no effect is said.
#[test]
fn attributes_stand_for_types_and_options_without_effect_are_named() {
    let requirements = json!({ "vcpu_count": [{ "min": 2, "max": 2 }], "memory_mib": [{ "min": 8192, "max": 8192 }],
        "allowed_instance_types": ["m5.*", "m6i.*"], "network_bandwidth_gbps": [{ "min": 1 }], "bare_metal": "" });
    let fleet_values = json!({
        "type": "instant",
        "launch_template_config": [{ "override": [
            { "instance_requirements": [requirements], "availability_zone": "us-east-1a" } ] }],
        "target_capacity_specification": [{ "default_target_capacity_type": "spot", "total_target_capacity": 4,
            "target_capacity_unit_type": "vcpu" }],
        "spot_options": [{ "maintenance_strategies": [{ "capacity_rebalance": [] }] }],
        "on_demand_options": [{ "capacity_reservation_options": [], "max_total_price": "" }]
    });
    let fleet = fleet(&[resource("aws_ec2_fleet.any", &fleet_values)], &json!([]), &json!({}), &[]);
    let types: Vec<&str> =
        fleet["pools"].as_array().unwrap().iter().map(|pool| pool["instance_type"].as_str().unwrap()).collect();
    assert_eq!(types, ["m5.large", "m6i.large"]);
    assert_eq!(
        notes(&fleet),
        [
            "the region is not in the plan; `us-east-1` is assumed",
            "`spot_options.maintenance_strategies` is not looked at",
            "`instance_requirements.network_bandwidth_gbps` is not looked at",
        ]
    );
}

/// A combination that the service refuses is a reason, not an outlook.
#[test]
fn what_the_service_would_refuse_is_not_read() {
    let single = json!({ "single_instance_type": true });
    let resources = [
        resource("aws_ec2_fleet.good", &ec2_fleet("maintain", 4, &json!({}))),
        resource("aws_ec2_fleet.bad", &ec2_fleet("maintain", 4, &single)),
        resource("aws_ec2_fleet.odd", &ec2_fleet("maintain", 4, &json!({ "allocation_strategy": "cheapest" }))),
    ];
    let json = report(&resources, &json!([]), &market(), &[]);
    let unread: Vec<String> = json["unread"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}: {}", one["address"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    assert!(
        unread.iter().any(|line| line.starts_with("aws_ec2_fleet.bad: ") && line.contains("`instant`")),
        "{unread:?}"
    );
    let odd = unread.iter().find(|line| line.starts_with("aws_ec2_fleet.odd: ")).unwrap();
    assert!(odd.contains("`allocation_strategy` is \"cheapest\", which is not one of"), "{odd}");
    assert_eq!(json["fleets"].as_array().unwrap().len(), 1);
}

/// One template: a group of AWS launches in its zones evenly.
#[test]
fn a_scaling_group_of_aws_spreads_over_its_zones() {
    let reference = |names: &[&str]| json!({ "references": names });
    let resources = [
        resource(
            "aws_launch_template.web",
            &json!({ "name": "web", "instance_type": "m5.large",
            "instance_market_options": [{ "market_type": "spot", "spot_options": [{ "max_price": "0.025" }] }] }),
        ),
        resource("aws_subnet.a", &json!({ "availability_zone": "us-east-1a" })),
        resource("aws_subnet.b", &json!({ "availability_zone": "us-east-1b" })),
        resource(
            "aws_autoscaling_group.web",
            &json!({ "min_size": 4, "max_size": 9, "desired_capacity": null,
            "launch_template": [{ "version": "$Latest" }], "capacity_rebalance": true }),
        ),
    ];
    let configuration = |price: &str| {
        let mut resources = resources.clone();
        resources[0]["values"]["instance_market_options"][0]["spot_options"][0]["max_price"] = price.into();
        let configuration = json!([{ "address": "aws_autoscaling_group.web", "provider_config_key": "aws", "expressions": {
            "launch_template": [{ "id": reference(&["aws_launch_template.web.id", "aws_launch_template.web"]) }],
            "vpc_zone_identifier": reference(&["aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"]) } }]);
        fleet(&resources, &configuration, &market(), &[])
    };
    let even = configuration("0.09");
    assert_eq!(shares(&even), ["us-east-1a m5.large 0.5", "us-east-1b m5.large 0.5"]);
    assert_eq!(notes(&even), ["`capacity_rebalance` is not looked at"]);
    // Above its ceiling a zone gives nothing, and the other one all.
    assert_eq!(shares(&configuration("0.025")), ["us-east-1b m5.large 1"]);
}

#[test]
fn a_scaling_group_of_aws_with_mixed_instances_has_its_split_and_its_strategies() {
    let overrides =
        json!([{ "instance_type": "m5.large" }, { "instance_type": "c5.xlarge", "weighted_capacity": "2" }]);
    let policy = |distribution: Value| {
        json!({ "min_size": 0, "max_size": 40, "desired_capacity": 10, "availability_zones": ["us-east-1b"],
            "mixed_instances_policy": [{ "instances_distribution": [distribution],
                "launch_template": [{ "launch_template_specification": [{ "launch_template_name": "web" }],
                    "override": overrides }] }] })
    };
    let template = resource("aws_launch_template.web", &json!({ "name": "web", "image_id": "ami-12345678" }));
    let ask = |distribution: Value| {
        let group = resource("aws_autoscaling_group.web", &policy(distribution));
        fleet(&[template.clone(), group], &json!([]), &market(), &[])
    };
    // 2 + half of the 8 above are on-demand: 6 at 0.1; the other 4 cost 0.02 each.
    let split = ask(json!({ "on_demand_base_capacity": 2, "on_demand_percentage_above_base_capacity": 50,
        "spot_allocation_strategy": "price-capacity-optimized", "on_demand_allocation_strategy": "prioritized" }));
    assert_eq!((&split["fulfilled_share"]["min"], &split["fulfilled_capacity"]["min"]), (&json!(1), &json!(10)));
    assert_eq!(split["hourly_cost"]["max"], json!(0.68));
    // Without a distribution all of it is on-demand, the first type first: 8 of it, and one of the second.
    assert_eq!(ask(json!({}))["hourly_cost"]["max"], json!(0.9));
    let none = resource("aws_autoscaling_group.none", &json!({ "min_size": 0, "max_size": 9 }));
    let json = report(
        &[none, template, resource("aws_instance.one", &json!({ "instance_type": "m5.large" }))],
        &json!([]),
        &market(),
        &[],
    );
    assert!(json["unread"][0]["reason"].as_str().unwrap().starts_with("it keeps no instance"), "{json:#}");
}

/// Groups of both providers for Alibaba Cloud, with a configuration and with a launch template.
#[test]
fn scaling_groups_of_alibaba_follow_their_policy() {
    let stock = |zone_id: &str, spot: u32| {
        json!({ "zone_id": zone_id, "instance_type": "ecs.g7.large", "spot": spot,
        "pay_as_you_go": 30 })
    };
    let scenario = json!({ "stock": [stock("cn-heyuan-a", 4), stock("cn-heyuan-b", 30)],
        "prices": [{ "instance_type": "ecs.g7.large", "spot": "0.1", "pay_as_you_go": "0.5" }] });
    for prefix in ["simcloud", "alicloud"] {
        let name = |kind: &str| format!("{prefix}_{kind}");
        let group = |policy: Value| {
            let mut values = json!({ "min_size": 1, "max_size": 20, "desired_capacity": 10 });
            values.as_object_mut().unwrap().extend(policy.as_object().unwrap().clone());
            resource(&name("ess_scaling_group.web"), &values)
        };
        let vswitches = ["a", "b"].map(|zone| {
            resource(&name(&format!("vswitch.{zone}")), &json!({ "zone_id": format!("cn-heyuan-{zone}") }))
        });
        let configuration = resource(
            &name("ess_scaling_configuration.web"),
            &json!({ "instance_type": "ecs.g7.large",
            "image_id": "m-later", "security_group_id": "sg-1", "active": true, "enable": true,
            "spot_strategy": "SpotAsPriceGo" }),
        );
        let template = resource(
            &name("ecs_launch_template.web"),
            &json!({ "instance_type": "ecs.g7.large",
            "image_id": "m-later", "spot_strategy": "SpotAsPriceGo" }),
        );
        let references = json!([
            { "address": name("ess_scaling_group.web"), "expressions": {
                "vswitch_ids": { "references": [name("vswitch.a.id"), name("vswitch.b.id")] },
                "launch_template_id": { "references": [name("ecs_launch_template.web.id")] } } },
            { "address": name("ess_scaling_configuration.web"), "expressions": {
                "scaling_group_id": { "references": [name("ess_scaling_group.web.id")] } } }
        ]);
        for launched_from in [configuration, template] {
            let ask = |policy: Value| {
                let [a, b] = vswitches.clone();
                fleet(&[a, b, group(policy), launched_from.clone()], &references, &scenario, &[])
            };
            let first = ask(json!({ "multi_az_policy": "PRIORITY" }));
            assert_eq!(shares(&first), ["cn-heyuan-a ecs.g7.large 0.4", "cn-heyuan-b ecs.g7.large 0.6"]);
            assert_eq!(
                notes(&first),
                ["its vSwitches count in the order of the plan, because their ids are known after apply"]
            );
            let even = ask(json!({ "multi_az_policy": "BALANCE", "desired_capacity": 8 }));
            assert_eq!(shares(&even), ["cn-heyuan-a ecs.g7.large 0.5", "cn-heyuan-b ecs.g7.large 0.5"]);
            // 2 of 10 are pay-as-you-go: 2 at 0.5 and 8 at 0.1.
            let split = ask(json!({ "multi_az_policy": "COST_OPTIMIZED", "on_demand_base_capacity": 2 }));
            assert_eq!((&split["hourly_cost"]["max"], &split["fulfilled_share"]["min"]), (&json!(1.8), &json!(1)));
            assert_eq!(notes(&split), Vec::<&str>::new());
        }
    }
}

/// What a group does not say is assumed, and said; a group that nothing tells what to launch has no outlook.
#[test]
fn what_is_assumed_of_a_scaling_group_is_said() {
    let group = |name: &str, size: u32| {
        resource(&format!("alicloud_ess_scaling_group.{name}"), &json!({ "min_size": size, "max_size": 9 }))
    };
    let configuration = resource(
        "alicloud_ess_scaling_configuration.web",
        &json!({ "instance_type": "ecs.g7.large",
        "image_id": "m-later", "security_group_id": "sg-1" }),
    );
    let references = json!([{ "address": "alicloud_ess_scaling_configuration.web", "expressions": {
        "scaling_group_id": { "references": ["alicloud_ess_scaling_group.web.id"] } } }]);
    let resources = [group("web", 2), group("bare", 2), group("none", 0), configuration];
    let json = report(&resources, &references, &json!({}), &[]);
    assert_eq!(
        notes(&json["fleets"][0]),
        [
            "no configuration has `enable`; the group is looked at as if it were enabled",
            "its zones are not in the plan; every zone of `cn-heyuan` is assumed",
            "its vSwitches count in the order of the plan, because their ids are known after apply",
        ]
    );
    let reasons: Vec<&str> =
        json["unread"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "the plan has neither a scaling configuration nor a launch template of it",
            "it keeps no instance: neither `desired_capacity` nor `min_size` is above 0",
        ]
    );
}

/// A default vSwitch that is written out says its zone.
#[test]
fn a_default_vswitch_says_the_zone_of_a_pool() {
    let values = json!({
        "auto_provisioning_group_type": "instant", "total_target_capacity": "2", "spot_target_capacity": "2",
        "launch_template_config": [{ "instance_type": "ecs.g7.large", "vswitch_id": "vsw-cn-heyuan-b" }],
        "launch_configuration": [{ "image_id": "m-later" }]
    });
    let group = resource("alicloud_auto_provisioning_group.web", &values);
    let fleet = fleet(&[group], &json!([]), &json!({}), &[]);
    assert_eq!(shares(&fleet), ["cn-heyuan-b ecs.g7.large 1"]);
    assert_eq!(notes(&fleet), Vec::<&str>::new());
}

/// Two types in two zones, as `setproduct` lists them: where the networks were assigned by position alone, two pools became
/// the same one, and the other two were left out. An id that the plan knows was not looked up.
#[test]
fn pools_of_one_type_take_one_network_of_the_plan_after_the_other() {
    let vswitch = |key: &str, id: &Value| {
        let mut vswitch =
            resource("alicloud_vswitch.this", &json!({ "zone_id": format!("cn-heyuan-{key}"), "id": id }));
        vswitch["address"] = format!("alicloud_vswitch.this[{key:?}]").into();
        vswitch
    };
    let pool = |name: &str, id: &Value| json!({ "instance_type": name, "vswitch_id": id });
    let (unknown, a, b) = (Value::Null, json!("vsw-known-a"), json!("vsw-known-b"));
    for (of_a, of_b) in [(&unknown, &unknown), (&a, &b)] {
        let group = json!({
            "auto_provisioning_group_type": "instant", "total_target_capacity": "4", "spot_target_capacity": "4",
            "spot_allocation_strategy": "diversified",
            "launch_template_config": [pool("ecs.g7.large", of_a), pool("ecs.c7.large", of_a), pool("ecs.g7.large", of_b),
                pool("ecs.c7.large", of_b)],
            "launch_configuration": [{ "image_id": "m-known-nowhere" }]
        });
        let resources =
            [vswitch("a", of_a), vswitch("b", of_b), resource("alicloud_auto_provisioning_group.web", &group)];
        let json = report(&resources, &json!([]), &json!({ "stock": [{ "spot": 9 }] }), &[]);
        let fleet = &json["fleets"][0];
        assert_eq!(
            shares(fleet),
            [
                "cn-heyuan-a ecs.c7.large 0.25",
                "cn-heyuan-a ecs.g7.large 0.25",
                "cn-heyuan-b ecs.c7.large 0.25",
                "cn-heyuan-b ecs.g7.large 0.25"
            ],
            "{fleet:#}"
        );
        assert_eq!(notes(fleet).is_empty(), !of_a.is_null());
    }
}

/// Networks that exist are looked up among what data sources have read. The subnets of overrides that are known by their
/// ids were not looked up: every zone of the region was assumed.
#[test]
fn networks_that_data_sources_have_read_say_their_zones() {
    let data = |address: &str, values: &Value| json!({ "address": format!("data.{address}"), "mode": "data", "type": address.split('.').next(), "values": values });
    let subnet =
        |zone: &str| json!({ "id": format!("subnet-{zone}"), "availability_zone": format!("us-east-1{zone}") });
    let pool = |subnet: &str| json!({ "instance_type": "m5.large", "subnet_id": subnet });
    let fleet = |pools: &[Value]| {
        json!({
            "type": "instant", "launch_template_config": [{ "override": pools }],
            "target_capacity_specification": [{ "default_target_capacity_type": "spot", "total_target_capacity": 4 }],
            "spot_options": [{ "allocation_strategy": "diversified" }]
        })
    };
    let vswitches = json!({ "vswitches": [{ "id": "vsw-1", "zone_id": "cn-heyuan-b" }] });
    let mut plan = plan(
        &[
            resource("aws_ec2_fleet.read", &fleet(&[pool("subnet-a"), pool("subnet-b")])),
            resource("aws_ec2_fleet.unread", &fleet(&[pool("subnet-z")])),
            resource("aws_instance.read", &json!({ "instance_type": "m5.large", "subnet_id": "subnet-b" })),
            resource(
                "aws_autoscaling_group.read",
                &json!({ "min_size": 2, "vpc_zone_identifier": ["subnet-a", "subnet-b"],
                "mixed_instances_policy": [{ "launch_template": [{ "override": [{ "instance_type": "m5.large" }] }] }] }),
            ),
            resource("alicloud_instance.read", &json!({ "instance_type": "ecs.g7.large", "vswitch_id": "vsw-1" })),
        ],
        &json!([]),
    );
    plan["prior_state"] = json!({ "values": { "root_module": { "resources": [
        data("aws_subnet.a", &subnet("a")), data("aws_subnet.b", &subnet("b")),
        data("alicloud_vswitches.all", &vswitches)
    ] } } });
    let stock = json!({ "stock": [{ "spot": 9, "pay_as_you_go": 9 }] });
    let json = report_of(&plan, &stock, &[]);
    let region = "the region is not in the plan; `us-east-1` is assumed";
    let expected: [(&[&str], &[&str]); 5] = [
        (&["us-east-1a m5.large 0.5", "us-east-1b m5.large 0.5"], &[region]),
        (&[], &[region, "the zone of `subnet-z` is not in the plan; every zone of `us-east-1` is assumed"]),
        (&["us-east-1b m5.large 1"], &[region]),
        (&[], &[region, "its strategies alone choose pools; its units are not spread over the zones"]),
        (&["cn-heyuan-b ecs.g7.large 1"], &[]),
    ];
    let fleets = json["fleets"].as_array().unwrap();
    assert_eq!(fleets.len(), expected.len(), "{json:#}");
    for (fleet, (of_zones, of_plan)) in fleets.iter().zip(expected) {
        assert_eq!(notes(fleet), of_plan, "{fleet:#}");
        if !of_zones.is_empty() {
            assert_eq!(shares(fleet), of_zones, "{fleet:#}");
        }
    }
}

/// A capacity of vCPUs takes as many instances as have them; with types written out, the service refuses it.
#[test]
fn the_capacity_of_a_fleet_counts_vcpus() {
    let fleet_of = |pool: &Value| {
        json!({
            "type": "instant",
            "launch_template_config": [{ "override": [pool] }],
            "target_capacity_specification": [{ "default_target_capacity_type": "spot", "total_target_capacity": 8,
                "target_capacity_unit_type": "vcpu" }]
        })
    };
    let exactly = |count: u32| json!([{ "min": count, "max": count }]);
    let requirements =
        json!([{ "vcpu_count": exactly(4), "memory_mib": exactly(16384), "allowed_instance_types": ["m5.*"] }]);
    let zone = "us-east-1a";
    let resources = [
        resource(
            "aws_ec2_fleet.any",
            &fleet_of(&json!({ "instance_requirements": requirements, "availability_zone": zone })),
        ),
        resource("aws_ec2_fleet.one", &fleet_of(&json!({ "instance_type": "m5.xlarge", "availability_zone": zone }))),
    ];
    let json = report(&resources, &json!([]), &json!({ "stock": [{ "spot": 9 }] }), &[]);
    let fleet = &json["fleets"][0];
    assert_eq!((&fleet["fulfilled_capacity"]["p50"], shares(fleet).len()), (&json!(8), 1), "{fleet:#}");
    assert_eq!(json["unread"][0]["address"], "aws_ec2_fleet.one", "{json:#}");
}

/// A plan over a world with a group of four: by action, the units that the only fleet has, and what is said of it.
fn of_action(actions: &[&str], before: &Value, after: &Value) -> (u64, Vec<String>) {
    let sandbox = Sandbox::new();
    let stock = json!({ "stock": [{ "instance_type": "ecs.s6-c1m1.small", "spot": 6, "pay_as_you_go": 0 }] });
    std::fs::write(sandbox.path("scenario.json"), stock.to_string()).unwrap();
    sandbox.create("web", 0, 4);
    let id = sandbox
        .cloud()
        .describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default())
        .unwrap()
        .remove(0)
        .group_id;
    let with_id = |values: &Value, id: &str| {
        let mut values = values.clone();
        if !values.is_null() && !id.is_empty() {
            values["id"] = id.into();
        }
        values
    };
    let address = "simcloud_auto_provisioning_group.web";
    let is_kept = ["no-op", "update"].contains(&actions[0]);
    let values = with_id(after, if is_kept { id.as_str() } else { "" });
    let mut plan = plan(&[resource(address, &values)], &json!([]));
    plan["resource_changes"] = json!([{ "address": address, "mode": "managed", "type": "simcloud_auto_provisioning_group",
        "change": { "actions": actions, "before": with_id(before, id.as_str()), "after": values, "after_unknown": {} } }]);
    std::fs::write(sandbox.path("plan.json"), plan.to_string()).unwrap();
    let arguments =
        ["outlook", "plan.json", "--scenario", "scenario.json", "--world", "world.db", "--markets", "1", "--json"];
    let printed = sandbox.run(&arguments);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{printed:?}");
    let json: Value = serde_json::from_str(&printed.stdout).unwrap();
    let fleet = &json["fleets"][0];
    let notes = fleet["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect();
    (fleet["fulfilled_capacity"]["max"].as_u64().unwrap(), notes)
}

#[test]
fn what_a_plan_does_with_a_group_that_exists_decides_what_it_has() {
    let group = |units: u32, terminate_instances: bool| {
        json!({ "auto_provisioning_group_type": "instant", "total_target_capacity": units.to_string(),
            "spot_target_capacity": units.to_string(), "pay_as_you_go_target_capacity": "0",
            "terminate_instances": terminate_instances,
            "launch_template_config": [{ "zone_id": "cn-heyuan-b", "instance_type": "ecs.s6-c1m1.small" }],
            "launch_configuration": [{ "image_id": "aliyun_3_x64_20G_alibase_20250629.vhd" }] })
    };
    let (four, nine, leaves) = (group(4, true), group(9, true), group(4, false));
    for (actions, before, after, units, notes) in [
        (&["no-op"][..], &four, &four, 4, &["it exists: it keeps what it holds, and nothing is launched"][..]),
        (&["update"], &four, &nine, 6, &["it exists: it keeps what it holds, and it is changed in place"]),
        (&["create"], &Value::Null, &four, 2, &[]),
        (&["delete", "create"], &four, &nine, 6, &[]),
        (&["delete", "create"], &leaves, &nine, 2, &[]),
        (&["create", "delete"], &four, &nine, 2, &[]),
        (&["create", "forget"], &four, &nine, 2, &[]),
    ] {
        let (shown, said) = of_action(actions, before, after);
        assert_eq!(
            (shown, said.as_slice()),
            (units, notes.iter().map(|note| (*note).to_owned()).collect::<Vec<_>>().as_slice()),
            "{actions:?}"
        );
    }
}

/// An id that the world does not have is one of another world.
#[test]
fn a_fleet_of_another_world_is_launched_and_that_is_said() {
    let values = json!({ "id": "i-0123456789abcdef0", "instance_type": "m5.large", "availability_zone": "us-east-1a" });
    let fleet = fleet(&[resource("aws_instance.web", &values)], &json!([]), &json!({}), &[]);
    assert_eq!(fleet["fulfilled_capacity"]["min"], 1);
    assert_eq!(notes(&fleet), ["it exists, but not in this world: it is looked at as if it were launched now"]);
}
