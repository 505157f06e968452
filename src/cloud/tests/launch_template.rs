//! Launch templates, and groups that are made from them (W1, W3, W4, G2).

use std::collections::BTreeSet;

use serde_json::json;

use super::test_cloud::{TestCloud, code, group, resize};
use crate::base::LaunchTemplateId;
use crate::cloud::SimCloud;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, CreateLaunchTemplateRequest, CreateLaunchTemplateVersionRequest,
    DescribeLaunchTemplatesRequest, LaunchConfiguration, LaunchTemplate, LaunchTemplateContent,
    LaunchTemplateReference, ModifyAutoProvisioningGroupRequest, ModifyLaunchTemplateRequest,
};

fn content(instance_type: &str, bandwidth: u32) -> LaunchTemplateContent {
    LaunchTemplateContent {
        instance_type: Some(instance_type.into()),
        launch: LaunchConfiguration {
            internet_max_bandwidth_out: bandwidth,
            instance_name: Some("web[3,2]".to_owned()),
            ..LaunchConfiguration::default()
        },
        ..LaunchTemplateContent::default()
    }
}

fn request(name: &str, content: LaunchTemplateContent) -> CreateLaunchTemplateRequest {
    CreateLaunchTemplateRequest {
        launch_template_name: name.to_owned(),
        content,
        ..CreateLaunchTemplateRequest::default()
    }
}

fn create(test_cloud: &TestCloud, content: LaunchTemplateContent) -> LaunchTemplateId {
    test_cloud.api.create_launch_template(&request("web", content)).unwrap().launch_template_id
}

fn add(test_cloud: &TestCloud, id: &LaunchTemplateId, content: LaunchTemplateContent) -> LaunchTemplate {
    let version = CreateLaunchTemplateVersionRequest {
        launch_template_id: id.clone(),
        version_description: None,
        content,
        configuration: None,
    };
    test_cloud.api.create_launch_template_version(&version).unwrap()
}

fn default(id: &LaunchTemplateId, version: u32) -> ModifyLaunchTemplateRequest {
    ModifyLaunchTemplateRequest {
        launch_template_id: id.clone(),
        default_version_number: Some(version),
        template_tags: None,
        configuration: None,
    }
}

/// A group whose one config names no type.
fn of(id: &LaunchTemplateId, version: Option<u32>) -> CreateAutoProvisioningGroupRequest {
    let mut request = group(2, 0);
    request.configs[0].instance_type = None;
    request.launch_configuration.instance_name = Some("mine".to_owned());
    request.launch_template = Some(LaunchTemplateReference { launch_template_id: id.clone(), version });
    request
}

fn numbers(test_cloud: &TestCloud, id: &LaunchTemplateId) -> Vec<u32> {
    let versions = test_cloud.api.describe_launch_template_versions(id, None).unwrap();
    versions.into_iter().map(|version| version.version_number).collect()
}

#[test]
fn a_launch_template_beats_the_launch_configuration_field_by_field() {
    let test_cloud = TestCloud::new(json!({}));
    let id = create(&test_cloud, content("ecs.g6.large", 0));
    add(&test_cloud, &id, content("ecs.g6.large", 5));
    test_cloud.api.modify_launch_template(&default(&id, 2)).unwrap();
    let made = test_cloud.create(of(&id, None));
    let names: Vec<&str> = made.instances.iter().map(|instance| instance.instance_name.as_str()).collect();
    assert_eq!(names, ["web03", "web04"]);
    assert!(
        made.instances
            .iter()
            .all(|instance| instance.public_ip.is_some() && instance.instance_type.as_str() == "ecs.g6.large")
    );
    assert!(test_cloud.create(of(&id, Some(1))).instances.iter().all(|instance| instance.public_ip.is_none()));
    let refused =
        |id: &LaunchTemplateId, version| code(test_cloud.api.create_auto_provisioning_group(&of(id, version)));
    assert_eq!(refused(&id, Some(3)), "InvalidLaunchTemplateVersion.NotFound");
    assert_eq!(refused(&"lt-none".into(), None), "InvalidLaunchTemplate.NotFound");
}

