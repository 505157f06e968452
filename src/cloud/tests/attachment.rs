//! What becomes of what is attached to an instance that ends: W11.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, group, instances};
use crate::base::InstanceId;
use crate::cloud::model::{CreateDiskRequest, DiskAttachment, InstanceSelection};
use crate::cloud::world::DiskDocument;

/// Attaches two disks, of which the second is deleted with its instance.
fn attach(test_cloud: &TestCloud, instance_id: &InstanceId) {
    let attached = test_cloud.api.write(None, |world| {
        for (place, delete_with_instance) in [false, true].into_iter().enumerate() {
            let document = DiskDocument {
                request: CreateDiskRequest { delete_with_instance, ..CreateDiskRequest::default() },
                attachment: Some(DiskAttachment {
                    instance_id: instance_id.clone(),
                    device: format!("/dev/xvd{place}"),
                    attach_time: world.now,
                    delete_with_instance: None,
                    configuration: String::new(),
                }),
                create_time: world.now,
            };
            world.save_resource(&format!("d-{place}-{instance_id}"), &document)?;
        }
        Ok(())
    });
    attached.unwrap();
}

/// How many disks there are, and how many of them are attached.
fn disks(test_cloud: &TestCloud) -> (usize, usize) {
    let counted = test_cloud.api.read(None, |world| {
        let disks = world.resources::<DiskDocument>()?;
        let (attached, detached): (Vec<_>, Vec<_>) = disks.iter().partition(|disk| disk.document.attachment.is_some());
        assert!(detached.iter().all(|disk| !disk.document.request.delete_with_instance));
        Ok((disks.len(), attached.len()))
    });
    counted.unwrap()
}

fn in_each_engine(scenario: &Value, test: impl Fn(&TestCloud)) {
    for_each_engine(|engine| test(&TestCloud::at_location(engine.location(), scenario.clone())));
}

#[test]
fn w11_disks_of_released_and_of_reclaimed_instances_are_detached_or_deleted() {
    in_each_engine(&json!({}), |test_cloud| {
        let reservation = test_cloud.run(instances(1, 2));
        let ids: Vec<InstanceId> = reservation.instances.iter().map(|known| known.instance_id.clone()).collect();
        for id in &ids {
            attach(test_cloud, id);
        }
        let spot = test_cloud.create(group(0, 1)).instances.remove(0).instance_id;
        attach(test_cloud, &spot);
        assert_eq!(disks(test_cloud), (6, 6));
        test_cloud.api.delete_instances(&BTreeSet::from([ids[0].clone()])).unwrap();
        assert_eq!(disks(test_cloud), (5, 4), "a released instance");
        test_cloud.api.reclaim_spot(&InstanceSelection::default()).unwrap();
        assert_eq!(disks(test_cloud), (4, 2), "a reclaimed instance");
        test_cloud.api.release_reservation(&reservation.reservation_id).unwrap();
        assert_eq!(disks(test_cloud), (3, 0), "a terminated reservation");
    });
}

#[test]
fn w11_an_event_and_an_expiry_detach_too() {
    let scenario = json!({ "events": [{ "at": "2h", "terminate_instances": { "count": 1 } }] });
    in_each_engine(&scenario, |test_cloud| {
        let mut expiring = group(1, 0);
        expiring.valid_until = Some(crate::base::Time::parse_clock("5h").unwrap());
        expiring.terminate_instances_with_expiration = true;
        let first = test_cloud.create(expiring).instances.remove(0).instance_id;
        test_cloud.at("1h");
        let second = test_cloud.run(instances(1, 1)).instances.remove(0).instance_id;
        attach(test_cloud, &first);
        attach(test_cloud, &second);
        test_cloud.at("3h");
        assert_eq!(disks(test_cloud), (3, 2), "the event takes the younger one");
        test_cloud.at("6h");
        assert_eq!(disks(test_cloud), (2, 0), "the group expires");
    });
}

/// Many at once, more than one query asks for.
#[test]
fn w11_hundreds_of_instances_end_at_once() {
    in_each_engine(&json!({ "stock": [{ "pay_as_you_go": 500 }] }), |test_cloud| {
        let created = test_cloud.create(group(250, 0));
        let ids: Vec<&InstanceId> = created.instances.iter().map(|known| &known.instance_id).collect();
        for id in ids.iter().step_by(2) {
            attach(test_cloud, id);
        }
        assert_eq!((ids.len(), disks(test_cloud)), (250, (250, 250)));
        test_cloud.delete(&created);
        assert_eq!(disks(test_cloud), (125, 0));
    });
}
