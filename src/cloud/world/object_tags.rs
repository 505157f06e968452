//! The tags of an object, whatever its kind.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Result, WorldTx, read_document};
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{Tags, WorldObject};

/// Where the documents of resources have their tags.
const PLACES: [&str; 3] = ["/tags", "/request/tags", "/template_tags"];

/// Where the document of a stand-in, which is a text of its own, has them.
const STAND_IN_PLACE: &str = "/state/tags";

impl WorldTx<'_> {
    /// The tags that an object carries, of a fleet those of its instances with its own, by the launch that gave them.
    pub(crate) fn tags_of_object(&mut self, object: &WorldObject) -> Result<BTreeSet<Tags>> {
        if object.is_fleet {
            return Ok(self.tags_of_fleet(&object.key)?.into_tags().collect());
        }
        let rows =
            self.tx.query("SELECT document FROM resources WHERE resource_id = $1", &[object.key.as_str().into()])?;
        Ok(rows.iter().map(|row| tags_in(&read_document(row.text(0)))).into_set())
    }
}

fn tags_in(document: &Value) -> Tags {
    let text = document.get("document").and_then(Value::as_str);
    let stand_in = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let own = PLACES.iter().filter_map(|place| document.pointer(place));
    let members = own.chain(stand_in.as_ref().and_then(|state| state.pointer(STAND_IN_PLACE)));
    let members = members.filter_map(Value::as_object).flatten();
    members.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).into_map()
}
