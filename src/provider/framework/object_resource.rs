//! Resources that are one object of the cloud: one call each creates, describes, modifies and deletes it.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;

use super::context::ProviderContext;
use super::semantic_equality::{configured_value, suppress_equivalent_replacements};
use super::{diagnostic, document, identity, planned_values};
use crate::cloud::{Cloud, CloudError, Member};
use crate::provider::framework::configured::Configured;
use crate::tf::provider::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse,
};
use crate::tf::schema::{IdentitySchema, Mode};
use crate::tf::{Attribute, Diagnostics, Resource, Schema, Value};

type Reply<T> = Result<T, CloudError>;

/// A kind of object, and how it maps to a resource.
///
/// The world stores the arguments as they were configured ([`document`]). The state consists of them and of what the
/// cloud returns, so that an import is exact.
#[async_trait]
pub(crate) trait CloudObject: Debug + Send + Sync + 'static {
    /// What the cloud returns of it.
    type Object: Send + Sync + 'static;

    /// Its name in the middle of a sentence: `VPC`.
    const NOUN: &'static str;

    /// The service's codes for an object that does not exist. A deletion that gets one of them has succeeded.
    const NOT_FOUND: &'static [&'static str];

    /// Computed attributes that change when other objects use this one. A refresh keeps the value in the state, so that the
    /// plan after an apply is empty; the data source has the current value.
    const NOT_REFRESHED: &'static [&'static str] = &[];

    /// The arguments that have another name here than in the other resources.
    const ATTRIBUTE_NAMES: &'static [(Member, &'static str)] = &[];

    fn schema() -> Schema;

    fn validate(config: &Value, diagnostics: &mut Diagnostics);

    /// Completes the schema's plan of a creation or an update. Without a configured provider it plans what the
    /// configuration alone determines.
    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse);

    /// Adds what a forecast in the cloud finds to the plan of a creation or an update, as far as the arguments are known.
    /// Not called for a plan with errors.
    async fn forecast(
        _context: &ProviderContext,
        _configured: &Configured,
        _request: &PlanRequest,
        _response: &mut PlanResponse,
    ) {
    }

    /// The arguments of a creation or an update: the planned ones and the write-only values, which no plan has.
    fn arguments(_context: &ProviderContext, _configured: &Configured, request: &ApplyRequest) -> Value {
        request.planned_state.clone()
    }

    /// The canonical value of an argument; see [`CanonicalValue`](super::semantic_equality::CanonicalValue).
    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        configured_value(arguments, name)
    }

    /// Creates an object from planned arguments. Values that the cloud chooses are unknown in them.
    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<Self::Object>;

    /// Called after a creation, with the object in the state. Default: [`Self::after_modify`].
    fn after_create(object: &Self::Object, arguments: &Value, diagnostics: &mut Diagnostics) {
        let _ = arguments;
        Self::after_modify(object, diagnostics);
    }

    /// Called after a change, with the object in the state.
    fn after_modify(object: &Self::Object, diagnostics: &mut Diagnostics) {
        let _ = (object, diagnostics);
    }

    /// `None` if no object has the id.
    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<Self::Object>>;

    /// Updates in place every argument that can be, to its planned value. The prior state identifies the object.
    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<Self::Object>;

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()>;

    fn id(object: &Self::Object) -> String;

    /// The arguments as they were configured; empty for an object that the world has from the start.
    fn configuration(object: &Self::Object) -> &str;

    /// Sets the computed attributes, and with [`set_default`] the arguments that the configuration leaves to the cloud,
    /// unless the schema says what the cloud always takes ([`Attribute::unless_set`]).
    fn set_computed(state: &mut Value, object: &Self::Object);
}

/// The resource of one kind of object.
#[derive(Debug)]
pub(crate) struct ObjectResource<O> {
    context: Arc<ProviderContext>,
    kind: PhantomData<O>,
}

impl<O: CloudObject> ObjectResource<O> {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context), kind: PhantomData }
    }
}

