//! Everything that the provider offers by name, each with its schema. Built on first use.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::dynamic::{self, TypedSchema};
use crate::base::collect::IntoOrdered;
use crate::plugin::proto::tfplugin6::ResourceIdentityData;
use crate::tf::provider::Signature;
use crate::tf::schema::IdentitySchema;
use crate::tf::{
    Action, DataSource, Diagnostics, EphemeralResource, Function, ListResource, Provider, Resource, Type,
    TypesOnDemand, Value, ValueError,
};

pub(super) struct Registry {
    pub(super) provider: Arc<dyn Provider>,
    typed_schema: OnceLock<TypedSchema>,
    resources: OnceLock<BTreeMap<String, Arc<ResourceEntry>>>,
    data_sources: OnceLock<BTreeMap<String, Arc<DataSourceEntry>>>,
    on_demand: Option<OnDemand>,
    ephemeral_resources: OnceLock<BTreeMap<String, EphemeralEntry>>,
    list_resources: OnceLock<BTreeMap<String, ListResourceEntry>>,
    functions: OnceLock<BTreeMap<String, FunctionEntry>>,
    actions: OnceLock<BTreeMap<String, ActionEntry>>,
}

/// Types that are built when a call names one of them.
struct OnDemand {
    types: Arc<dyn TypesOnDemand>,
    resources: Mutex<BTreeMap<String, Arc<ResourceEntry>>>,
    data_sources: Mutex<BTreeMap<String, Arc<DataSourceEntry>>>,
}

pub(super) struct ResourceEntry {
    pub(super) resource: Arc<dyn Resource>,
    typed_schema: OnceLock<TypedSchema>,
    identity: OnceLock<Option<Identity>>,
}

pub(super) struct DataSourceEntry {
    pub(super) data_source: Arc<dyn DataSource>,
    typed_schema: OnceLock<TypedSchema>,
}

pub(super) struct EphemeralEntry {
    pub(super) ephemeral: Arc<dyn EphemeralResource>,
    typed_schema: OnceLock<TypedSchema>,
}

pub(super) struct ListResourceEntry {
    pub(super) list_resource: Arc<dyn ListResource>,
    typed_schema: OnceLock<TypedSchema>,
}

pub(super) struct FunctionEntry {
    pub(super) function: Arc<dyn Function>,
    signature: OnceLock<Signature>,
}

pub(super) struct ActionEntry {
    pub(super) action: Arc<dyn Action>,
    typed_schema: OnceLock<TypedSchema>,
}

pub(super) struct Identity {
    pub(super) schema: IdentitySchema,
    pub(super) value_type: Type,
}

impl Registry {
    pub(super) fn new(provider: Arc<dyn Provider>) -> Self {
        let on_demand = |types| OnDemand {
            types,
            resources: Mutex::new(BTreeMap::new()),
            data_sources: Mutex::new(BTreeMap::new()),
        };
        Self {
            on_demand: provider.types_on_demand().map(on_demand),
            provider,
            typed_schema: OnceLock::new(),
            resources: OnceLock::new(),
            data_sources: OnceLock::new(),
            ephemeral_resources: OnceLock::new(),
            list_resources: OnceLock::new(),
            functions: OnceLock::new(),
            actions: OnceLock::new(),
        }
    }

    /// The schema of the provider block.
    pub(super) fn typed_schema(&self) -> &TypedSchema {
        self.typed_schema.get_or_init(|| TypedSchema::new(self.provider.schema()))
    }

    /// Those that the provider names itself.
    pub(super) fn resources(&self) -> &BTreeMap<String, Arc<ResourceEntry>> {
        self.resources.get_or_init(|| {
            let entry = |(name, resource)| (name, Arc::new(ResourceEntry::new(resource)));
            self.provider.resources().into_iter().map(entry).collect()
        })
    }

    /// Those that the provider names itself.
    pub(super) fn data_sources(&self) -> &BTreeMap<String, Arc<DataSourceEntry>> {
        self.data_sources.get_or_init(|| {
            let entry = |(name, data_source)| (name, Arc::new(DataSourceEntry::new(data_source)));
            self.provider.data_sources().into_iter().map(entry).collect()
        })
    }

    /// Types whose schemas are read when a call needs them.
    pub(super) fn types_on_demand(&self) -> Option<&Arc<dyn TypesOnDemand>> {
        self.on_demand.as_ref().map(|on_demand| &on_demand.types)
    }

