//! The schema of the group: its arguments, and the attributes that the cloud computes.

use super::arguments;
use crate::base::api_enum::{ApiEnum as _, alternatives};
use crate::cloud::model::{GroupState, GroupStatus};
use crate::provider::framework::argument::with_arguments;
use crate::tf::{Attribute, Schema, Type};

pub(crate) fn schema() -> Schema {
    let schema = Schema::new(
        "Launches instances across zones, instance types and billing methods, as `CreateAutoProvisioningGroup` \
         does: first the pay-as-you-go capacity, then the spot capacity, each by its own strategy, from pools whose \
         stock may run out.\n\nThe arguments are those of `alicloud_auto_provisioning_group`, so its HCL works here with \
         the prefix changed. `launch_results` and `instances` have what that resource does not return: ids, zones, \
         prices, and the reason for every shortage.\n\nPlanning a new group warns of what the market \
         would not deliver at that moment, pool by pool with the reason, and lists what would fit instead; the apply warns again of \
         what it could not launch.",
    );
    let block = with_arguments(schema.block, &arguments::table()).attributes(results());
    Schema { block, ..schema }
}

fn results() -> Vec<Attribute> {
    vec![
        Attribute::string("id")
            .computed()
            .use_state_for_unknown()
            .description("The group's id, `apg-` and 20 characters."),
        Attribute::string("request_id")
            .computed()
            .use_state_for_unknown()
            .description("Id of the request that created the group."),
        Attribute::string("status").computed().description(format!("{}.", alternatives(GroupStatus::NAMES))),
        Attribute::string("state").computed().description(format!("Scheduling: {}.", alternatives(GroupState::NAMES))),
        Attribute::nested_list("launch_results", launch_result()).computed().description(
            "One row for each pool that the latest pass of an apply tried, and for each that ran out or was left out.",
        ),
        Attribute::nested_list("instances", instance()).computed().description(
            "The instances by launch index. A lost one stays in its place as `terminated` until it is replaced.",
        ),
        Attribute::list("instance_ids", Type::String)
            .computed()
            .description("Ids of the instances, without lost ones."),
        Attribute::number("fulfilled_capacity").computed().description("Units delivered."),
        Attribute::number("fulfilled_pay_as_you_go_capacity")
            .computed()
            .description("Units delivered as pay-as-you-go."),
        Attribute::number("fulfilled_spot_capacity").computed().description("Units delivered as spot instances."),
        Attribute::number("fulfilled_vcpus").computed().description("vCPUs delivered, no matter what a unit is."),
        Attribute::number("hourly_cost").computed().description("Sum of the prices at launch, without lost instances."),
        Attribute::number("optimal_hourly_cost").computed().description(
            "Hourly cost of the cheapest fleet of the same units from the same pools, at the latest pass.",
        ),
        Attribute::string("create_time")
            .computed()
            .use_state_for_unknown()
            .description("When the group was created, RFC 3339."),
    ]
}

pub(crate) fn launch_result() -> Vec<Attribute> {
    vec![
        Attribute::string("instance_type").computed().description("Instance type of the pool."),
        Attribute::string("zone_id").computed().description("Zone of the pool."),
        Attribute::string("spot_strategy")
            .computed()
            .description("`NoSpot`, `SpotAsPriceGo`, or `SpotWithPriceLimit` where a ceiling was set."),
        Attribute::number("amount").computed().description("Instances launched."),
        Attribute::list("instance_ids", Type::String).computed().description("Their ids."),
        Attribute::string("error_code").computed().description("Why nothing, or nothing more, was launched."),
        Attribute::string("error_msg").computed().description("The message of `error_code`."),
    ]
}

pub(crate) fn instance() -> Vec<Attribute> {
    vec![
        Attribute::string("instance_id").computed().description("The instance's id."),
        Attribute::string("instance_type").computed().description("Its instance type."),
        Attribute::string("zone_id").computed().description("Its zone."),
        Attribute::string("vswitch_id").computed().description("Its vSwitch."),
        Attribute::string("image_id").computed().description("Its image."),
        Attribute::string("spot_strategy").computed().description("`NoSpot`, `SpotAsPriceGo` or `SpotWithPriceLimit`."),
        Attribute::number("hourly_price").computed().description("Its hourly price at launch."),
        Attribute::string("system_disk_category").computed().description("Category of its system disk."),
        Attribute::string("state").computed().description("`pending`, `running`, `stopped` or `terminated`."),
        Attribute::string("private_ip").computed().description("Its private address."),
        Attribute::string("public_ip").computed().description("Its public address, if it has one."),
        Attribute::string("launch_time").computed().description("When it was launched, RFC 3339."),
    ]
}
