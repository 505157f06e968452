//! The arguments and attributes of a reservation, with the texts of its documentation.

use crate::base::ApiEnum;
use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::base::wording::with_separators;
use crate::catalogue::DEFAULT_INSTANCE_TYPE;
use crate::cloud::model::{AddressingType, SpotStrategy};
use crate::provider::framework::attributes::disk_category;
use crate::provider::framework::configured::OnShortfall;
use crate::tf::{Attribute, Block, NestedBlock, Schema, Type};

pub(super) fn schema() -> Schema {
    Schema::new(
        "Launches instances of one type in one zone with one call, as `RunInstances` does: every image gets its minimum, \
         or nothing is launched; the remaining capacity goes to the images one instance at a time, round robin from the \
         first image, up to each maximum.\n\nCapacity is the least of stock, free addresses and quota. Reclaimed \
         instances stay in `instances` as `terminated`, and the next apply launches their replacements in place.",
    )
    .attributes(arguments())
    .attributes(results())
    .blocks([image()])
}

fn arguments() -> Vec<Attribute> {
    let user_data_bytes = with_separators(MAX_USER_DATA_BYTES);
    vec![
        Attribute::string("instance_type")
            .optional()
            .computed()
            .default(DEFAULT_INSTANCE_TYPE)
            .requires_replace()
            .description(format!(
                "Instance type. Default: `{DEFAULT_INSTANCE_TYPE}`, as in EC2, which not every region sells."
            )),
        Attribute::string("zone_id").optional().computed().requires_replace().description(
            "Zone. Default: that of `vswitch_id`; without one, the zone with most free instances of the type, the first \
             by name among equals.",
        ),
        Attribute::string("vswitch_id")
            .optional()
            .computed()
            .requires_replace()
            .description("vSwitch, which must lie in `zone_id`. Default: the zone's own, `vsw-<zone id>`."),
        Attribute::set("security_group_ids", Type::String)
            .optional()
            .description("Security groups of all instances. Default: the group `default`."),
        Attribute::string("user_data").optional().requires_replace().description(
            format!("User data that all instances see, at most {user_data_bytes} bytes. Excludes `user_data_base64`."),
        ),
        Attribute::string("user_data_base64")
            .optional()
            .requires_replace()
            .description(format!("User data as base64 of at most {user_data_bytes} bytes. Excludes `user_data`.")),
        Attribute::choice::<AddressingType>("addressing_type", "").default(AddressingType::default().name()).requires_replace(),
        Attribute::choice::<SpotStrategy>("spot_strategy", "").default(SpotStrategy::default().name()).requires_replace(),
        Attribute::number("spot_price_limit").optional().requires_replace().description(
            "Highest hourly price of one instance, at most 3 decimals. Required with `SpotWithPriceLimit`, without \
             effect otherwise.",
        ),
        disk_category("system_disk_category", true).computed().requires_replace().description(
            "Category of the system disks. Default: `cloud_efficiency` if the type takes it in the zone, else the first \
             category that it takes.",
        ),
        Attribute::map("tags", Type::String).optional().description("Tags of the instances, at most 20."),
        Attribute::string("client_token").optional().computed().requires_replace().description(
            "Makes the launch idempotent: at most 64 ASCII characters. Derived from the request if absent.",
        ),
        Attribute::bool("wait_for_running").optional().computed().default(true).description(
            "Whether the launch ends with running instances. With `false` they are `pending`, with empty names, until \
             the clock moves. Default: `true`.",
        ),
        Attribute::string("on_shortfall").optional().one_of_names::<OnShortfall>().description(
            "What to do below the sum of the minimums: `fail` (nothing is launched and the apply fails) or `accept` \
             (nothing is launched and `error_code` says why). Default: the provider's, else `fail`.",
        ),
        Attribute::bool("replace_lost_instances")
            .optional()
            .computed()
            .default(true)
            .description("Whether instances lost since the last apply are launched again, in place. Default: `true`."),
    ]
}

fn image() -> NestedBlock {
    NestedBlock::list(
        "image",
        Block::new("An image and how many instances of it to launch. The rotation begins with the first.").attributes(
            [
                Attribute::string("image_id").required().requires_replace().description("Image."),
                Attribute::number("min_count")
                    .required()
                    .requires_replace()
                    .description("Minimum number of instances, at least 1. Below it nothing is launched."),
                Attribute::number("max_count")
                    .required()
                    .requires_replace()
                    .description("Maximum number of instances, at least `min_count`; at most 100 over all images."),
                Attribute::string("key_name")
                    .optional()
                    .requires_replace()
                    .description("Key pair for these instances. Without one nobody can log in to a public image."),
            ],
        ),
    )
    .min_items(1)
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
        Attribute::list("instance_ids", Type::String).computed().description("Ids of the living instances."),
        Attribute::number("launched_count").computed().use_state_for_unknown().description(
            "Number of instances that the request launched: from the sum of the minimums to the sum of the maximums.",
        ),
        Attribute::number("hourly_cost").computed().description("Sum of the living instances' prices at their launch."),
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
