//! `simcloud_security_groups`: the security groups of the region, `default` among them.

use async_trait::async_trait;

use crate::cloud::model::{DescribeSecurityGroupsRequest, InnerAccessPolicy, SecurityGroup};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::data_source;
use crate::provider::framework::listing::Listing;
use crate::tf::{Attribute, Diagnostics, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct SecurityGroups;

#[async_trait]
impl Listing for SecurityGroups {
    type Object = SecurityGroup;

    const LIST: &'static str = "groups";

    fn schema() -> Schema {
        Schema::new("The security groups of the provider's region: `default` first, then by creation.")
            .attributes(filters())
            .attributes([
                data_source::ids("groups"),
                Attribute::number("page_number")
                    .optional()
                    .description("Number of the page to return, from 1. Default: all pages."),
                Attribute::number("page_size").optional().description("Groups on a page. Default: 50."),
                data_source::output_file(),
                data_source::id_attribute(),
                Attribute::list("names", Type::String).computed().description("Names of the groups, in order."),
                Attribute::number("total_count").computed().description("Number of groups on all pages."),
                Attribute::nested_list("groups", group_attributes()).computed().description("The groups."),
            ])
            .attributes(data_source::optional_without_effect([Attribute::bool("enable_details")]))
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<SecurityGroup>> {
        find(config, configured, diagnostics).await
    }

    fn id(group: &SecurityGroup) -> &str {
        group.security_group_id.as_str()
    }

    fn name(group: &SecurityGroup) -> &str {
        name(group)
    }

    fn row(group: &SecurityGroup) -> Value {
        row(group)
    }
}

/// The filters besides `ids`, which the list resource has too.
pub(crate) fn filters() -> Vec<Attribute> {
    let filter = |name, text: &'static str| Attribute::string(name).optional().description(text);
    vec![
        filter("name_regex", "Only groups whose name matches."),
        filter("vpc_id", "Only groups of this VPC."),
        filter("resource_group_id", "Only groups of this resource group."),
        Attribute::map("tags", Type::String).optional().description("Only groups that carry all of these tags."),
    ]
}

/// In the order of the service; `None` after an error, which is reported.
pub(crate) async fn find(
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<SecurityGroup>> {
    let request = DescribeSecurityGroupsRequest {
        security_group_ids: data_source::ids_of(config, "ids"),
        vpc_id: text(config, "vpc_id").map(Into::into),
        name: None,
        resource_group_id: text(config, "resource_group_id").map(str::to_owned),
        tags: check::tags_of(config, "tags"),
    };
    let groups = configured.cloud.describe_security_groups(request).await;
    let mut groups = data_source::reply("list security groups", configured, groups, diagnostics)?;
    let regex = data_source::regex(config, "name_regex", diagnostics);
    groups.retain(|group| regex.as_ref().is_none_or(|regex| regex.is_match(name(group))));
    Some(groups)
}

pub(crate) fn name(group: &SecurityGroup) -> &str {
    group.request.name.as_deref().unwrap_or_default()
}

fn group_attributes() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    vec![
        string("id", "The group's id."),
        string("name", "Its name, which `name_regex` is matched against."),
        string("description", "Its description."),
        string("vpc_id", "The VPC it lies in."),
        string("resource_group_id", "Its resource group."),
        string("security_group_type", "`normal` or `enterprise`."),
        Attribute::bool("inner_access").computed().description("Whether its instances reach each other."),
        string("creation_time", "When it was created, RFC 3339."),
        Attribute::map("tags", Type::String).computed().description("Its tags."),
    ]
}

fn row(group: &SecurityGroup) -> Value {
    let request = &group.request;
    Value::object([
        ("id", Value::from(group.security_group_id.as_str())),
        ("name", name(group).into()),
        ("description", request.description.as_deref().unwrap_or_default().into()),
        ("vpc_id", group.vpc_id.as_str().into()),
        ("resource_group_id", request.resource_group_id.as_deref().unwrap_or_default().into()),
        ("security_group_type", request.security_group_type.name().into()),
        ("inner_access", (group.inner_access_policy == InnerAccessPolicy::Accept).into()),
        ("creation_time", group.create_time.to_string().into()),
        ("tags", data_source::tags_value(&request.tags)),
    ])
}
