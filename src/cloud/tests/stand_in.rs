//! Stand-ins: objects that the world keeps without a simulation behind them (W12).

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use serde_json::json;

use super::engine::for_each_engine;
use super::test_cloud::cloud;
use crate::base::Time;
use crate::cloud::SimCloud;
use crate::cloud::model::{DescribeWorldRequest, StandIn, StandInContent, StandInContext};

const ROLE: &str = "alicloud_ram_role";

fn content(name: &str) -> impl Fn(&StandInContext) -> StandInContent + Send + Sync {
    move |facts| StandInContent {
        id: format!("ram-{}", facts.id_part(&["id"])),
        name: Some(name.to_owned()),
        document: format!("{name} of {}", facts.account_id),
    }
}

fn role(cloud: &SimCloud, name: &str) -> StandIn {
    cloud.create_stand_in(ROLE, name, &content(name)).unwrap()
}

#[test]
fn w12_a_stand_in_is_made_found_changed_and_deleted() {
    for_each_engine(|engine| {
        let time = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
        let cloud = cloud("cn-heyuan", engine.location(), &json!({}), &time);
        let [one, twin, other] = ["fleet", "fleet", "other"].map(|name| role(&cloud, name));
        assert_ne!(one.content.id, twin.content.id, "equal requests make two objects");
        assert_eq!(cloud.describe_stand_in(ROLE, &one.key).unwrap(), Some(one.clone()));
        assert_eq!(cloud.describe_stand_in("alicloud_ram_user", &one.key).unwrap(), None);
        assert_eq!(cloud.find_stand_ins(ROLE, &one.content.id).unwrap(), std::slice::from_ref(&one));
        assert_eq!(cloud.find_stand_ins(ROLE, "fleet").unwrap(), [one.clone(), twin.clone()]);

        let changed = cloud.modify_stand_in(ROLE, &one.key, &content("renamed")).unwrap().unwrap();
        assert_eq!((&changed.key, &changed.content.id), (&one.key, &one.content.id), "the facts stay the same");
        let shown = cloud.describe_world(&DescribeWorldRequest::default()).unwrap().resources;
        let shown: Vec<_> =
            shown.iter().map(|shown| (shown.kind.as_str(), shown.id.as_str(), shown.name.as_deref())).collect();
        assert_eq!(shown[0], (ROLE, one.content.id.as_str(), Some("renamed")));
        assert_eq!(shown.len(), 3);

        for made in [&one, &twin, &other] {
            cloud.delete_stand_in(ROLE, &made.key).unwrap();
        }
        assert_eq!(cloud.modify_stand_in(ROLE, &one.key, &content("gone")).unwrap(), None);
        // The world was empty and so is a new one: the same request makes the same object (W1).
        assert_eq!(role(&cloud, "fleet"), one);
    });
}

#[test]
fn w12_a_fault_finds_a_stand_in_by_its_type() {
    for_each_engine(|engine| {
        let time = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
        let scenario = json!({ "faults": [
            { "operation": ROLE, "error_code": "Throttling", "skip": 1 },
            { "operation": ROLE, "error_code": "ServiceUnavailable", "skip": 2, "after_commit": true },
        ] });
        let cloud = cloud("cn-heyuan", engine.location(), &scenario, &time);
        let one = role(&cloud, "one");
        let refused = cloud.delete_stand_in(ROLE, &one.key).unwrap_err();
        assert_eq!(refused.code(), Some("Throttling"));
        assert!(cloud.create_stand_in("alicloud_ram_user", "x", &content("x")).is_ok(), "it is of another type");
        cloud.modify_stand_in(ROLE, &one.key, &content("two")).unwrap();
        let lost = cloud.delete_stand_in(ROLE, &one.key).unwrap_err();
        assert_eq!(lost.code(), Some("ServiceUnavailable"));
        assert_eq!(cloud.describe_stand_in(ROLE, &one.key).unwrap(), None, "the work was done");
    });
}

#[test]
fn w12_what_is_looked_up_stays_the_same_and_is_not_kept() {
    for_each_engine(|engine| {
        let time = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
        let cloud = cloud("cn-heyuan", engine.location(), &json!({}), &time);
        let before = cloud.look_up_stand_in("alicloud_db_zones", "{}").unwrap();
        role(&cloud, "one");
        time.store(Time::START.unix_seconds() + 7_200, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(cloud.look_up_stand_in("alicloud_db_zones", "{}").unwrap(), before);
        assert_ne!(cloud.look_up_stand_in("alicloud_db_zones", "{1}").unwrap().seed, before.seed);
    });
}
