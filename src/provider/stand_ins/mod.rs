//! Stand-ins: types that are not simulated. What is configured is kept, what is computed is made up from the seed.

mod data_source;
mod document; // a stand-in as the world keeps it
mod resource;
mod rules; // what a scenario says about them
mod values; // what is made up

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use self::data_source::StandInDataSource;
use self::resource::StandInResource;
pub(crate) use self::rules::check as check_rules;
use super::framework::aliases;
use super::framework::context::ProviderContext;
use crate::tf::schema::AttributeKind;
use crate::tf::{Attribute, Block, DataSource, Diagnostics, Resource, Schema, SchemaKind, SchemaSource, TypesOnDemand};

/// The types of a schema file that the provider does not offer itself.
#[derive(Debug)]
pub(crate) struct StandIns {
    context: Arc<ProviderContext>,
    source: Arc<dyn SchemaSource>,
    /// The provider's own types, resources and data sources.
    offered: [BTreeSet<String>; 2],
    names: [OnceLock<Result<BTreeSet<String>, String>>; 2],
    notice: Arc<Notice>,
}

/// Says once per command and type that it stands in.
#[derive(Debug, Default)]
struct Notice {
    seen: Mutex<BTreeSet<String>>,
}

impl StandIns {
    pub(crate) fn new(
        context: &Arc<ProviderContext>,
        source: Arc<dyn SchemaSource>,
        offered: [BTreeSet<String>; 2],
    ) -> Self {
        let names = [OnceLock::new(), OnceLock::new()];
        Self { context: Arc::clone(context), source, offered, names, notice: Arc::default() }
    }

    /// Whether the provider offers the type itself.
    fn is_offered(&self, kind: SchemaKind, name: &str) -> bool {
        self.offered[kind as usize].contains(name)
    }

    fn known_names(&self, kind: SchemaKind) -> Result<&BTreeSet<String>, String> {
        let read = || -> Result<BTreeSet<String>, String> {
            let names = self.source.names(kind)?;
            Ok(names.into_iter().filter(|name| !self.is_offered(kind, name)).collect())
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
        let resource = StandInResource::new(&self.context, name, schema, &self.notice);
        Ok(Some(aliases::of_type(&self.context, Arc::new(resource))))
    }

    fn data_source(&self, name: &str) -> Result<Option<Arc<dyn DataSource>>, String> {
        let schema = self.schema(SchemaKind::DataSource, name)?;
        let data_source = |schema| -> Arc<dyn DataSource> {
            Arc::new(StandInDataSource::new(&self.context, name, schema, &self.notice))
        };
        Ok(schema.map(data_source))
    }

    fn encoded_schemas(&self) -> Result<Vec<u8>, String> {
        self.source.encoded(&|kind, name| !self.is_offered(kind, name))
    }
}

impl Notice {
    /// Warns while a command validates, before the provider is configured: a plan would warn again when it is applied.
    /// All warnings have one summary, so that the CLI shows one of them and counts the others.
    fn warn(&self, context: &ProviderContext, what: &str, diagnostics: &mut Diagnostics) {
        if context.configured().is_some() {
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.insert(what.to_owned()) {
            return;
        }
        let names: Vec<&str> = seen.iter().map(String::as_str).collect();
        diagnostics.warning(
            "Types That Are Not Simulated",
            format!(
                "Stand-ins: {}. They keep what is configured, and what they compute is made up from the seed: it has the right \
                 type and says nothing about the real service. `scenario.stand_ins` gives better values.",
                names.join(", ")
            ),
        );
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
