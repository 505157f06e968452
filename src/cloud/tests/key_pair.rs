//! Key pairs (`rules.md` W1, W3, W4, R22).

use std::collections::BTreeSet;

use serde_json::json;

use super::lab::{Lab, code, group, instances, states};
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

fn create(lab: &Lab, name: &str) -> CreatedKeyPair {
    lab.cloud.create_key_pair(&named(name)).unwrap()
}

fn import(lab: &Lab, name: &str, public_key: &str) -> Result<KeyPair, CloudError> {
    let request = ImportKeyPairRequest { pair: named(name), public_key_body: public_key.to_owned() };
    lab.cloud.import_key_pair(&request)
}

fn delete(lab: &Lab, name: &str) -> Result<(), CloudError> {
    lab.cloud.delete_key_pairs(&BTreeSet::from([name.into()]))
}

fn names(lab: &Lab) -> Vec<String> {
    let pairs = lab.cloud.describe_key_pairs(None).unwrap();
    pairs.into_iter().map(|pair| pair.key_pair_name.to_string()).collect()
}

#[test]
fn w3_the_same_calls_make_the_same_pair_and_a_second_one_differs() {
    let pair = |lab: &Lab| create(lab, "web");
    let (one, other) = (Lab::new(json!({})), Lab::new(json!({})));
    let first = pair(&one);
    assert_eq!(first, pair(&other));
    assert_ne!(first.key_pair, pair(&Lab::new(json!({ "seed": 7 }))).key_pair);
    assert_eq!(PublicKey::parse(&first.key_pair.public_key).unwrap().fingerprint(), first.key_pair.finger_print);
    create(&one, "keeps-the-world");
    delete(&one, "web").unwrap();
    assert_ne!(pair(&one).key_pair.public_key, first.key_pair.public_key, "a pair made anew is a new pair");
    assert_eq!(first.key_pair.create_time, Time::START);
}

#[test]
fn names_are_one_per_region_and_those_that_exist_anyway_are_taken() {
    let lab = Lab::new(json!({ "key_pairs": [{ "name": "given" }] }));
    create(&lab, "web");
    for taken in ["web", "given", "example-key-name"] {
        assert_eq!(code(lab.cloud.create_key_pair(&named(taken))), "KeyPair.AlreadyExist");
        assert_eq!(code(import(&lab, taken, MINE)), "KeyPair.AlreadyExist");
    }
    for wrong in ["a", "1web", "http://web", "we b"] {
        assert_eq!(code(lab.cloud.create_key_pair(&named(wrong))), "InvalidKeyPairName.Malformed", "{wrong}");
    }
    assert_eq!(names(&lab), ["web"]);
}

#[test]
fn w3_a_name_after_a_prefix_is_given_once() {
    let lab = Lab::new(json!({}));
    let request = KeyPairRequest { name_prefix: "ci-".to_owned(), ..KeyPairRequest::default() };
    let made = |lab: &Lab| lab.cloud.create_key_pair(&request).unwrap().key_pair.key_pair_name.to_string();
    let (first, second) = (made(&lab), made(&lab));
    assert!(first.starts_with("ci-") && first.len() == 23 && first != second, "{first} {second}");
    assert_eq!(made(&Lab::new(json!({}))), first);
}

#[test]
fn a_pair_that_is_brought_along_must_be_one() {
    let lab = Lab::new(json!({}));
    let pair = import(&lab, "mine", &format!(" {MINE}\n")).unwrap();
    assert_eq!(pair.public_key, MINE);
    assert_eq!(code(import(&lab, "other", "ssh-ed25519 AAAA")), "InvalidPublicKeyBody.Malformed");
}

