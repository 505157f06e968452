//! A scaling configuration as replies have it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};

use super::{list, tags, texts};
use crate::base::json::number;
use crate::cloud::model::{InstancePattern, LaunchConfiguration, ScalingConfiguration, ScalingContent, SpotStrategy};
use crate::wire::alibaba::launch_configuration::{JsonForm, STORED_DATA_DISK_PARAMETERS, STORED_PARAMETERS, shown};
use crate::wire::alibaba::stored_parameters::StoredParameters;

/// The names that replies have for what a request says about the system disk.
const SYSTEM_DISK: [(&str, &str); 10] = [
    ("SystemDisk.AutoSnapshotPolicyId", "SystemDiskAutoSnapshotPolicyId"),
    ("SystemDisk.Description", "SystemDiskDescription"),
    ("SystemDisk.DiskName", "SystemDiskName"),
    ("SystemDisk.EncryptAlgorithm", "SystemDisk.EncryptAlgorithm"),
    ("SystemDisk.Encrypted", "SystemDisk.Encrypted"),
    ("SystemDisk.KMSKeyId", "SystemDisk.KMSKeyId"),
    ("SystemDisk.PerformanceLevel", "SystemDiskPerformanceLevel"),
    ("SystemDisk.ProvisionedIops", "SystemDisk.ProvisionedIops"),
    ("SystemDisk.Size", "SystemDiskSize"),
    ("SystemDiskSize", "SystemDiskSize"),
];

pub(super) fn configuration_json(configuration: &ScalingConfiguration) -> Json {
    let content = &configuration.content;
    let mut json = json!({
        "ScalingConfigurationId": configuration.scaling_configuration_id.as_str(),
        "ScalingConfigurationName": configuration.scaling_configuration_name,
        "ScalingGroupId": configuration.scaling_group_id.as_str(),
        "LifecycleState": if configuration.is_active { "Active" } else { "Inactive" },
        "CreationTime": configuration.create_time.to_string(),
    });
    // A client that has not set it does not expect it.
    let is_set = content.launch.without_effect.contains_key("SpotStrategy");
    if is_set || content.spot_strategy != SpotStrategy::NoSpot {
        json["SpotStrategy"] = content.spot_strategy.name().into();
    }
    if let Json::Object(members) = &mut json {
        add_types(members, content);
        add_launch(members, &content.launch);
        add_stored_parameters(members, &content.launch, &StoredParameters::read(&configuration.configuration));
    }
    json
}

fn add_types(members: &mut Map<String, Json>, content: &ScalingContent) {
    let names = || content.instance_types.iter().map(|named| named.instance_type.as_str());
    members.insert("InstanceType".to_owned(), names().next().map(Json::from).into());
    members.insert("InstanceTypes".to_owned(), texts("InstanceType", names()));
    if content.instance_types.iter().any(|named| named.weighted_capacity.is_some()) {
        let weights = content.instance_types.iter().map(|named| named.weighted_capacity.unwrap_or(1).into());
        members.insert("WeightedCapacities".to_owned(), list("WeightedCapacity", weights));
    }
    let limits = content.instance_types.iter().filter_map(|named| {
        let limit = number(named.spot_price_limit?);
        Some(json!({ "InstanceType": named.instance_type.as_str(), "PriceLimit": limit }))
    });
    members.insert("SpotPriceLimit".to_owned(), list("SpotPriceModel", limits));
    let patterns = || content.patterns.iter().map(pattern_json).collect();
    let patterns: Vec<Json> = stored_list(&content.launch, "InstancePatternInfo").unwrap_or_else(patterns);
    if !patterns.is_empty() {
        members
            .insert("InstancePatternInfos".to_owned(), list("InstancePatternInfo", patterns.into_iter().map(pattern)));
    }
}

/// A pattern as a request has it.
fn pattern_json(pattern: &InstancePattern) -> Json {
    let filters = &pattern.filters;
    json!({
        "Cores": filters.cores.first().map(u32::to_string),
        "Memory": filters.memories.first(),
        "Architectures": filters.architectures,
        "InstanceFamilyLevel": filters.instance_family_levels.first(),
        "BurstablePerformance": filters.burstable_performance.name(),
        "ExcludedInstanceTypes": filters.excluded_instance_types,
        "MaxPrice": pattern.max_price.map(|price| price.to_string()),
    })
}

fn add_launch(members: &mut Map<String, Json>, launch: &LaunchConfiguration) {
    let launched = json!({
        "ImageId": launch.image_id.as_ref().map(crate::base::id::ImageId::as_str),
        "SecurityGroupId": launch.security_group_ids.first().map(crate::base::id::SecurityGroupId::as_str),
        "SecurityGroupIds": texts("SecurityGroupId", launch.security_group_ids.iter().map(crate::base::id::SecurityGroupId::as_str)),
        "SystemDiskCategory": launch.system_disk_category,
        "KeyPairName": launch.key_pair_name.as_ref().map(crate::base::id::KeyPairName::as_str),
        "UserData": launch.user_data.as_ref().map(|bytes| STANDARD.encode(bytes)),
        "InstanceName": launch.instance_name,
        "InternetMaxBandwidthOut": launch.internet_max_bandwidth_out,
        "Tags": tags(&launch.tags),
    });
    if let Json::Object(launched) = launched {
        members.extend(launched);
    }
}

