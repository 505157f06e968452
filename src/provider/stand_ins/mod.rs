//! Stand-ins: types that are not simulated. What is configured is kept, what is computed is made up from the seed.

mod arn;
mod data_source;
mod document; // a stand-in as the world keeps it
mod notice;
mod own_name; // of types whose id is their name
mod ready_status;
mod resource;
mod rules; // what a scenario says about them
mod simulated_objects; // what a lookup of simulated objects finds
mod type_names;
mod values; // what is made up

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use self::data_source::StandInDataSource;
use self::resource::StandInResource;
pub(crate) use self::rules::check as check_rules;
use self::simulated_objects::SimulatedObjects;
use super::framework::aliases;
use super::framework::context::ProviderContext;
use crate::base::collect::IntoOrdered;
use crate::tf::schema::AttributeKind;
use crate::tf::{
    Attribute, Block, DataSource, ListResource, Resource, Schema, SchemaKind, SchemaSource, TypesOnDemand,
};

/// The types of a schema file that the provider does not offer itself.
#[derive(Debug)]
pub(crate) struct StandIns {
    context: Arc<ProviderContext>,
    source: Arc<dyn SchemaSource>,
    /// The provider's own types, resources and data sources.
    offered: [BTreeSet<String>; 2],
    /// What data sources list if it is simulated, by their name.
    objects: BTreeMap<String, SimulatedObjects>,
    names: [OnceLock<Result<BTreeSet<String>, String>>; 2],
}

impl StandIns {
    pub(crate) fn new(
        context: &Arc<ProviderContext>,
        source: Arc<dyn SchemaSource>,
        offered: [BTreeSet<String>; 2],
        lists: BTreeMap<String, Arc<dyn ListResource>>,
    ) -> Self {
        let names = [OnceLock::new(), OnceLock::new()];
        let objects = SimulatedObjects::by_data_source(lists);
        Self { context: Arc::clone(context), source, offered, objects, names }
    }

    /// Whether the provider offers the type itself.
    fn is_offered(&self, kind: SchemaKind, name: &str) -> bool {
        self.offered[kind as usize].contains(name)
    }

    fn known_names(&self, kind: SchemaKind) -> Result<&BTreeSet<String>, String> {
        let read = || -> Result<BTreeSet<String>, String> {
            let names = self.source.names(kind)?;
            Ok(names.into_iter().filter(|name| !self.is_offered(kind, name)).into_set())
        };
        self.names[kind as usize].get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// The schema of a stand-in; `None` if no stand-in has the name.
    fn schema(&self, kind: SchemaKind, name: &str) -> Result<Option<Schema>, String> {
        if self.is_offered(kind, name) { Ok(None) } else { self.source.schema(kind, name) }
    }
}

impl TypesOnDemand for StandIns {
    fn names(&self, kind: SchemaKind) -> Result<BTreeSet<String>, String> {
        self.known_names(kind).cloned()
    }

    fn resource(&self, name: &str) -> Result<Option<Arc<dyn Resource>>, String> {
        let Some(mut schema) = self.schema(SchemaKind::Resource, name)? else { return Ok(None) };
        keep_computed(&mut schema.block);
        let resource = StandInResource::new(&self.context, name, schema);
        Ok(Some(aliases::of_type(&self.context, Arc::new(resource))))
    }

    fn data_source(&self, name: &str) -> Result<Option<Arc<dyn DataSource>>, String> {
        let schema = self.schema(SchemaKind::DataSource, name)?;
        let data_source = |schema| -> Arc<dyn DataSource> {
            let objects = self.objects.get(name).cloned();
            Arc::new(StandInDataSource::new(&self.context, name, schema, objects))
        };
        Ok(schema.map(data_source))
    }

    fn encoded_schemas(&self) -> Result<Vec<u8>, String> {
        self.source.encoded(&|kind, name| !self.is_offered(kind, name))
    }
}

/// What a stand-in has computed does not change by itself.
fn keep_computed(block: &mut Block) {
    keep_computed_attributes(&mut block.attributes);
    for nested in &mut block.blocks {
        keep_computed(&mut nested.block);
    }
}

fn keep_computed_attributes(attributes: &mut [Attribute]) {
    for attribute in attributes {
        attribute.use_state_for_unknown = attribute.is_computed();
        if let AttributeKind::Nested(_, inside) = &mut attribute.kind {
            keep_computed_attributes(inside);
        }
    }
}
