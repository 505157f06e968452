//! Tags of objects of any kind.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{Action, Result, list, page};
use crate::base::ApiEnum;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{TagResourcesRequest, TaggedKind, UntagResourcesRequest};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

/// One of the services spells an action in another way.
pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("DescribeTags", describe_tags),
    ("ListTagResources", describe),
    ("TagResources", tag),
    ("UnTagResources", untag),
    ("UntagResources", untag),
];

/// The kind that a call names in any case: each service has its own spelling.
fn kind(arguments: &Arguments<'_>) -> Result<TaggedKind> {
    let given = arguments.required("ResourceType")?;
    TaggedKind::parse(&given.to_lowercase()).map_err(|unknown| {
        CloudError::new(codes::INVALID_PARAMETER, format!("The parameter `ResourceType` is {unknown}"))
    })
}

fn ids(arguments: &Arguments<'_>) -> Result<BTreeSet<String>> {
    let ids: BTreeSet<String> = arguments.texts("ResourceId").into_iter().map(str::to_owned).into_set();
    if ids.is_empty() {
        arguments.required("ResourceId")?;
    }
    Ok(ids)
}

fn tag(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let (kind, ids) = (kind(arguments)?, ids(arguments)?);
    cloud.tag_resources(&TagResourcesRequest { kind, ids, tags: arguments.tags("Tag") })?;
    Ok(json!({}))
}

fn untag(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let (kind, ids) = (kind(arguments)?, ids(arguments)?);
    let keys: BTreeSet<String> = arguments.texts("TagKey").into_iter().map(str::to_owned).into_set();
    let takes_all = arguments.flag("All")?.unwrap_or(false);
    cloud.untag_resources(&UntagResourcesRequest { kind, ids, keys: (!takes_all).then_some(keys) })?;
    Ok(json!({}))
}

/// The tags of one object, as older clients ask for them. Objects of other kinds have none.
fn describe_tags(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = match kind(arguments) {
        Ok(kind) => cloud.list_tag_resources(&ids(arguments)?, kind)?,
        Err(_) => Vec::new(),
    };
    let tags = found.iter().flat_map(|(_, tags)| tags.iter());
    let json: Vec<Json> = tags.map(|(key, value)| json!({ "TagKey": key, "TagValue": value })).collect();
    page::page(arguments, "Tags", "Tag", json)
}

/// A client that names no object, or an empty id, is not told about any.
fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let kind = kind(arguments)?;
    let ids = arguments.texts("ResourceId").into_iter().map(str::to_owned).collect();
    let found = cloud.list_tag_resources(&ids, kind)?;
    let json = found.iter().flat_map(|(id, tags)| {
        tags.iter().map(move |(key, value)| {
            json!({ "ResourceId": id, "ResourceType": kind.name(), "TagKey": key, "TagValue": value })
        })
    });
    Ok(json!({ "NextToken": "", "TagResources": list("TagResource", json) }))
}
