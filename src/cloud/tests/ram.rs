//! Roles and policies of the account, and the roles of instances: N11, W1, W11.

use serde_json::json;

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, code, instances};
use crate::base::{InstanceId, RegionId};
use crate::cloud::model::{
    AttachInstanceRoleRequest, CreatePolicyRequest, CreateRoleRequest, DeletePolicyRequest, DeleteRoleRequest,
    DescribeSingleInstancesRequest, LaunchInstanceRequest, ListPoliciesRequest, ListRolePoliciesRequest,
    ListRolesRequest, ModifyInstanceRequest, Policy, PolicyType, Role, RolePolicy, UpdatePolicyRequest,
    UpdateRoleRequest,
};
use crate::cloud::{CloudError, SimCloud};

const FOR_ECS: &str = r#"{"Statement":[{"Principal":{"Service":["ecs.aliyuncs.com"]}}]}"#;

fn role(api: &SimCloud, name: &str) -> Result<Role, CloudError> {
    api.create_role(&CreateRoleRequest {
        role_name: Some(name.to_owned()),
        assume_role_policy_document: Some(FOR_ECS.to_owned()),
        ..CreateRoleRequest::default()
    })
}

fn policy(api: &SimCloud, name: &str) -> Result<Policy, CloudError> {
    api.create_policy(&CreatePolicyRequest {
        policy_name: Some(name.to_owned()),
        policy_document: Some("{}".to_owned()),
        ..CreatePolicyRequest::default()
    })
}

fn give(role: &str, policy: &str, policy_type: PolicyType) -> RolePolicy {
    RolePolicy { role_name: role.to_owned(), policy_name: policy.to_owned(), policy_type, configuration: String::new() }
}

fn drop_role(api: &SimCloud, name: &str, force: bool) -> Result<(), CloudError> {
    api.delete_role(&DeleteRoleRequest { role_name: name.to_owned(), force })
}

fn launch(api: &SimCloud, role_name: Option<&str>) -> InstanceId {
    let request = LaunchInstanceRequest {
        zone_id: Some("cn-heyuan-b".into()),
        instance_type: Some("ecs.g7.large".into()),
        image_id: Some("aliyun_3_x64_20G_alibase_20250629.vhd".into()),
        role_name: role_name.map(str::to_owned),
        ..LaunchInstanceRequest::default()
    };
    api.launch_instance(&request).unwrap().instance.instance_id
}

fn role_of(api: &SimCloud, id: &InstanceId) -> Option<String> {
    let request = DescribeSingleInstancesRequest { instance_ids: Some([id.clone()].into()), ..Default::default() };
    api.describe_single_instances(&request).unwrap().remove(0).role_name
}

fn attach(api: &SimCloud, role_name: &str, ids: &[&InstanceId]) -> Result<String, CloudError> {
    let request = AttachInstanceRoleRequest {
        role_name: role_name.to_owned(),
        instance_ids: ids.iter().map(|id| (*id).clone()).collect(),
        configuration: String::new(),
    };
    api.attach_instance_ram_role(&request).map(|attached| attached.attachment_id)
}

#[test]
fn n11_a_role_belongs_to_the_account_and_is_seen_from_every_region() {
    for_each_engine(|engine| {
        let test_cloud = TestCloud::at_location(engine.location(), json!({}));
        let api = &test_cloud.api;
        let elsewhere = api.in_region(&RegionId::from("cn-hangzhou"));
        let made = role(api, "Web.Role").unwrap();
        assert!(made.arn.starts_with("acs:ram::") && made.arn.ends_with(":role/web.role"), "{}", made.arn);
        assert_eq!((made.role_id.len(), made.max_session_duration), (18, 3_600));
        assert_eq!(elsewhere.list_roles(&ListRolesRequest::default()).unwrap(), vec![made]);
        assert_eq!(code(role(&elsewhere, "Web.Role")), "EntityAlreadyExists.Role");
        let change = UpdateRoleRequest {
            role_name: "Web.Role".to_owned(),
            description: Some("for the web".to_owned()),
            max_session_duration: Some(7_200),
            ..UpdateRoleRequest::default()
        };
        let changed = elsewhere.update_role(&change).unwrap();
        assert_eq!(
            (changed.max_session_duration, changed.request.description.as_deref()),
            (7_200, Some("for the web"))
        );
        drop_role(&elsewhere, "Web.Role", false).unwrap();
        assert_eq!(code(drop_role(api, "Web.Role", false)), "EntityNotExist.Role");
        assert_eq!(api.list_roles(&ListRolesRequest::default()).unwrap(), []);
    });
}

