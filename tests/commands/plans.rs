//! Plans as `terraform show -json` prints them, written by hand.

use serde_json::{Value, json};

pub(crate) fn resource(address: &str, values: &Value) -> Value {
    let kind = address.rsplit('.').nth(1).unwrap();
    json!({ "address": address, "mode": "managed", "type": kind, "values": values })
}

pub(crate) fn plan(resources: &[Value], configuration: &Value) -> Value {
    json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": resources } },
        "configuration": { "provider_config": { "aws": { "expressions": { "region": { "constant_value": "us-east-1" } } } },
            "root_module": { "resources": configuration } }
    })
}

/// Fleets of AWS with what they refer to, two that cannot be read, and a bucket.
pub(crate) fn aws() -> Value {
    let overrides = json!([
        { "instance_type": "m5.large", "weighted_capacity": 1 },
        { "instance_type": "m5.xlarge", "weighted_capacity": "2", "availability_zone": "us-east-1b", "max_price": "0.2" }
    ]);
    let fleet = json!({
        "type": "maintain",
        "launch_template_config": [{ "launch_template_specification": [{ "version": "1" }], "override": overrides }],
        "target_capacity_specification": [{ "default_target_capacity_type": "spot", "total_target_capacity": 40,
            "on_demand_target_capacity": 4 }],
        "spot_options": [{ "allocation_strategy": "price-capacity-optimized", "instance_interruption_behavior": "terminate" }]
    });
    let spot = json!({
        "target_capacity": 10, "allocation_strategy": "diversified", "fleet_type": "maintain",
        "launch_specification": [
            { "instance_type": "c5.large", "ami": "ami-12345678", "availability_zone": "us-east-1a", "spot_price": "0.08" },
            { "instance_type": "c5.large", "ami": "ami-12345678", "availability_zone": "us-east-1b" }
        ]
    });
    let web = json!({ "instance_type": "m5.large", "ami": "ami-12345678", "availability_zone": "us-east-1a",
        "instance_market_options": [{ "market_type": "spot", "spot_options": [{ "max_price": "0.05" }] }] });
    let reference = |names: &[&str]| json!({ "references": names });
    plan(
        &[
            resource("aws_launch_template.base", &json!({ "name": "base", "image_id": "ami-12345678" })),
            resource("aws_subnet.a", &json!({ "availability_zone": "us-east-1a" })),
            resource("aws_ec2_fleet.batch", &fleet),
            resource("aws_spot_fleet_request.crawl", &spot),
            json!({ "address": "aws_instance.web[0]", "mode": "managed", "type": "aws_instance", "values": web }),
            json!({ "address": "aws_instance.web[1]", "mode": "managed", "type": "aws_instance", "values": web }),
            resource("aws_instance.odd", &json!({ "instance_type": "x9.huge" })),
            resource("aws_eks_node_group.nodes", &json!({ "instance_types": ["m5.large"] })),
            resource("aws_s3_bucket.logs", &json!({ "bucket": "logs" })),
        ],
        &json!([{
            "address": "aws_ec2_fleet.batch",
            "provider_config_key": "aws",
            "expressions": { "launch_template_config": [{
                "launch_template_specification": [{ "launch_template_id": reference(&["aws_launch_template.base.id", "aws_launch_template.base"]) }],
                "override": [{ "subnet_id": reference(&["aws_subnet.a.id", "aws_subnet.a"]) }, {}]
            }] }
        }]),
    )
}

/// A group of the real provider for Alibaba Cloud whose vSwitch is known after apply.
pub(crate) fn alibaba(prefix: &str) -> Value {
    let group = json!({
        "auto_provisioning_group_type": "maintain", "total_target_capacity": "30", "spot_target_capacity": "30",
        "spot_allocation_strategy": "lowest-price",
        "launch_template_config": [
            { "instance_type": "ecs.g7.large", "weighted_capacity": "1", "max_price": "2" },
            { "instance_type": "ecs.c7.xlarge", "weighted_capacity": "2", "max_price": "2" }
        ],
        "launch_configuration": [{ "image_id": "m-known-nowhere", "security_group_id": "sg-1" }]
    });
    plan(
        &[
            resource(&format!("{prefix}_vswitch.a"), &json!({ "zone_id": "cn-heyuan-a" })),
            resource(&format!("{prefix}_vswitch.b"), &json!({ "zone_id": "cn-heyuan-b" })),
            resource(&format!("{prefix}_auto_provisioning_group.web"), &group),
        ],
        &json!([{ "address": format!("{prefix}_auto_provisioning_group.web"), "expressions": { "launch_template_config": [
            { "vswitch_id": { "references": [format!("{prefix}_vswitch.b.id")] } },
            { "vswitch_id": { "references": [format!("{prefix}_vswitch.a.id")] } }
        ] } }]),
    )
}
