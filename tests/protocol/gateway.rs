//! Resources of a gateway that need each other without one naming the other: a CLI makes and deletes them in any order.

use std::time::Duration;

use simcloud::tf::Value;

use crate::client::Stored;
use crate::fixtures::TestWorld;

const ASSOCIATION: &str = "simcloud_eip_association";
const ENTRY: &str = "simcloud_snat_entry";

/// Long enough for the other call to have begun.
const A_WHILE: Duration = Duration::from_millis(300);

fn with(config: &Value, name: &str, value: Value) -> Value {
    let mut changed = config.clone();
    changed.set(name, value);
    changed
}

#[tokio::test]
async fn an_snat_entry_and_the_association_of_its_address_wait_for_each_other() {
    let world = TestWorld::new().await;
    let (mut one, mut other) = (world.client().await, world.client().await);
    let association = world.config(ASSOCIATION, "next");
    let (eips, _) = one.list("simcloud_eip_address", Value::object::<&str, Value>([]), true, 0).await;
    let free = eips.iter().find(|eip| eip.identity.get("id") == association.get("allocation_id")).unwrap();
    let address = free.state.as_ref().unwrap().get("ip_address").clone();
    let entry = with(&world.config(ENTRY, "next"), "snat_ip", address);

    let nothing = Stored::nothing();
    let (entry, association) = tokio::join!(one.change(ENTRY, &nothing, &entry), async {
        tokio::time::sleep(A_WHILE).await;
        other.change(ASSOCIATION, &nothing, &association).await
    });
    assert_eq!((entry.diagnostics.as_slice(), association.diagnostics.as_slice()), (&[][..], &[][..]));

    let (gone, released) = tokio::join!(other.change(ASSOCIATION, &association, &Value::Null), async {
        tokio::time::sleep(A_WHILE).await;
        one.change(ENTRY, &entry, &Value::Null).await
    });
    assert_eq!((gone.diagnostics.as_slice(), released.diagnostics.as_slice()), (&[][..], &[][..]));
}

/// An entry whose address is associated with another gateway is refused at once.
#[tokio::test]
async fn an_address_of_nothing_is_refused_at_its_argument() {
    let world = TestWorld::new().await;
    let entry = with(&world.config(ENTRY, "next"), "snat_ip", "244.0.0.1".into());
    let refused = world.client().await.change(ENTRY, &Stored::nothing(), &entry).await;
    let [error] = refused.diagnostics.as_slice() else { panic!("{:?}", refused.diagnostics) };
    assert_eq!((error.summary.as_str(), error.path.as_str()), ("InvalidSnatIp.NotFound", "snat_ip"));
}

/// The address is free when its instance ends, and a plan makes the association again.
#[tokio::test]
async fn an_association_is_gone_with_its_instance() {
    const RESERVATION: &str = "simcloud_run_instances";
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let nothing = Stored::nothing();
    let reservation = client.change(RESERVATION, &nothing, &world.config(RESERVATION, "next")).await;
    let instance = reservation.state.get("instances").element(0).get("instance_id").clone();
    let config = with(&world.config(ASSOCIATION, "next"), "instance_id", instance);
    let made = client.change(ASSOCIATION, &nothing, &config).await;
    assert_eq!(made.diagnostics, []);
    assert_eq!(made.state.get("instance_type").as_str(), Some("EcsInstance"));
    assert_eq!(client.read(ASSOCIATION, &made).await.state, made.state);

    let released = client.change(RESERVATION, &reservation, &Value::Null).await;
    assert!(released.state.is_null(), "{:?}", released.diagnostics);
    assert!(client.read(ASSOCIATION, &made).await.state.is_null());
    let deleted = client.change(ASSOCIATION, &made, &Value::Null).await;
    assert_eq!((&deleted.state, deleted.diagnostics.as_slice()), (&Value::Null, &[][..]), "it counts as deleted");
}
