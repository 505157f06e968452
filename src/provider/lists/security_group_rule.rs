//! Lists the rules of security groups.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use crate::base::SecurityGroupId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{DescribeSecurityGroupsRequest, Direction, IpProtocol};
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::framework::object_resource::CloudObject;
use crate::provider::resources::security_group_rule::{RuleInGroup, SecurityGroupRuleObject};
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for SecurityGroupRuleObject {
    const DESCRIPTION: &'static str = "Finds the rules of a region's security groups: by group, as `simcloud_security_group` \
         lists them, then by the rule's own id.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("rules"),
            filter("security_group_id", "Only rules of this group."),
            list_resource::choice::<Direction>("type", "Only rules of this direction: `ingress` or `egress`."),
            list_resource::choice::<IpProtocol>("ip_protocol", "Only rules of this protocol, such as `tcp`."),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<RuleInGroup>> {
        let group_ids = text(config, "security_group_id").map(|id| [SecurityGroupId::from(id)].into_iter().into_set());
        let request =
            DescribeSecurityGroupsRequest { security_group_ids: group_ids, ..DescribeSecurityGroupsRequest::default() };
        let groups = configured.cloud.describe_security_groups(request).await;
        let groups = data_source::reply("list security group rules", configured, groups, diagnostics)?;
        let ids: BTreeSet<String> = texts(config, "ids").into_iter().into_set();
        let mut rules: Vec<RuleInGroup> =
            groups.into_iter().map(Arc::new).flat_map(|group| RuleInGroup::all_of(&group)).collect();
        rules.retain(|found| {
            let rule = found.rule();
            (ids.is_empty() || ids.contains(&<Self as CloudObject>::id(found)))
                && text(config, "type").is_none_or(|direction| rule.direction.name() == direction)
                && text(config, "ip_protocol").is_none_or(|protocol| rule.ip_protocol == protocol)
        });
        Some(rules)
    }

    fn name(found: &RuleInGroup) -> String {
        found.summary()
    }
}