fn add_stored_parameters(members: &mut Map<String, Json>, launch: &LaunchConfiguration, configured: &StoredParameters) {
    let text = |name: &str| launch.without_effect.get(name).map(String::as_str).or_else(|| configured.text(name));
    for (name, form) in STORED_PARAMETERS.iter().filter(|(name, _)| !name.contains("Disk") && !name.starts_with("Spot"))
    {
        if let Some(text) = text(name) {
            members.insert((*name).to_owned(), shown(text, *form));
        }
    }
    for (name, form) in [
        ("DedicatedHostClusterId", JsonForm::Text),
        ("HttpEndpoint", JsonForm::Text),
        ("ImageName", JsonForm::Text),
        ("ImageOptions.LoginAsNonRoot", JsonForm::Flag),
        ("InstanceDescription", JsonForm::Text),
        ("LoadBalancerWeight", JsonForm::Number),
        ("SpotDuration", JsonForm::Number),
        ("Tenancy", JsonForm::Text),
    ] {
        if let Some(text) = text(name) {
            members.insert(name.to_owned(), shown(text, form));
        }
    }
    for (given, name) in SYSTEM_DISK {
        let form = match name {
            "SystemDiskSize" | "SystemDisk.ProvisionedIops" => JsonForm::Number,
            "SystemDisk.Encrypted" => JsonForm::Flag,
            _ => JsonForm::Text,
        };
        if let Some(text) = text(given) {
            members.insert(name.to_owned(), shown(text, form));
        }
    }
    add_lists(members, launch);
}

/// The elements of a list that is kept as JSON.
fn stored_list(launch: &LaunchConfiguration, name: &str) -> Option<Vec<Json>> {
    launch.without_effect.get(name).and_then(|json| serde_json::from_str(json).ok())
}

fn add_lists(members: &mut Map<String, Json>, launch: &LaunchConfiguration) {
    // Another author keeps the categories alone.
    let categories = || launch.data_disk_categories.iter().map(|category| json!({ "Category": category })).collect();
    let disks = stored_list(launch, "DataDisk").unwrap_or_else(categories);
    members.insert("DataDisks".to_owned(), list("DataDisk", disks.iter().map(data_disk)));
    if let Some(interfaces) = stored_list(launch, "NetworkInterfaces") {
        let interfaces =
            interfaces.into_iter().map(|interface| with_lists(interface, &[("SecurityGroupIds", "SecurityGroupId")]));
        members.insert("NetworkInterfaces".to_owned(), list("NetworkInterface", interfaces));
    }
    if let Some(priorities) = stored_list(launch, "CustomPriorities") {
        members.insert("CustomPriorities".to_owned(), list("CustomPriority", priorities));
    }
    let pool_ids = stored_list(launch, "ResourcePoolOptions.PrivatePoolIds");
    let pool_tags = stored_list(launch, "ResourcePoolOptions.PrivatePoolTags");
    let strategy = launch.without_effect.get("ResourcePoolOptions.Strategy");
    if pool_ids.is_some() || pool_tags.is_some() || strategy.is_some() {
        let options = json!({
            "Strategy": strategy,
            "PrivatePoolIds": pool_ids.map(|ids| list("PrivatePoolId", ids)),
            "PrivatePoolTags": pool_tags.map(|tags| list("PrivatePoolTag", tags)),
        });
        members.insert("ResourcePoolOptions".to_owned(), options);
    }
}

fn data_disk(disk: &Json) -> Json {
    let Json::Object(given) = disk else { return disk.clone() };
    let form_of = |name: &str| match name {
        "Encrypted" | "DeleteWithInstance" => JsonForm::Flag,
        "ProvisionedIops" => JsonForm::Number,
        _ => STORED_DATA_DISK_PARAMETERS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(JsonForm::Text, |(_, form)| *form),
    };
    let shown = |(name, value): (&String, &Json)| {
        let value = value.as_str().map_or_else(|| value.clone(), |text| shown(text, form_of(name)));
        (name.clone(), value)
    };
    Json::Object(given.iter().map(shown).collect())
}

/// An object whose lists are those of a request, with the lists of a reply.
fn with_lists(mut object: Json, lists: &[(&str, &str)]) -> Json {
    for (plural, singular) in lists {
        let elements = match &object[*plural] {
            Json::Array(elements) => elements.clone(),
            Json::String(one) if !one.is_empty() => vec![one.as_str().into()],
            _ => Vec::new(),
        };
        object[*plural] = list(singular, elements);
    }
    object
}

fn pattern(mut given: Json) -> Json {
    const LISTS: [(&str, &str); 7] = [
        ("Architectures", "Architecture"),
        ("CpuArchitectures", "CpuArchitecture"),
        ("ExcludedInstanceTypes", "ExcludedInstanceType"),
        ("GpuSpecs", "GpuSpec"),
        ("InstanceCategories", "InstanceCategory"),
        ("InstanceTypeFamilies", "InstanceTypeFamily"),
        ("PhysicalProcessorModels", "PhysicalProcessorModel"),
    ];
    if let Json::Object(members) = &mut given {
        for (plural, singular) in LISTS {
            // Two calls have two names for the same list.
            if let Some(list) = members.remove(singular) {
                members.insert(plural.to_owned(), list);
            }
        }
        for (name, member) in members.iter_mut() {
            let is_number = name.starts_with('M') || name == "Cores";
            if let Some(text) = member.as_str().filter(|_| is_number) {
                *member = shown(text, JsonForm::Number);
            }
        }
    }
    with_lists(given, &LISTS)
}