#[test]
fn r22_instances_see_the_public_half() {
    let lab = Lab::new(json!({}));
    let made = create(&lab, "web").key_pair;
    import(&lab, "mine", MINE).unwrap();
    for (name, expected) in [("web", made.public_key.as_str()), ("mine", MINE)] {
        let mut request = instances(1, 1);
        request.images[0].key_name = Some(name.into());
        let reply = lab.run(request);
        let seen = lab.cloud.describe_instance_metadata(&reply.instances[0].instance_id).unwrap();
        assert_eq!(seen.public_key.as_deref(), Some(expected));
    }
}

/// Time passes for a group whose key pair is gone, and launches nothing.
#[test]
fn g12_nothing_is_launched_with_a_pair_that_is_gone() {
    let lab = Lab::new(json!({ "stock": [{ "spot": 0 }], "events": [{ "at": "2h", "stock": { "spot": 5 } }] }));
    create(&lab, "web");
    let mut request = CreateAutoProvisioningGroupRequest { group_type: GroupType::Maintain, ..group(0, 1) };
    request.launch_configuration.key_pair_name = Some("web".into());
    let made = lab.create(request);
    delete(&lab, "web").unwrap();
    lab.at("3h");
    assert_eq!(states(&lab.look(&made).instances), "");
    create(&lab, "web");
    lab.at("4h");
    assert_eq!(states(&lab.look(&made).instances), "running");
}

#[test]
fn a_pair_in_use_cannot_be_deleted() {
    let lab = Lab::new(json!({}));
    create(&lab, "web");
    let mut request = instances(2, 2);
    request.images[0].key_name = Some("web".into());
    let reservation = lab.run(request);
    let refused = delete(&lab, "web").unwrap_err();
    assert_eq!(refused.code(), Some("InvalidParameter.KeypairAlreadyAttachedInstance"));
    assert!(refused.to_string().contains(&format!("2 of `{}`", reservation.reservation_id)), "{refused}");
    lab.cloud.release_reservation(&reservation.reservation_id).unwrap();
    delete(&lab, "web").unwrap();
    assert_eq!(code(delete(&lab, "web")), "InvalidKeyPair.NotFound");
}

#[test]
fn w1_a_world_without_its_last_pair_is_a_new_world() {
    let lab = Lab::new(json!({}));
    let first = create(&lab, "web");
    delete(&lab, "web").unwrap();
    assert_eq!(create(&lab, "web"), first, "the count of equal requests starts again");
}

#[test]
fn w4_faults_strike_by_operation_and_a_lost_reply_has_done_its_work() {
    let lab = Lab::new(json!({ "faults": [
        { "operation": "CreateKeyPair", "error_code": "Throttling" },
        { "operation": "ImportKeyPair", "error_code": "ServiceUnavailable", "after_commit": true },
        { "operation": "DeleteKeyPairs", "error_code": "InternalError" },
        { "operation": "TagResources", "error_code": "OperationConflict" },
    ]}));
    assert_eq!(code(lab.cloud.create_key_pair(&named("web"))), "Throttling");
    create(&lab, "web");
    assert_eq!(code(import(&lab, "mine", MINE)), "ServiceUnavailable");
    assert_eq!(names(&lab), ["web", "mine"]);
    assert_eq!(code(delete(&lab, "web")), "InternalError");
    let change = ModifyKeyPairRequest {
        key_pair_name: "web".into(),
        resource_group_id: Some(Some("rg-1".to_owned())),
        tags: Some([("a".to_owned(), "b".to_owned())].into()),
        configuration: "new".to_owned(),
    };
    assert_eq!(code(lab.cloud.modify_key_pair(&change)), "OperationConflict");
    let changed = lab.cloud.modify_key_pair(&change).unwrap();
    let web = BTreeSet::from(["web".into()]);
    assert_eq!(lab.cloud.describe_key_pairs(Some(&web)).unwrap(), std::slice::from_ref(&changed));
    assert_eq!((changed.resource_group_id.as_deref(), changed.configuration.as_str()), (Some("rg-1"), "new"));
    delete(&lab, "web").unwrap();
}
