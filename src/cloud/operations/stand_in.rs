//! Stand-ins: made, changed, found and deleted like other objects, without a simulation behind them (W12).

use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{MakeContent, StandIn, StandInContext};
use crate::cloud::world::{StandInDocument, Stored, World, fingerprint};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Makes a stand-in. `request` stands for what was asked: equal requests make objects that differ only in their
    /// number among equal ones (W3).
    pub fn create_stand_in(&self, type_name: &str, request: &str, make: &MakeContent) -> Result<StandIn> {
        self.write_stand_in(type_name, |world| {
            let (context, id_series) = world.new_stand_in(type_name, &fingerprint(request))?;
            let key = format!("{type_name}/{}", context.id_part(&["key"]));
            let mut document = StandInDocument {
                type_name: type_name.to_owned(),
                id: String::new(),
                name: None,
                document: String::new(),
                create_time: context.create_time,
                id_series,
            };
            document.set_content(make(&context));
            world.save_resource(&key, &document)?;
            Ok(document.describe(key))
        })
    }

    /// `None`: there is no such object of the type.
    pub fn describe_stand_in(&self, type_name: &str, key: &str) -> Result<Option<StandIn>> {
        self.read(None, |world| Ok(find(world, type_name, key)?.map(|stored| stored.document.describe(stored.id))))
    }

    /// The objects of a type that have this id or, if none has, this name; by creation.
    pub fn find_stand_ins(&self, type_name: &str, id_or_name: &str) -> Result<Vec<StandIn>> {
        self.read(None, |world| {
            let all = world.resources_in::<StandInDocument>(type_name)?;
            let having = |is: &dyn Fn(&StandInDocument) -> bool| -> Vec<StandIn> {
                let found = all.iter().filter(|stored| is(&stored.document)).cloned();
                found.map(|stored| stored.document.describe(stored.id)).collect()
            };
            let by_id = having(&|document| document.id == id_or_name);
            Ok(if by_id.is_empty() { having(&|document| document.name.as_deref() == Some(id_or_name)) } else { by_id })
        })
    }

    /// Changes a stand-in in place. `None`: there is no such object of the type.
    pub fn modify_stand_in(&self, type_name: &str, key: &str, make: &MakeContent) -> Result<Option<StandIn>> {
        self.write_stand_in(type_name, |world| {
            let Some(Stored { id, mut document }) = find(world, type_name, key)? else { return Ok(None) };
            document.set_content(make(&document.context(world)));
            world.save_resource(&id, &document)?;
            Ok(Some(document.describe(id)))
        })
    }

    /// Deletes a stand-in, if there is one.
    pub fn delete_stand_in(&self, type_name: &str, key: &str) -> Result<()> {
        self.write_stand_in(type_name, |world| match find(world, type_name, key)? {
            Some(stored) => world.remove_resource(&stored.id),
            None => Ok(()),
        })
    }

    /// The context from which a data source of the type derives its values; nothing is stored.
    pub fn look_up_stand_in(&self, type_name: &str, request: &str) -> Result<StandInContext> {
        self.read(None, |world| Ok(world.context_of_look_up(type_name, request)))
    }
}

fn find(world: &mut World, type_name: &str, key: &str) -> Result<Option<Stored<StandInDocument>>> {
    Ok(world.resource::<StandInDocument>(key)?.filter(|stored| stored.document.type_name == type_name))
}
