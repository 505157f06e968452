//! List resources: one implementation for every kind of object that can be listed.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;

use super::check::text;
use super::configured::Configured;
use super::context::ProviderContext;
use super::object_resource::{self, CloudObject};
use super::{data_source, identity};
use crate::base::nearest::{did_you_mean_sentence, nearest_similar};
use crate::base::{ApiEnum, RegionId};
use crate::catalogue;
use crate::tf::list::{FoundObject, FoundObjects, ListRequest};
use crate::tf::{Attribute, Diagnostics, ListResource, Path, Schema, Type, Value};

/// What a list has to know of the managed resource.
pub(crate) trait ListedResource: Debug + Send + Sync + 'static {
    /// What the cloud returns of an object.
    type Object: Send + 'static;

    fn resource_schema() -> Schema;

    fn id(object: &Self::Object) -> String;

    /// What a read after an import returns. The schema is that of the managed resource.
    fn state(schema: &Schema, object: &Self::Object) -> Value;
}

impl<O: CloudObject> ListedResource for O {
    type Object = <O as CloudObject>::Object;

    fn resource_schema() -> Schema {
        O::schema()
    }

    fn id(object: &Self::Object) -> String {
        <O as CloudObject>::id(object)
    }

    fn state(schema: &Schema, object: &Self::Object) -> Value {
        object_resource::state_of::<O>(schema, object, &Value::Null)
    }
}

/// A kind of object that can be listed.
#[async_trait]
pub(crate) trait ListedObject: ListedResource {
    /// What is listed, and in which order.
    const DESCRIPTION: &'static str;

    /// The arguments of the block `config` besides `region`.
    fn filters() -> Vec<Attribute>;

    /// The objects that a configuration selects, in order; `None` after an error, which is reported.
    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Self::Object>>;

    /// What a person calls the object; empty if it has no name.
    fn name(object: &Self::Object) -> String;
}

/// The list resource of one kind of object.
#[derive(Debug)]
pub(crate) struct ObjectList<O> {
    context: Arc<ProviderContext>,
    kind: PhantomData<O>,
}

impl<O: ListedObject> ObjectList<O> {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context), kind: PhantomData }
    }
}

#[async_trait]
impl<O: ListedObject> ListResource for ObjectList<O> {
    fn schema(&self) -> Schema {
        let region = Attribute::string("region").optional().description("Region to look in. Default: the provider's.");
        Schema::new(O::DESCRIPTION).attributes([region]).attributes(O::filters())
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        known_region(config, diagnostics);
        data_source::regex(config, "name_regex", diagnostics);
    }

    async fn list(&self, request: &ListRequest, diagnostics: &mut Diagnostics) -> FoundObjects {
        let nothing = || Box::new(std::iter::empty());
        let Some(configured) = data_source::configured(&self.context, diagnostics) else { return nothing() };
        let configured = match known_region(&request.config, diagnostics) {
            Some(region) => Arc::new(configured.in_region(region)),
            None => configured,
        };
        if diagnostics.has_errors() {
            return nothing();
        }
        let Some(objects) = O::find(&request.config, &configured, diagnostics).await else { return nothing() };
        let (schema, include_state) = (O::resource_schema(), request.include_state);
        Box::new(objects.into_iter().map(move |object| {
            let (id, name) = (O::id(&object), O::name(&object));
            FoundObject {
                identity: identity::of(&id, &configured.region),
                state: include_state.then(|| O::state(&schema, &object)),
                display_name: if name.is_empty() { id } else { name },
            }
        }))
    }
}

/// The region that a configuration names; an unknown one is an error at the argument.
fn known_region(config: &Value, diagnostics: &mut Diagnostics) -> Option<RegionId> {
    let given = text(config, "region")?;
    if let Some(region) = catalogue::region(given) {
        return Some(RegionId::from(region.id));
    }
    let hint = did_you_mean_sentence(nearest_similar(given, catalogue::regions().iter().map(|region| region.id)));
    diagnostics.error_at(Path::root("region"), "Unknown Region", format!("There is no region {given:?}.{hint}"));
    None
}

/// The filter `ids`; `things` is the noun for several objects.
pub(crate) fn ids(things: &str) -> Attribute {
    let text = format!("Only these {things}; ids that do not exist are left out.");
    Attribute::list("ids", Type::String).optional().description(text)
}

/// A filter by a text.
pub(crate) fn filter(name: &'static str, description: &'static str) -> Attribute {
    Attribute::string(name).optional().description(description)
}

/// A filter by one of an enumeration's names, whatever its default is as an argument.
pub(crate) fn choice<E: ApiEnum>(name: &'static str, description: &'static str) -> Attribute {
    filter(name, description).one_of_names::<E>()
}

/// The filter by tags, under their name in the resource; `things` is the noun for several objects.
pub(crate) fn tags(name: &'static str, things: &str) -> Attribute {
    Attribute::map(name, Type::String).optional().description(format!("Only {things} that carry all of these tags."))
}