#[async_trait]
impl<O: CloudObject> Resource for ObjectResource<O> {
    fn schema(&self) -> Schema {
        O::schema()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(identity::schema("The id."))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        O::validate(config, diagnostics);
    }

    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        if request.destroys {
            return;
        }
        let configured = self.context.configured();
        let configured = configured.as_deref();
        O::plan(configured, request, response);
        let canonical_value = |arguments: &Value, name: &str| O::canonical_value(configured, arguments, name);
        suppress_equivalent_replacements(O::schema, &canonical_value, request, response);
        if let Some(configured) = configured.filter(|_| !response.diagnostics.has_errors()) {
            O::forecast(&self.context, configured, request, response).await;
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let configuration = document::write(&O::schema(), &request.planned_state);
        let arguments = O::arguments(&self.context, &configured, request);
        match O::create(&configured.cloud, &arguments, configuration).await {
            Ok(object) => {
                set_state::<O>(request, &object, &configured, response);
                O::after_create(&object, &request.planned_state, &mut response.diagnostics);
            }
            Err(error) => report_refusal::<O>("create", request, &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        let (Some(configured), Some(id)) = (self.context.configured(), request.state.get("id").as_str()) else {
            return;
        };
        match O::describe(&configured.cloud, id).await {
            Ok(Some(object)) => {
                response.state = state_of::<O>(&O::schema(), &object, &request.state);
                response.identity = Some(identity::of(&O::id(&object), &configured.region));
            }
            Ok(None) => response.state = Value::Null,
            Err(error) => report_error::<O>("read", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let (prior, planned) = (&request.prior_state, &request.planned_state);
        let configuration = document::write(&O::schema(), planned);
        let arguments = O::arguments(&self.context, &configured, request);
        match O::modify(&configured.cloud, prior, &arguments, configuration).await {
            Ok(object) => {
                set_state::<O>(request, &object, &configured, response);
                O::after_modify(&object, &mut response.diagnostics);
            }
            Err(error) => report_refusal::<O>("change", request, &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        match O::delete(&configured.cloud, &request.prior_state).await {
            Ok(()) => response.state = Value::Null,
            Err(error) if error.code().is_some_and(|code| O::NOT_FOUND.contains(&code)) => response.state = Value::Null,
            Err(error) if error.service().is_some_and(|refusal| refusal.is_about_default) => {
                let action = format!("delete the {}", O::NOUN);
                diagnostic::cloud_error_with_advice(
                    &action,
                    &error,
                    REMOVE_FROM_STATE_ADVICE,
                    &mut response.diagnostics,
                );
            }
            Err(error) => report_error::<O>("delete", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse) {
        identity::import(&O::schema(), self.context.configured().as_deref(), request, response);
    }
}

/// Advice for an object that the cloud always has and never deletes.
const REMOVE_FROM_STATE_ADVICE: &str = "To remove it from the state, use a `removed` block or the command `state rm`.";

/// The state of an object as a read finds it; `prior` is the state before, null after an import.
pub(crate) fn state_of<O: CloudObject>(schema: &Schema, object: &O::Object, prior: &Value) -> Value {
    let mut state = document::read(schema, O::configuration(object), prior).unwrap_or_else(|| prior.clone());
    state.set("id", O::id(object));
    O::set_computed(&mut state, object);
    set_service_defaults(schema, &mut state);
    for name in O::NOT_REFRESHED {
        match prior.get(name) {
            Value::Null => {}
            kept => state.set(*name, kept.clone()),
        }
    }
    state
}

/// Sets the state of an apply: values known in the plan as planned, the others as the cloud returned them (G10a).
fn set_state<O: CloudObject>(
    request: &ApplyRequest,
    object: &O::Object,
    configured: &Configured,
    response: &mut ApplyResponse,
) {
    let id = O::id(object);
    let mut actual = request.planned_state.clone();
    actual.set("id", id.as_str());
    O::set_computed(&mut actual, object);
    set_service_defaults(&O::schema(), &mut actual);
    response.state = planned_values::merge_planned(&request.planned_state, actual);
    response.identity = Some(identity::of(&id, &configured.region));
}

/// Reports the refusal of a creation or of a change.
fn report_refusal<O: CloudObject>(
    verb: &str,
    request: &ApplyRequest,
    error: &CloudError,
    diagnostics: &mut Diagnostics,
) {
    report_error::<O>(verb, error, diagnostics);
    diagnostic::at_what_is_configured(&O::schema().block, &request.config, diagnostics);
}

fn report_error<O: CloudObject>(verb: &str, error: &CloudError, diagnostics: &mut Diagnostics) {
    diagnostic::cloud_error_with_names(&format!("{verb} the {}", O::NOUN), error, O::ATTRIBUTE_NAMES, diagnostics);
}

/// Sets an argument that the configuration leaves to the cloud. A configured value stays.
pub(crate) fn set_default(state: &mut Value, name: &str, value: impl Into<Value>) {
    if !state.get(name).is_known() {
        state.set(name, value);
    }
}

/// Sets the arguments that the configuration leaves to the cloud and for which the cloud has one default.
fn set_service_defaults(schema: &Schema, state: &mut Value) {
    let chosen = schema.block.attributes.iter().filter(|attribute| attribute.mode == Mode::OptionalComputed);
    for attribute in chosen {
        if let Some(value) = &attribute.unless_set {
            set_default(state, &attribute.name, value.clone());
        }
    }
}

/// Arguments without effect in the simulation: they are checked and stored. An absent one keeps its prior value.
pub(crate) fn without_effect(attributes: impl IntoIterator<Item = Attribute>) -> impl Iterator<Item = Attribute> {
    attributes.into_iter().map(|attribute| super::without_effect::without_effect(attribute.use_state_for_unknown()))
}
