//! Key pairs (W1, W3, W4, R22).

use std::collections::BTreeSet;

use serde_json::json;

use super::test_cloud::{TestCloud, code, group, instances, states};
use crate::base::Time;
use crate::base::openssh::PublicKey;
use crate::cloud::CloudError;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, CreatedKeyPair, GroupType, ImportKeyPairRequest, KeyPair, KeyPairRequest,
    ModifyKeyPairRequest,
};

const MINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv me@home";

fn named(name: &str) -> KeyPairRequest {
    KeyPairRequest { key_pair_name: Some(name.into()), ..KeyPairRequest::default() }
}

fn create(test_cloud: &TestCloud, name: &str) -> CreatedKeyPair {
    test_cloud.api.create_key_pair(&named(name)).unwrap()
}

fn import(test_cloud: &TestCloud, name: &str, public_key: &str) -> Result<KeyPair, CloudError> {
    let request = ImportKeyPairRequest { pair: named(name), public_key_body: public_key.to_owned() };
    test_cloud.api.import_key_pair(&request)
}

fn delete(test_cloud: &TestCloud, name: &str) -> Result<(), CloudError> {
    test_cloud.api.delete_key_pairs(&BTreeSet::from([name.into()]))
}

fn names(test_cloud: &TestCloud) -> Vec<String> {
    let pairs = test_cloud.api.describe_key_pairs(None).unwrap();
    pairs.into_iter().map(|pair| pair.key_pair_name.to_string()).collect()
}

#[test]
fn w3_the_same_calls_make_the_same_pair_and_a_second_one_differs() {
    let pair = |test_cloud: &TestCloud| create(test_cloud, "web");
    let (one, other) = (TestCloud::new(json!({})), TestCloud::new(json!({})));
    let first = pair(&one);
    assert_eq!(first, pair(&other));
    assert_ne!(first.key_pair, pair(&TestCloud::new(json!({ "seed": 7 }))).key_pair);
    assert_eq!(PublicKey::parse(&first.key_pair.public_key).unwrap().fingerprint(), first.key_pair.finger_print);
    create(&one, "keeps-the-world");
    delete(&one, "web").unwrap();
    assert_ne!(pair(&one).key_pair.public_key, first.key_pair.public_key, "a pair that is made again is a new pair");
    assert_eq!(first.key_pair.create_time, Time::START);
}

#[test]
fn names_are_one_per_region_and_those_that_exist_anyway_are_taken() {
    let test_cloud = TestCloud::new(json!({ "key_pairs": [{ "name": "given" }] }));
    create(&test_cloud, "web");
    for taken in ["web", "given", "example-key-name"] {
        assert_eq!(code(test_cloud.api.create_key_pair(&named(taken))), "KeyPair.AlreadyExist");
        assert_eq!(code(import(&test_cloud, taken, MINE)), "KeyPair.AlreadyExist");
    }
    for wrong in ["a", "1web", "http://web", "we b"] {
        assert_eq!(code(test_cloud.api.create_key_pair(&named(wrong))), "InvalidKeyPairName.Malformed", "{wrong}");
    }
    assert_eq!(names(&test_cloud), ["web"]);
}

#[test]
fn w3_a_name_after_a_prefix_is_given_once() {
    let test_cloud = TestCloud::new(json!({}));
    let request = KeyPairRequest { name_prefix: "ci-".to_owned(), ..KeyPairRequest::default() };
    let made =
        |test_cloud: &TestCloud| test_cloud.api.create_key_pair(&request).unwrap().key_pair.key_pair_name.to_string();
    let (first, second) = (made(&test_cloud), made(&test_cloud));
    assert!(first.starts_with("ci-") && first.len() == 23 && first != second, "{first} {second}");
    assert_eq!(made(&TestCloud::new(json!({}))), first);
}

#[test]
fn a_pair_that_is_brought_along_must_be_one() {
    let test_cloud = TestCloud::new(json!({}));
    let pair = import(&test_cloud, "mine", &format!(" {MINE}\n")).unwrap();
    assert_eq!(pair.public_key, MINE);
    assert_eq!(code(import(&test_cloud, "other", "ssh-ed25519 AAAA")), "InvalidPublicKeyBody.Malformed");
}