#[test]
fn n11_what_a_role_and_a_policy_must_be() {
    let test_cloud = TestCloud::new(json!({}));
    let api = &test_cloud.api;
    let refused = |name: Option<&str>, document: Option<&str>| {
        code(api.create_role(&CreateRoleRequest {
            role_name: name.map(str::to_owned),
            assume_role_policy_document: document.map(str::to_owned),
            ..CreateRoleRequest::default()
        }))
    };
    assert_eq!(refused(None, Some("{}")), "MissingParameter");
    assert_eq!(refused(Some("web"), None), "MissingParameter");
    assert_eq!(refused(Some("web role"), Some("{}")), "InvalidParameter");
    assert_eq!(refused(Some(&"w".repeat(65)), Some("{}")), "InvalidParameter");
    assert_eq!(refused(Some("web"), Some("[1]")), "MalformedPolicyDocument");
    assert_eq!(refused(Some("web"), Some("{")), "MalformedPolicyDocument");
    assert_eq!(code(policy(api, "read.objects")), "InvalidParameter", "no dots in the name of a policy");
    assert_eq!(policy(api, "read").unwrap().default_version, "v1");
    assert_eq!(code(policy(api, "read")), "EntityAlreadyExists.Policy");
    let change = |document: Option<&str>| UpdatePolicyRequest {
        policy_name: "read".to_owned(),
        policy_document: document.map(str::to_owned),
        ..UpdatePolicyRequest::default()
    };
    assert_eq!(api.update_policy(&change(None)).unwrap().default_version, "v1");
    assert_eq!(api.update_policy(&change(Some(r#"{"Version":"1"}"#))).unwrap().default_version, "v2");
}

#[test]
fn n11_a_policy_is_given_to_a_role_and_both_stay_while_it_is() {
    let test_cloud = TestCloud::new(json!({}));
    let api = &test_cloud.api;
    role(api, "web").unwrap();
    policy(api, "read").unwrap();
    let attach = |request: &RolePolicy| api.attach_policy_to_role(request);
    assert_eq!(code(attach(&give("none", "read", PolicyType::Custom))), "EntityNotExist.Role");
    assert_eq!(code(attach(&give("web", "none", PolicyType::Custom))), "EntityNotExist.Policy");
    let custom = attach(&give("web", "read", PolicyType::Custom)).unwrap();
    let system = attach(&give("web", "AliyunECSFullAccess", PolicyType::System)).unwrap();
    assert_eq!(code(attach(&custom)), "EntityAlreadyExists.Role.Policy");
    assert_eq!(custom.id(), "role:read:Custom:web");
    let of_web = ListRolePoliciesRequest { role_name: Some("web".to_owned()), ..Default::default() };
    assert_eq!(api.list_policies_for_role(&of_web).unwrap(), vec![custom.clone(), system.clone()]);
    assert_eq!(api.list_policies(&ListPoliciesRequest::default()).unwrap()[0].attachment_count, 1);
    assert_eq!(code(drop_role(api, "web", false)), "DeleteConflict.Role.Policy");
    let drop_policy = |force| api.delete_policy(&DeletePolicyRequest { policy_name: "read".to_owned(), force });
    assert_eq!(code(drop_policy(false)), "DeleteConflict.Role.Policy");
    drop_policy(true).unwrap();
    assert_eq!(code(api.detach_policy_from_role(&custom.id())), "EntityNotExist.Role.Policy");
    assert_eq!(api.list_policies_for_role(&of_web).unwrap(), vec![system]);
    drop_role(api, "web", true).unwrap();
    assert_eq!(api.list_policies_for_role(&ListRolePoliciesRequest::default()).unwrap(), []);
}

#[test]
fn n11_instances_get_a_role_that_ecs_may_take() {
    let test_cloud = TestCloud::new(json!({}));
    let api = &test_cloud.api;
    role(api, "web").unwrap();
    let document = Some(r#"{"Statement":[{"Principal":{"Service":["log.aliyuncs.com"]}}]}"#.to_owned());
    let other = CreateRoleRequest {
        role_name: Some("log".to_owned()),
        assume_role_policy_document: document,
        ..CreateRoleRequest::default()
    };
    api.create_role(&other).unwrap();
    let (one, two, with_role) = (launch(api, None), launch(api, None), launch(api, Some("web")));
    assert_eq!(role_of(api, &with_role).as_deref(), Some("web"));
    assert_eq!(code(attach(api, "none", &[&one])), "InvalidRamRole.NotFound");
    assert_eq!(code(attach(api, "log", &[&one])), "InvalidRamRole.NotEcsRole");
    assert_eq!(code(attach(api, "web", &[])), "MissingParameter");
    assert_eq!(code(attach(api, "web", &[&one, &"i-none".into()])), "InvalidInstanceId.NotFound");
    assert_eq!(role_of(api, &one), None, "all of them or none");
    assert_eq!(code(attach(api, "web", &[&with_role])), "InvalidOperation.RamRoleAttached");
    let attachment = attach(api, "web", &[&one, &two]).unwrap();
    assert_eq!(role_of(api, &one).as_deref(), Some("web"));
    assert_eq!(code(attach(api, "web", &[&two])), "InvalidOperation.RamRoleAttached");
    let change = ModifyInstanceRequest {
        instance_id: Some(one.clone()),
        role_name: Some(Some("log".to_owned())),
        ..ModifyInstanceRequest::default()
    };
    assert_eq!(code(api.modify_instance(&change)), "InvalidOperation.RamRoleAttached");
    drop_role(api, "web", false).unwrap();
    api.delete_instance(&two).unwrap();
    let found = api.describe_instance_ram_role().unwrap();
    assert_eq!((found.len(), &found[0].instance_ids), (1, &[one.clone()].into()));
    assert_eq!(found[0].attachment_id, attachment, "the id keeps those that ended");
    api.detach_instance_ram_role(&attachment).unwrap();
    assert_eq!(role_of(api, &one), None);
    assert_eq!(code(api.detach_instance_ram_role(&attachment)), "InvalidRamRole.NotFound");
    api.modify_instance(&change).unwrap();
    assert_eq!(role_of(api, &one).as_deref(), Some("log"));
}

/// What a role is attached to may end without the call that detaches it, and nothing of the attachment may stay.
#[test]
fn w11_the_role_of_an_instance_ends_with_it() {
    for_each_engine(|engine| {
        let test_cloud = TestCloud::at_location(engine.location(), json!({}));
        let api = &test_cloud.api;
        role(api, "web").unwrap();
        let reservation = test_cloud.run(instances(1, 2));
        let ids: Vec<&InstanceId> = reservation.instances.iter().map(|known| &known.instance_id).collect();
        attach(api, "web", &ids).unwrap();
        api.release_reservation(&reservation.reservation_id).unwrap();
        assert_eq!(api.describe_instance_ram_role().unwrap(), []);
    });
}
