//! Tags of objects of any kind.

use serde_json::json;

use super::test_cloud::{TestCloud, code};
use crate::cloud::model::{
    CreateVSwitchRequest, CreateVpcRequest, DescribeVpcsRequest, TagResourcesRequest, TaggedKind, Tags,
    UntagResourcesRequest,
};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn tags_are_set_on_all_objects_or_on_none() {
    let cloud = TestCloud::new(json!({})).api;
    let block = |block: &str| Some(block.to_owned());
    let vpc = |cidr_block| cloud.create_vpc(&CreateVpcRequest { cidr_block, ..CreateVpcRequest::default() }).unwrap();
    let ids = [vpc(block("10.1.0.0/16")), vpc(block("10.2.0.0/16"))].map(|vpc| vpc.vpc_id.to_string());
    let tag = |ids: &[&str], pairs: &[(&str, &str)]| {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        cloud.tag_resources(&TagResourcesRequest { kind: TaggedKind::Vpc, ids, tags: tags(pairs) })
    };
    tag(&[&ids[0], &ids[1]], &[("a", "1"), ("b", "2")]).unwrap();
    tag(&[&ids[0]], &[("a", "3")]).unwrap();
    assert_eq!(code(tag(&[&ids[0], "vpc-none"], &[("c", "4")])), "InvalidVpcId.NotFound");
    let all = ids.iter().cloned().chain(["vpc-none".to_owned()]).collect();
    let found = || cloud.list_tag_resources(&all, TaggedKind::Vpc).unwrap();
    let mut expected =
        [(ids[0].clone(), tags(&[("a", "3"), ("b", "2")])), (ids[1].clone(), tags(&[("a", "1"), ("b", "2")]))];
    expected.sort();
    assert_eq!(found(), expected);
    let shown = cloud.describe_vpcs(&DescribeVpcsRequest { tags: tags(&[("a", "3")]), ..Default::default() }).unwrap();
    assert_eq!(shown.iter().map(|vpc| vpc.vpc_id.as_str()).collect::<Vec<_>>(), [ids[0].as_str()]);

    let untag = |keys: Option<&str>| {
        let keys = keys.map(|key| [key.to_owned()].into());
        let ids = ids.iter().cloned().collect();
        cloud.untag_resources(&UntagResourcesRequest { kind: TaggedKind::Vpc, ids, keys }).unwrap();
    };
    untag(Some("a"));
    assert!(found().iter().all(|(_, found)| *found == tags(&[("b", "2")])));
    untag(None);
    assert!(found().iter().all(|(_, found)| found.is_empty()));

    // An object of another kind is not found.
    let vswitch = cloud
        .create_vswitch(&CreateVSwitchRequest {
            vpc_id: Some(ids[0].as_str().into()),
            zone_id: Some("cn-heyuan-a".into()),
            cidr_block: block("10.1.1.0/24"),
            ..CreateVSwitchRequest::default()
        })
        .unwrap();
    assert_eq!(code(tag(&[vswitch.vswitch_id.as_str()], &[("a", "1")])), "InvalidVpcId.NotFound");
}