    pub(super) fn ephemeral_resources(&self) -> &BTreeMap<String, EphemeralEntry> {
        self.ephemeral_resources.get_or_init(|| {
            let entry = |ephemeral| EphemeralEntry { ephemeral, typed_schema: OnceLock::new() };
            self.provider.ephemeral_resources().into_iter().map(|(name, resource)| (name, entry(resource))).into_map()
        })
    }

    pub(super) fn list_resources(&self) -> &BTreeMap<String, ListResourceEntry> {
        self.list_resources.get_or_init(|| {
            let entry = |list_resource| ListResourceEntry { list_resource, typed_schema: OnceLock::new() };
            self.provider.list_resources().into_iter().map(|(name, list)| (name, entry(list))).into_map()
        })
    }

    pub(super) fn functions(&self) -> &BTreeMap<String, FunctionEntry> {
        self.functions.get_or_init(|| {
            let entry = |function| FunctionEntry { function, signature: OnceLock::new() };
            self.provider.functions().into_iter().map(|(name, function)| (name, entry(function))).into_map()
        })
    }

    pub(super) fn actions(&self) -> &BTreeMap<String, ActionEntry> {
        self.actions.get_or_init(|| {
            let entry = |action| ActionEntry { action, typed_schema: OnceLock::new() };
            self.provider.actions().into_iter().map(|(name, action)| (name, entry(action))).into_map()
        })
    }

    pub(super) fn resource(&self, name: &str) -> Result<Arc<ResourceEntry>, Diagnostics> {
        if let Some(entry) = self.resources().get(name) {
            return Ok(Arc::clone(entry));
        }
        let Some(OnDemand { types, resources, .. }) = &self.on_demand else {
            return Err(unknown_type("resource type", name));
        };
        let build = || types.resource(name).map(|found| found.map(ResourceEntry::new));
        found_or_built(resources, name, build)?.ok_or_else(|| unknown_type("resource type", name))
    }

    pub(super) fn data_source(&self, name: &str) -> Result<Arc<DataSourceEntry>, Diagnostics> {
        if let Some(entry) = self.data_sources().get(name) {
            return Ok(Arc::clone(entry));
        }
        let Some(OnDemand { types, data_sources, .. }) = &self.on_demand else {
            return Err(unknown_type("data source", name));
        };
        let build = || types.data_source(name).map(|found| found.map(DataSourceEntry::new));
        found_or_built(data_sources, name, build)?.ok_or_else(|| unknown_type("data source", name))
    }

    pub(super) fn ephemeral_resource(&self, name: &str) -> Result<&EphemeralEntry, Diagnostics> {
        self.ephemeral_resources().get(name).ok_or_else(|| unknown_type("ephemeral resource", name))
    }

    pub(super) fn list_resource(&self, name: &str) -> Result<&ListResourceEntry, Diagnostics> {
        self.list_resources().get(name).ok_or_else(|| unknown_type("list resource", name))
    }

    pub(super) fn function(&self, name: &str) -> Result<&FunctionEntry, Diagnostics> {
        self.functions().get(name).ok_or_else(|| unknown_type("function", name))
    }

    pub(super) fn action(&self, name: &str) -> Result<&ActionEntry, Diagnostics> {
        self.actions().get(name).ok_or_else(|| unknown_type("action", name))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}

impl ResourceEntry {
    fn new(resource: Arc<dyn Resource>) -> Self {
        Self { resource, typed_schema: OnceLock::new(), identity: OnceLock::new() }
    }

    pub(super) fn typed_schema(&self) -> &TypedSchema {
        self.typed_schema.get_or_init(|| TypedSchema::new(self.resource.schema()))
    }

    pub(super) fn identity(&self) -> Option<&Identity> {
        let build = |schema: IdentitySchema| Identity { value_type: schema.value_type(), schema };
        self.identity.get_or_init(|| self.resource.identity_schema().map(build)).as_ref()
    }

    /// Decodes an identity; `None` for a resource without identity schema.
    pub(super) fn decode_identity(&self, data: Option<&ResourceIdentityData>) -> Result<Option<Value>, Diagnostics> {
        let (Some(identity), Some(data)) = (self.identity(), data) else { return Ok(None) };
        let value = dynamic::decode(data.identity_data.as_ref(), &identity.value_type)?;
        Ok(Some(value).filter(|value| !value.is_null()))
    }

