//! From the arguments of an instance to the requests of the cloud.

use super::schema::schema;
use crate::base::collect::IntoOrdered;
use crate::base::{ApiEnum, Decimal, Seed};
use crate::cloud::model::{
    DataDisk, LaunchInstanceRequest, LaunchInterface, ModifyInstanceRequest, SpotStrategy, StoppedMode, Tags,
    TemplateChoice,
};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, elements, number, text, texts};
use crate::provider::framework::dynamic_value::to_json;
use crate::provider::framework::enumerations::SpotInterruption;
use crate::provider::framework::planned_values::unknown_as_null;
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::write_only::with_write_only;
use crate::provider::framework::{deprecated_argument, secret, spot};
use crate::tf::Value;
use crate::tf::provider::ApplyRequest;
use crate::tf::schema::Mode;

/// Arguments that fill a field of the request; the others have no effect.
const WITH_EFFECT: &[&str] = &[
    "availability_zone",
    "deletion_protection",
    "description",
    "dry_run",
    "image_id",
    "instance_name",
    "instance_type",
    "internet_max_bandwidth_out",
    "key_name",
    "launch_template_id",
    "launch_template_name",
    "launch_template_version",
    "password",
    "password_wo",
    "password_wo_version",
    "private_ip",
    "role_name",
    "security_groups",
    "spot_duration",
    "spot_interruption_behavior",
    "spot_price_limit",
    "spot_strategy",
    "status",
    "stopped_mode",
    "subnet_id",
    "system_disk_category",
    "system_disk_size",
    "tags",
    "user_data",
    "user_data_wo",
    "user_data_wo_version",
    "vswitch_id",
];

/// The planned arguments with the write-only values of the configuration. The password is sealed, and null if it stays as
/// it is.
pub(super) fn arguments(configured: &Configured, request: &ApplyRequest) -> Value {
    let (prior, planned) = (&request.prior_state, &request.planned_state);
    let mut arguments = with_write_only(&schema().block, planned, &request.config);
    let changes = ["password", "password_wo_version"].iter().any(|name| planned.get(name) != prior.get(name));
    let given = text(&arguments, "password_wo").or_else(|| text(&arguments, "password"));
    let given = given.filter(|given| changes && !secret::is_digest(given));
    let sealed = given.and_then(|given| secret::seal(Seed::new(configured.scenario.seed), given));
    arguments.set("password", sealed);
    arguments
}

/// The launch that the arguments ask for. What is unknown or empty is left to the cloud.
pub(super) fn launch(arguments: &Value, configuration: String) -> LaunchInstanceRequest {
    let strategy: SpotStrategy = choice(arguments, "spot_strategy").unwrap_or_default();
    let takes_limit = strategy == SpotStrategy::SpotWithPriceLimit;
    let hidden = text(arguments, "user_data_wo");
    LaunchInstanceRequest {
        launch_template: template(arguments),
        zone_id: text(arguments, "availability_zone").map(Into::into),
        vswitch_id: deprecated_argument::text(arguments, "vswitch_id", "subnet_id").map(Into::into),
        private_ip: text(arguments, "private_ip").and_then(|address| address.parse().ok()),
        instance_type: text(arguments, "instance_type").map(Into::into),
        image_id: text(arguments, "image_id").map(Into::into),
        security_group_ids: texts(arguments, "security_groups").into_iter().map(Into::into).collect(),
        instance_name: text(arguments, "instance_name").map(str::to_owned),
        key_name: text(arguments, "key_name").map(Into::into),
        password: text(arguments, "password").map(str::to_owned),
        user_data: hidden.or_else(|| text(arguments, "user_data")).map(user_data_bytes),
        hides_user_data: hidden.is_some(),
        internet_max_bandwidth_out: integer(arguments, "internet_max_bandwidth_out"),
        spot_strategy: strategy,
        spot_price_limit: number(arguments, "spot_price_limit").filter(|limit| takes_limit && !limit.is_zero()),
        spot_duration: number(arguments, "spot_duration").and_then(|hours| u32::try_from(hours).ok()),
        stops_on_reclaim: choice(arguments, "spot_interruption_behavior") == Some(SpotInterruption::Stop),
        system_disk_category: text(arguments, "system_disk_category").map(str::to_owned),
        system_disk_size: integer(arguments, "system_disk_size"),
        data_disks: elements(arguments, "data_disks").iter().map(data_disk).collect(),
        network_interfaces: elements(arguments, "network_interfaces").iter().map(network_interface).collect(),
        tags: check::tags_of(arguments, "tags"),
        power: choice(arguments, "status").unwrap_or_default(),
        stopped_mode: choice(arguments, "stopped_mode")
            .filter(|mode| *mode != StoppedMode::NotApplicable)
            .unwrap_or_default(),
        description: text(arguments, "description").map(str::to_owned),
        role_name: text(arguments, "role_name").map(str::to_owned),
        deletion_protection: arguments.get("deletion_protection").as_bool() == Some(true),
        dry_run: arguments.get("dry_run").as_bool() == Some(true),
        client_token: None,
        launch: None,
        without_effect: arguments_without_effect(arguments),
        configuration,
    }
}