#[test]
fn what_a_template_names_is_looked_up_only_by_who_launches_from_it() {
    let test_cloud = TestCloud::new(json!({}));
    let mut wrong = content("ecs.none.large", 0);
    let id = create(&test_cloud, wrong.clone());
    let refused =
        |id: &LaunchTemplateId, version| code(test_cloud.api.create_auto_provisioning_group(&of(id, version)));
    assert_eq!(refused(&id, None), "InvalidInstanceType.ValueNotSupported");
    wrong.launch.image_id = Some("none".into());
    add(&test_cloud, &id, wrong.clone());
    assert_eq!(refused(&id, Some(2)), "InvalidLaunchTemplate.ValueNotSupported");
    wrong.launch.image_id = None;
    wrong.launch.security_group_ids.insert("sg-none".into());
    add(&test_cloud, &id, wrong);
    assert_eq!(refused(&id, Some(3)), "InvalidLaunchTemplate.ValueNotSupported");
}

#[test]
fn a_group_keeps_what_its_template_said_when_it_was_made() {
    let test_cloud = TestCloud::new(json!({}));
    let id = create(&test_cloud, content("ecs.g6.large", 5));
    let made = test_cloud.create(of(&id, None));
    add(&test_cloud, &id, content("ecs.c6.large", 0));
    test_cloud.api.modify_launch_template(&default(&id, 2)).unwrap();
    test_cloud.api.delete_launch_template(&id).unwrap();
    let configs = of(&id, None).configs;
    let change = ModifyAutoProvisioningGroupRequest { configs: Some(configs), ..resize(&made, 4, 0) };
    let grown = test_cloud.modify(&change).group;
    assert_eq!(grown.instances.len(), 4);
    assert!(
        grown
            .instances
            .iter()
            .all(|instance| instance.public_ip.is_some() && instance.instance_type.as_str() == "ecs.g6.large")
    );
}

#[test]
fn versions_count_on_and_the_default_one_stays() {
    let test_cloud = TestCloud::new(json!({}));
    let id = create(&test_cloud, content("ecs.g6.large", 0));
    let template = add(&test_cloud, &id, content("ecs.g6.large", 1));
    assert_eq!((template.default_version_number, template.latest_version_number), (1, 2));
    let delete = |number| test_cloud.api.delete_launch_template_version(&id, &BTreeSet::from([number]));
    assert_eq!(code(delete(1)), "InvalidOperation.DeleteDefaultVersion");
    assert_eq!(code(delete(7)), "InvalidLaunchTemplateVersion.NotFound");
    delete(2).unwrap();
    assert_eq!(add(&test_cloud, &id, content("ecs.g6.large", 2)).latest_version_number, 3, "2 is not used again");
    assert_eq!(numbers(&test_cloud, &id), [1, 3]);
    assert_eq!(code(test_cloud.api.modify_launch_template(&default(&id, 2))), "InvalidLaunchTemplateVersion.NotFound");
    for _ in 2..SimCloud::LAUNCH_TEMPLATE_VERSIONS {
        add(&test_cloud, &id, content("ecs.g6.large", 3));
    }
    let one_more = CreateLaunchTemplateVersionRequest {
        launch_template_id: id,
        version_description: None,
        content: content("ecs.g6.large", 4),
        configuration: None,
    };
    assert_eq!(code(test_cloud.api.create_launch_template_version(&one_more)), "LaunchTemplateVersionLimitExceed");
}