    /// Encodes the identity in a plan, which may be unknown.
    pub(super) fn encode_planned_identity(
        &self,
        value: Option<Value>,
        diagnostics: &mut Diagnostics,
    ) -> Option<ResourceIdentityData> {
        // The CLI crashes on an identity for a type without identity schema.
        let (value, identity) = (value?, self.identity()?);
        let identity_data = dynamic::encode(&value, &identity.value_type, diagnostics)?;
        Some(ResourceIdentityData { identity_data: Some(identity_data) })
    }

    /// Encodes the identity of an existing object. If the resource did not set it, it is made of the state's attributes
    /// of the same names; what an import does not need may be null.
    pub(super) fn encode_identity(
        &self,
        value: Option<Value>,
        state: &Value,
        diagnostics: &mut Diagnostics,
    ) -> Option<ResourceIdentityData> {
        let value = value.filter(Value::is_wholly_known).or_else(|| self.identity_from_state(state));
        self.encode_planned_identity(value, diagnostics)
    }

    /// The identity to plan: an object's identity never changes, and a new object does not have one yet. (When an
    /// object is replaced, Terraform plans the creation with the identity of the old one.)
    pub(super) fn planned_identity(&self, prior_state: &Value, prior_identity: Option<Value>) -> Option<Value> {
        if prior_state.is_null() { None } else { prior_identity.or_else(|| self.identity_from_state(prior_state)) }
    }

    fn identity_from_state(&self, state: &Value) -> Option<Value> {
        let attributes = self.identity()?.schema.attributes.iter();
        let is_set = |name| state.get(name).is_known() && state.get(name).is_wholly_known();
        let complete = attributes.clone().all(|attribute| !attribute.required_for_import || is_set(attribute.name));
        complete.then(|| Value::object(attributes.map(|attribute| (attribute.name, state.get(attribute.name).clone()))))
    }
}

impl DataSourceEntry {
    fn new(data_source: Arc<dyn DataSource>) -> Self {
        Self { data_source, typed_schema: OnceLock::new() }
    }

    pub(super) fn typed_schema(&self) -> &TypedSchema {
        self.typed_schema.get_or_init(|| TypedSchema::new(self.data_source.schema()))
    }
}

impl EphemeralEntry {
    pub(super) fn typed_schema(&self) -> &TypedSchema {
        self.typed_schema.get_or_init(|| TypedSchema::new(self.ephemeral.schema()))
    }
}

impl ActionEntry {
    pub(super) fn typed_schema(&self) -> &TypedSchema {
        self.typed_schema.get_or_init(|| TypedSchema::new(self.action.schema()))
    }
}

impl ListResourceEntry {
    pub(super) fn typed_schema(&self) -> &TypedSchema {
        self.typed_schema.get_or_init(|| TypedSchema::new(self.list_resource.schema()))
    }
}

impl FunctionEntry {
    pub(super) fn signature(&self) -> &Signature {
        self.signature.get_or_init(|| self.function.signature())
    }
}

/// An entry that an earlier call has built, or a new one; `None` if there is no such type.
fn found_or_built<E>(
    known: &Mutex<BTreeMap<String, Arc<E>>>,
    name: &str,
    build: impl FnOnce() -> Result<Option<E>, String>,
) -> Result<Option<Arc<E>>, Diagnostics> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(entry) = known.get(name) {
        return Ok(Some(Arc::clone(entry)));
    }
    let Some(found) = build().map_err(|problem| unreadable_schemas(&problem))? else { return Ok(None) };
    let entry = Arc::new(found);
    known.insert(name.to_owned(), Arc::clone(&entry));
    Ok(Some(entry))
}

/// The schemas of types on demand cannot be read.
pub(super) fn unreadable_schemas(problem: &str) -> Diagnostics {
    dynamic::error_diagnostics("Schemas Not Usable", ValueError::new(problem))
}

/// Characters of an unknown name that a message may have, before it is shortened for display.
const MAX_UNKNOWN_NAME_LENGTH: usize = 300;

fn unknown_type(kind: &str, name: &str) -> Diagnostics {
    let name: String = name.chars().take(MAX_UNKNOWN_NAME_LENGTH).collect();
    dynamic::error_diagnostics("Unknown Type", ValueError::new(format!("this provider has no {kind} `{name}`")))
}
