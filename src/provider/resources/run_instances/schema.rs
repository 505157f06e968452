//! The schema of a reservation: its arguments, and the attributes that the cloud computes.

use super::arguments;
use crate::provider::framework::argument::with_arguments;
use crate::tf::{Attribute, Schema, Type};

pub(crate) fn schema() -> Schema {
    let schema = Schema::new(
        "Launches instances of one type in one zone with one call, as `RunInstances` does: every image gets its minimum, \
         or nothing is launched; the remaining capacity goes to the images one instance at a time, round robin from the \
         first image, up to each maximum.\n\nCapacity is the least of stock, free addresses and quota. Reclaimed \
         instances stay in `instances` as `terminated`, and the next apply launches their replacements in place.",
    );
    let block = with_arguments(schema.block, &arguments::table()).attributes(results());
    Schema { block, ..schema }
}

fn results() -> Vec<Attribute> {
    vec![
        Attribute::string("id").computed().use_state_for_unknown().description("The reservation's id."),
        Attribute::string("reservation_id")
            .computed()
            .use_state_for_unknown()
            .description("The reservation's id, like `id`: `r-` and 17 hexadecimal digits."),
        Attribute::string("owner_id").computed().use_state_for_unknown().description("The account, 12 digits."),
        Attribute::string("request_id")
            .computed()
            .use_state_for_unknown()
            .description("Id of the request that launched the instances."),
        Attribute::set("group_set", Type::String).computed().description("Security groups that the instances are in."),
        Attribute::nested_list("instances", instance()).computed().description(
            "The instances by launch index. A lost one stays in its place as `terminated` until it is replaced.",
        ),
        Attribute::list("instance_ids", Type::String)
            .computed()
            .description("Ids of the instances, without lost ones."),
        Attribute::number("launched_count").computed().use_state_for_unknown().description(
            "Number of instances that the request launched: from the sum of the minimums to the sum of the maximums.",
        ),
        Attribute::number("hourly_cost").computed().description("Sum of the prices at launch, without lost instances."),
        Attribute::string("error_code")
            .computed()
            .use_state_for_unknown()
            .description("Why nothing was launched, if `on_shortfall` is `accept`; otherwise null."),
        Attribute::string("error_message")
            .computed()
            .use_state_for_unknown()
            .description("The message of `error_code`."),
    ]
}

fn instance() -> Vec<Attribute> {
    vec![
        Attribute::string("instance_id").computed().description("The instance's id, `i-` and 17 hex digits."),
        Attribute::string("image_id").computed().description("Its image."),
        Attribute::string("instance_type").computed().description("Its instance type."),
        Attribute::string("zone_id").computed().description("Its zone."),
        Attribute::string("vswitch_id").computed().description("Its vSwitch."),
        Attribute::string("state").computed().description("`pending`, `running` or `terminated`."),
        Attribute::number("state_code").computed().description("The state as EC2's number: 0, 16 or 48."),
        Attribute::string("private_ip").computed().description("Its private address; null with `direct` addressing."),
        Attribute::string("public_ip").computed().description("Its public address."),
        Attribute::string("private_dns_name").computed().description("Its private name; empty while it is pending."),
        Attribute::string("dns_name").computed().description("Its public name; empty while it is pending."),
        Attribute::string("key_name").computed().description("Its key pair."),
        Attribute::number("ami_launch_index")
            .computed()
            .description("Its launch index in the reservation, from 0 over all images, in the order of the images."),
        Attribute::string("spot_strategy").computed().description("`NoSpot`, `SpotAsPriceGo` or `SpotWithPriceLimit`."),
        Attribute::number("hourly_price").computed().description("Its hourly price at launch."),
        Attribute::string("launch_time").computed().description("When it was launched, RFC 3339."),
        Attribute::string("system_disk_category").computed().description("Category of its system disk."),
    ]
}