#[test]
fn a_vswitch_fixes_zone_and_vpc() {
    let test_cloud = TestCloud::new(json!({}));
    let with =
        |vswitch: &str| LaunchTemplateContent { vswitch_id: Some(vswitch.into()), ..LaunchTemplateContent::default() };
    let made = test_cloud.api.create_launch_template(&request("web", with("vsw-cn-heyuan-b"))).unwrap();
    assert_eq!(made.zone_id, Some("cn-heyuan-b".into()));
    assert_eq!(made.vpc_id, Some("vpc-cn-heyuan".into()));
    let refused = test_cloud.api.create_launch_template(&request("other", with("vsw-none")));
    assert_eq!(code(refused), "InvalidVSwitchId.NotFound");
}

#[test]
fn w1_w3_names_and_ids() {
    let test_cloud = TestCloud::new(json!({}));
    let web = request("web", content("ecs.g6.large", 0));
    let first = test_cloud.api.create_launch_template(&web).unwrap();
    assert!(first.launch_template_id.as_str().starts_with("lt-") && first.launch_template_id.as_str().len() == 23);
    assert_eq!(TestCloud::new(json!({})).api.create_launch_template(&web).unwrap(), first);
    assert_eq!(code(test_cloud.api.create_launch_template(&web)), "LaunchTemplateName.Duplicated");
    let wrong = request("http://web", LaunchTemplateContent::default());
    assert_eq!(code(test_cloud.api.create_launch_template(&wrong)), "InvalidLaunchTemplateName.Malformed");
    let named = |name: &str| DescribeLaunchTemplatesRequest {
        launch_template_names: Some(BTreeSet::from([name.to_owned()])),
        ..DescribeLaunchTemplatesRequest::default()
    };
    assert_eq!(test_cloud.api.describe_launch_templates(&named("web")).unwrap(), std::slice::from_ref(&first));
    assert!(test_cloud.api.describe_launch_templates(&named("other")).unwrap().is_empty());
    test_cloud.api.delete_launch_template(&first.launch_template_id).unwrap();
    assert_eq!(
        code(test_cloud.api.delete_launch_template(&first.launch_template_id)),
        "InvalidLaunchTemplate.NotFound"
    );
    assert_eq!(test_cloud.api.create_launch_template(&web).unwrap(), first, "an empty world is a new world");
}

#[test]
fn w4_each_operation_has_its_own_faults() {
    let fault = |operation: &str| json!({ "operation": operation, "error_code": "InternalError" });
    let test_cloud = TestCloud::new(json!({ "faults": [
        fault("CreateLaunchTemplate"), fault("CreateLaunchTemplateVersion"), fault("DeleteLaunchTemplate"),
        fault("DeleteLaunchTemplateVersion"), fault("ModifyLaunchTemplateDefaultVersion"),
        fault("DescribeLaunchTemplates"), fault("DescribeLaunchTemplateVersions"), fault("TagResources"),
    ]}));
    let web = request("web", content("ecs.g6.large", 0));
    assert_eq!(code(test_cloud.api.create_launch_template(&web)), "InternalError");
    let id = create(&test_cloud, content("ecs.g6.large", 0));
    let everything = DescribeLaunchTemplatesRequest::default();
    assert_eq!(code(test_cloud.api.describe_launch_templates(&everything)), "InternalError");
    assert_eq!(code(test_cloud.api.describe_launch_template_versions(&id, None)), "InternalError");
    assert_eq!(code(test_cloud.api.modify_launch_template(&default(&id, 1))), "InternalError");
    let tags = ModifyLaunchTemplateRequest {
        default_version_number: None,
        template_tags: Some([("a".to_owned(), "b".to_owned())].into()),
        ..default(&id, 1)
    };
    assert_eq!(code(test_cloud.api.modify_launch_template(&tags)), "InternalError");
    assert_eq!(code(test_cloud.api.delete_launch_template_version(&id, &BTreeSet::from([1]))), "InternalError");
    assert_eq!(code(test_cloud.api.delete_launch_template(&id)), "InternalError");
    assert_eq!(test_cloud.api.modify_launch_template(&tags).unwrap().template_tags.len(), 1);
    assert_eq!(test_cloud.api.describe_launch_templates(&everything).unwrap().len(), 1);
}
