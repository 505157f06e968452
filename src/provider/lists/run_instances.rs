//! Lists the reservations of `RunInstances`.

use async_trait::async_trait;

use crate::base::wording::counted;
use crate::cloud::model::{DescribeReservationsRequest, Reservation};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, ListedResource, filter};
use crate::provider::resources::run_instances::{self as resource, RunInstancesResource};
use crate::tf::{Attribute, Diagnostics, Schema, Value};

impl ListedResource for RunInstancesResource {
    type Object = Reservation;

    fn resource_schema() -> Schema {
        resource::schema::schema()
    }

    fn id(reservation: &Reservation) -> String {
        reservation.reservation_id.as_str().to_owned()
    }

    fn state(schema: &Schema, reservation: &Reservation) -> Value {
        resource::state_of(schema, reservation, &Value::Null)
    }
}

#[async_trait]
impl ListedObject for RunInstancesResource {
    const DESCRIPTION: &'static str = "Finds the reservations of a region, by creation. A reservation has no name: it is shown \
         as its tag `Name`, or as what it launched.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("reservations"),
            filter("name_regex", "Only reservations whose tag `Name` matches."),
            filter("instance_type", "Only reservations of this instance type."),
            filter("zone_id", "Only reservations in this zone."),
            filter("vswitch_id", "Only reservations in this vSwitch."),
            list_resource::tags("tags", "reservations"),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Reservation>> {
        let request = DescribeReservationsRequest {
            reservation_ids: data_source::ids_of(config, "ids"),
            instance_type: text(config, "instance_type").map(Into::into),
            zone_id: text(config, "zone_id").map(Into::into),
            tags: check::tags_of(config, "tags"),
        };
        let reservations = configured.cloud.describe_reservations(request).await;
        let mut reservations = data_source::reply("list reservations", configured, reservations, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        reservations.retain(|reservation| {
            regex.as_ref().is_none_or(|regex| regex.is_match(name_tag(reservation)))
                && text(config, "vswitch_id").is_none_or(|id| reservation.vswitch_id.as_str() == id)
        });
        Some(reservations)
    }

    fn name(reservation: &Reservation) -> String {
        let tag = name_tag(reservation);
        if !tag.is_empty() {
            return tag.to_owned();
        }
        let launched = counted(reservation.launched_count, "instance");
        format!("{launched} of {} in {}", reservation.instance_type, reservation.zone_id)
    }
}

fn name_tag(reservation: &Reservation) -> &str {
    reservation.request.tags.get("Name").map_or("", String::as_str)
}
