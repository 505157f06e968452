//! Resources that are one object of the cloud, without instances: one call each makes, shows, changes and deletes it.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;

use super::context::Shared;
use super::update_plan::{as_written, spare_what_only_looks_different};
use super::{diagnostic, document, identity, planned_values};
use crate::cloud::{Cloud, CloudError};
use crate::provider::framework::configured::Configured;
use crate::tf::provider::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse,
};
use crate::tf::schema::IdentitySchema;
use crate::tf::{Attribute, Diagnostics, Resource, Schema, Value};

type Reply<T> = Result<T, CloudError>;

/// A kind of object, and how it appears as a resource.
///
/// The world keeps the arguments as they were configured ([`document`]); the state is made of them and of what the
/// cloud shows, so that an import is exact.
#[async_trait]
pub(crate) trait CloudObject: Debug + Send + Sync + 'static {
    /// What the cloud shows of it.
    type Shown: Send + Sync;

    /// What it is called in the middle of a sentence: `VPC`.
    const NOUN: &'static str;

    /// The service's codes for one that does not exist, which a deletion takes for done.
    const NOT_FOUND: &'static [&'static str];

    fn schema() -> Schema;

    fn validate(config: &Value, diagnostics: &mut Diagnostics);

    /// Adds to the schema's own plan of a creation or an update; without a configured provider only what shows without
    /// one.
    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse);

    /// What an argument says, whichever way it is spelt; see [`AsMeant`](super::update_plan::AsMeant).
    fn as_meant(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        as_written(arguments, name)
    }

    /// Makes one from planned arguments. What the plan leaves to the cloud is unknown in them.
    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<Self::Shown>;

    /// What is left to do for one that was made and is in the state by now.
    fn created(shown: &Self::Shown, arguments: &Value, diagnostics: &mut Diagnostics) {
        let _ = (shown, arguments, diagnostics);
    }

    /// `None`: there is none of that id.
    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<Self::Shown>>;

    /// Changes whatever can change in place to what the arguments say; the prior state is told for what names it.
    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<Self::Shown>;

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()>;

    fn id(shown: &Self::Shown) -> String;

    /// The arguments as they were configured; empty for an object that nobody made.
    fn configuration(shown: &Self::Shown) -> &str;

    /// Sets what is computed, and with [`choose`] what the arguments leave open.
    fn fill(state: &mut Value, shown: &Self::Shown);
}

/// The resource of one kind of object.
#[derive(Debug)]
pub(crate) struct ObjectResource<O> {
    shared: Arc<Shared>,
    kind: PhantomData<O>,
}

impl<O: CloudObject> ObjectResource<O> {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared), kind: PhantomData }
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
        if request.proposed.is_null() {
            return;
        }
        let configured = self.shared.configured();
        let configured = configured.as_deref();
        O::plan(configured, request, response);
        let as_meant = |arguments: &Value, name: &str| O::as_meant(configured, arguments, name);
        spare_what_only_looks_different(O::schema, &as_meant, request, response);
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.shared.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let configuration = document::write(&O::schema(), &request.planned_state);
        match O::create(&configured.cloud, &request.planned_state, configuration).await {
            Ok(shown) => {
                keep::<O>(request, &shown, response);
                O::created(&shown, &request.planned_state, &mut response.diagnostics);
            }
            Err(error) => failed::<O>("create", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        let (Some(configured), Some(id)) = (self.shared.configured(), request.state.get("id").as_str()) else { return };
        match O::describe(&configured.cloud, id).await {
            Ok(Some(shown)) => {
                let mut state =
                    document::read(&O::schema(), O::configuration(&shown)).unwrap_or_else(|| request.state.clone());
                state.set("id", O::id(&shown));
                O::fill(&mut state, &shown);
                response.identity = Some(identity::of(&O::id(&shown)));
                response.state = state;
            }
            Ok(None) => response.state = Value::Null,
            Err(error) => failed::<O>("read", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.shared.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let (prior, planned) = (&request.prior_state, &request.planned_state);
        let configuration = document::write(&O::schema(), planned);
        match O::modify(&configured.cloud, prior, planned, configuration).await {
            Ok(shown) => keep::<O>(request, &shown, response),
            Err(error) => failed::<O>("change", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.shared.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        match O::delete(&configured.cloud, &request.prior_state).await {
            Ok(()) => response.state = Value::Null,
            Err(error) if error.code().is_some_and(|code| O::NOT_FOUND.contains(&code)) => response.state = Value::Null,
            Err(error) if error.service().is_some_and(|refusal| refusal.is_about_default) => {
                let attempt = format!("delete the {}", O::NOUN);
                diagnostic::cloud_error_with_advice(&attempt, &error, LET_GO, &mut response.diagnostics);
            }
            Err(error) => failed::<O>("delete", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse) {
        identity::import(&O::schema(), request, response);
    }
}

/// What is always there in the cloud may still leave the state.
const LET_GO: &str = "A `removed` block, or the command `state rm`, lets go of it.";

/// Stores what came to be; what the plan showed as known stays as shown (G10a).
fn keep<O: CloudObject>(request: &ApplyRequest, shown: &O::Shown, response: &mut ApplyResponse) {
    let id = O::id(shown);
    let mut actual = request.planned_state.clone();
    actual.set("id", id.as_str());
    O::fill(&mut actual, shown);
    response.state = planned_values::kept(&request.planned_state, actual);
    response.identity = Some(identity::of(&id));
}

fn failed<O: CloudObject>(verb: &str, error: &CloudError, diagnostics: &mut Diagnostics) {
    diagnostic::cloud_error(&format!("{verb} the {}", O::NOUN), error, diagnostics);
}

/// Sets an argument that the configuration leaves to the cloud; what it says, be it `""`, stays.
pub(crate) fn choose(state: &mut Value, name: &str, value: impl Into<Value>) {
    if !state.get(name).is_known() {
        state.set(name, value);
    }
}

/// Arguments on which nothing in the simulation depends: they are checked and kept; what a plan leaves open stays as it was.
pub(crate) fn without_effect(attributes: impl IntoIterator<Item = Attribute>) -> impl Iterator<Item = Attribute> {
    attributes.into_iter().map(|attribute| {
        let described = attribute.description.to_string();
        let text = format!("{described} Without effect in the simulation.");
        attribute.use_state_for_unknown().description(text.trim_start().to_owned())
    })
}