#[test]
fn r22_instances_see_the_public_half() {
    let test_cloud = TestCloud::new(json!({}));
    let made = create(&test_cloud, "web").key_pair;
    import(&test_cloud, "mine", MINE).unwrap();
    for (name, expected) in [("web", made.public_key.as_str()), ("mine", MINE)] {
        let mut request = instances(1, 1);
        request.images[0].key_name = Some(name.into());
        let reply = test_cloud.run(request);
        let seen = test_cloud.api.describe_instance_metadata(&reply.instances[0].instance_id).unwrap();
        assert_eq!(seen.public_key.as_deref(), Some(expected));
    }
}

/// Time passes for a group whose key pair is gone, and launches nothing.
#[test]
fn g12_nothing_is_launched_with_a_pair_that_is_gone() {
    let test_cloud =
        TestCloud::new(json!({ "stock": [{ "spot": 0 }], "events": [{ "at": "2h", "stock": { "spot": 5 } }] }));
    create(&test_cloud, "web");
    let mut request = CreateAutoProvisioningGroupRequest { group_type: GroupType::Maintain, ..group(0, 1) };
    request.launch_configuration.key_pair_name = Some("web".into());
    let made = test_cloud.create(request);
    delete(&test_cloud, "web").unwrap();
    test_cloud.at("3h");
    assert_eq!(states(&test_cloud.look(&made).instances), "");
    create(&test_cloud, "web");
    test_cloud.at("4h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running");
}

#[test]
fn a_pair_in_use_cannot_be_deleted() {
    let test_cloud = TestCloud::new(json!({}));
    create(&test_cloud, "web");
    let mut request = instances(2, 2);
    request.images[0].key_name = Some("web".into());
    let reservation = test_cloud.run(request);
    let refused = delete(&test_cloud, "web").unwrap_err();
    assert_eq!(refused.code(), Some("InvalidParameter.KeypairAlreadyAttachedInstance"));
    assert!(refused.to_string().contains(&format!("2 of `{}`", reservation.reservation_id)), "{refused}");
    test_cloud.api.release_reservation(&reservation.reservation_id).unwrap();
    delete(&test_cloud, "web").unwrap();
    assert_eq!(code(delete(&test_cloud, "web")), "InvalidKeyPair.NotFound");
}

#[test]
fn w1_a_world_without_its_last_pair_is_a_new_world() {
    let test_cloud = TestCloud::new(json!({}));
    let first = create(&test_cloud, "web");
    delete(&test_cloud, "web").unwrap();
    assert_eq!(create(&test_cloud, "web"), first, "the count of equal requests starts again");
}

#[test]
fn w4_faults_strike_by_operation_and_a_lost_reply_has_done_its_work() {
    let test_cloud = TestCloud::new(json!({ "faults": [
        { "operation": "CreateKeyPair", "error_code": "Throttling" },
        { "operation": "ImportKeyPair", "error_code": "ServiceUnavailable", "after_commit": true },
        { "operation": "DeleteKeyPairs", "error_code": "InternalError" },
        { "operation": "TagResources", "error_code": "OperationConflict" },
    ]}));
    assert_eq!(code(test_cloud.api.create_key_pair(&named("web"))), "Throttling");
    create(&test_cloud, "web");
    assert_eq!(code(import(&test_cloud, "mine", MINE)), "ServiceUnavailable");
    assert_eq!(names(&test_cloud), ["web", "mine"]);
    assert_eq!(code(delete(&test_cloud, "web")), "InternalError");
    let change = ModifyKeyPairRequest {
        key_pair_name: "web".into(),
        resource_group_id: Some(Some("rg-1".to_owned())),
        tags: Some([("a".to_owned(), "b".to_owned())].into()),
        configuration: "new".to_owned(),
    };
    assert_eq!(code(test_cloud.api.modify_key_pair(&change)), "OperationConflict");
    let changed = test_cloud.api.modify_key_pair(&change).unwrap();
    let web = BTreeSet::from(["web".into()]);
    assert_eq!(test_cloud.api.describe_key_pairs(Some(&web)).unwrap(), std::slice::from_ref(&changed));
    assert_eq!((changed.resource_group_id.as_deref(), changed.configuration.as_str()), (Some("rg-1"), "new"));
    delete(&test_cloud, "web").unwrap();
}