/// What is to be changed so that the instance of the prior state is as the arguments say.
pub(super) fn modification(prior: &Value, arguments: &Value, configuration: String) -> ModifyInstanceRequest {
    let (before, after) = (launch(prior, String::new()), launch(arguments, configuration));
    let mut change = ModifyInstanceRequest::of(&after);
    change.instance_id = text(prior, "id").map(Into::into);
    keep(&mut change.vswitch_id, &before.vswitch_id);
    keep(&mut change.private_ip, &before.private_ip);
    keep(&mut change.instance_type, &before.instance_type);
    keep(&mut change.image_id, &before.image_id);
    keep(&mut change.security_group_ids, &before.security_group_ids);
    // A state shows the id where no name is configured.
    keep(&mut change.instance_name, &before.instance_name);
    keep(&mut change.key_name, &before.key_name);
    keep(&mut change.internet_max_bandwidth_out, &before.internet_max_bandwidth_out);
    keep(&mut change.stops_on_reclaim, &before.stops_on_reclaim);
    keep(&mut change.system_disk_size, &before.system_disk_size);
    keep(&mut change.data_disks, &before.data_disks);
    keep(&mut change.tags, &before.tags);
    keep(&mut change.power, &before.power);
    keep(&mut change.stopped_mode, &before.stopped_mode);
    keep(&mut change.description, &before.description);
    keep(&mut change.role_name, &before.role_name);
    keep(&mut change.deletion_protection, &before.deletion_protection);
    change.password = after.password.map(Some);
    let is_version_same = arguments.get("user_data_wo_version") == prior.get("user_data_wo_version");
    let stays_hidden = after.hides_user_data && is_version_same;
    let stays_plain = !after.hides_user_data && is_version_same && after.user_data == before.user_data;
    if stays_hidden || stays_plain {
        (change.user_data, change.hides_user_data) = (None, None);
    }
    change
}

/// Leaves a field out whose value does not change.
fn keep<T: PartialEq>(field: &mut Option<T>, before: &T) {
    if field.as_ref() == Some(before) {
        *field = None;
    }
}

/// Instances that compete for the same free ones, as far as the arguments show it.
pub(super) fn kind(arguments: &Value) -> String {
    let names = [
        "launch_template_id",
        "launch_template_name",
        "launch_template_version",
        "availability_zone",
        "vswitch_id",
        "instance_type",
        "spot_strategy",
    ];
    names.map(|name| text(arguments, name).unwrap_or_default()).join(" ")
}

/// The value that stands for all those that are equivalent to an argument's.
pub(super) fn canonical_value(arguments: &Value, name: &str) -> Value {
    match name {
        "spot_price_limit" => spot::canonical_price_limit(arguments, name),
        "user_data" => text(arguments, name).map_or_else(
            || configured_value(arguments, name),
            |data| check::base64_text(&user_data_bytes(data)).into(),
        ),
        _ => configured_value(arguments, name),
    }
}

/// The bytes of user data: a text that is base64 is decoded, as the real provider does.
pub(super) fn user_data_bytes(text: &str) -> Vec<u8> {
    check::base64_bytes(text).unwrap_or_else(|| text.as_bytes().to_vec())
}

/// One of an enumeration's names.
pub(super) fn choice<E: ApiEnum>(arguments: &Value, name: &str) -> Option<E> {
    text(arguments, name).and_then(|text| E::parse(text).ok())
}

/// A whole number above 0; 0 counts as absent.
pub(super) fn integer(arguments: &Value, name: &str) -> Option<u32> {
    let given = number(arguments, name).filter(|number: &Decimal| number.is_integer());
    given.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
}

fn template(arguments: &Value) -> Option<TemplateChoice> {
    let [id, name] = ["launch_template_id", "launch_template_name"].map(|name| text(arguments, name));
    (id.is_some() || name.is_some()).then(|| TemplateChoice {
        launch_template_id: id.map(Into::into),
        launch_template_name: name.map(str::to_owned),
        version: text(arguments, "launch_template_version").and_then(|version| version.parse().ok()),
    })
}

fn data_disk(disk: &Value) -> DataDisk {
    DataDisk { category: text(disk, "category").map(str::to_owned), size: integer(disk, "size").unwrap_or(0) }
}

fn network_interface(interface: &Value) -> LaunchInterface {
    LaunchInterface {
        network_interface_id: text(interface, "network_interface_id").map(Into::into),
        vswitch_id: text(interface, "vswitch_id").map(Into::into),
        security_group_ids: texts(interface, "security_group_ids").into_iter().map(Into::into).collect(),
    }
}

/// The arguments without effect that are set, as JSON by name.
fn arguments_without_effect(arguments: &Value) -> Tags {
    let block = schema().block;
    let attributes = block.attributes.iter().filter(|attribute| attribute.mode != Mode::Computed);
    let names = attributes.map(|attribute| &*attribute.name).filter(|name| !WITH_EFFECT.contains(name));
    let blocks = block.blocks.iter().map(|block| &*block.name).filter(|name| *name != "timeouts");
    let set = names.chain(blocks).filter(|name| check::is_set(arguments, name) && arguments.get(name).is_known());
    set.map(|name| (name.to_owned(), to_json(&unknown_as_null(arguments.get(name))).to_string())).into_map()
}
