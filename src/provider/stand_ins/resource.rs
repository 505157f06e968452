//! A stand-in resource: it keeps what is configured, lies in the world, and changes in place.

use std::sync::Arc;

use async_trait::async_trait;

use super::values::{ValueGenerator, is_name};
use super::{document, notice, own_name};
use crate::base::Seed;
use crate::cloud::CloudError;
use crate::cloud::model::{MakeContent, StandIn, StandInContent, StandInContext};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::private_state::PrivateState;
use crate::provider::framework::{diagnostic, planned_values};
use crate::tf::provider::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, MoveSource, PlanRequest, PlanResponse, ReadRequest,
    ReadResponse,
};
use crate::tf::{Diagnostics, Path, Resource, Schema, Type, Value};

pub(super) struct StandInResource {
    context: Arc<ProviderContext>,
    type_name: String,
    schema: Arc<Schema>,
}

impl StandInResource {
    pub(super) fn new(context: &Arc<ProviderContext>, type_name: &str, schema: Schema) -> Self {
        Self { context: Arc::clone(context), type_name: type_name.to_owned(), schema: Arc::new(schema) }
    }

    /// Completes a planned object once the cloud says what it is made from.
    fn content(&self, configured: &Configured, planned: &Value) -> Box<MakeContent<'static>> {
        let (schema, planned, type_name) = (Arc::clone(&self.schema), planned.clone(), self.type_name.clone());
        let scenario = Arc::clone(&configured.scenario);
        Box::new(move |context: &StandInContext| {
            let rule = scenario.stand_ins.get(&type_name);
            let maker = ValueGenerator { type_name: &type_name, context, rule, fills_lists: false };
            let state = maker.fill(&schema, &planned);
            StandInContent {
                id: state.get("id").as_str().map_or_else(|| context.id_part(&["id"]), str::to_owned),
                name: name_of(&type_name, &state),
                document: document::write(&schema, Seed::new(scenario.seed), &state),
            }
        })
    }

    /// The state of an object that the world keeps; `None` if its secrets cannot be opened.
    fn state_of(&self, configured: &Configured, found: &StandIn) -> Option<Value> {
        document::read(&self.schema, Seed::new(configured.scenario.seed), &found.content.document)
    }

    /// The object of a state: by the key in its private state, or else by its id.
    async fn find(
        &self,
        configured: &Configured,
        state: &Value,
        private: &[u8],
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<StandIn>> {
        let found = match PrivateState::read(private).stand_in {
            Some(key) => configured.cloud.describe_stand_in(self.type_name.clone(), key).await,
            None => self
                .find_by_id(configured, state.get("id").as_str().unwrap_or_default())
                .await
                .map(|mut found| found.pop()),
        };
        found.map_err(|error| self.report("read", &error, diagnostics)).ok()
    }

    async fn find_by_id(&self, configured: &Configured, id: &str) -> Result<Vec<StandIn>, CloudError> {
        configured.cloud.find_stand_ins(self.type_name.clone(), id.to_owned()).await
    }

    fn report(&self, verb: &str, error: &CloudError, diagnostics: &mut Diagnostics) {
        diagnostic::cloud_error(&format!("{verb} the stand-in of type {}", self.type_name), error, diagnostics);
    }

    fn set_state(&self, configured: &Configured, planned: &Value, kept: &StandIn, response: &mut ApplyResponse) {
        let actual = self.state_of(configured, kept).unwrap_or_default();
        response.state = planned_values::merge_planned(planned, actual);
        remember(&mut response.private, &kept.key);
    }
}

/// Keeps in the private state where the world has the object.
fn remember(private: &mut Vec<u8>, key: &str) {
    *private = PrivateState { stand_in: Some(key.to_owned()), ..PrivateState::read(private) }.write();
}

fn name_of(type_name: &str, state: &Value) -> Option<String> {
    let mut own = own_name::attributes(type_name).iter().filter_map(|name| state.get(name).as_str());
    if let Some(name) = own.find(|text| !text.is_empty()) {
        return Some(name.to_owned());
    }
    let names = state.as_map()?.iter().filter(|(name, _)| is_name(name));
    let shortest =
        names.filter_map(|(name, value)| Some((name.len(), value.as_str().filter(|text| !text.is_empty())?))).min();
    shortest.map(|(_, name)| name.to_owned())
}

#[async_trait]
impl Resource for StandInResource {
    fn schema(&self) -> Schema {
        Schema::clone(&self.schema)
    }

    async fn validate(&self, _config: &Value, diagnostics: &mut Diagnostics) {
        notice::warn(&self.context, &self.type_name, diagnostics);
    }

    /// Everything changes in place, unless the scenario says that an argument replaces.
    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        let Some(configured) = self.context.configured() else { return };
        let Some(rule) = configured.scenario.stand_ins.get(&self.type_name) else { return };
        if request.prior_state.is_null() || request.destroys {
            return;
        }
        let value_type = self.schema.value_type();
        let type_of = |name: &str| if let Type::Object(all) = &value_type { all.get(name) } else { None };
        for name in &rule.replace {
            let (prior, planned) = (request.prior_state.get(name), response.planned_state.get(name));
            if type_of(name).is_some_and(|value_type| !planned.same_as(prior, value_type)) {
                response.requires_replace.push(Path::root(name.as_str()));
            }
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let planned = &request.planned_state;
        let asked = planned_values::unknown_as_null(planned);
        let asked = document::write(&self.schema, Seed::new(configured.scenario.seed), &asked);
        let make = self.content(&configured, planned);
        match configured.cloud.create_stand_in(self.type_name.clone(), asked, make).await {
            Ok(created) => self.set_state(&configured, planned, &created, response),
            Err(error) => self.report("create", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        let Some(configured) = self.context.configured() else { return };
        match self.find(&configured, &request.state, &request.private, &mut response.diagnostics).await {
            Some(Some(found)) => {
                if let Some(state) = self.state_of(&configured, &found) {
                    response.state = state;
                }
                remember(&mut response.private, &found.key);
            }
            Some(None) => response.state = Value::Null,
            None => {}
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let private = request.planned_private.as_slice();
        let found = self.find(&configured, &request.prior_state, private, &mut response.diagnostics).await;
        let Some(found) = found else { return };
        let changed = match found {
            Some(found) => {
                let make = self.content(&configured, &request.planned_state);
                configured.cloud.modify_stand_in(self.type_name.clone(), found.key, make).await
            }
            None => Ok(None),
        };
        match changed {
            Ok(Some(changed)) => self.set_state(&configured, &request.planned_state, &changed, response),
            Ok(None) => response.diagnostics.error(
                "Object Not Found",
                format!(
                    "The stand-in of type {} is not in the world any more, so it cannot be changed. Plan again, to make it again.",
                    self.type_name
                ),
            ),
            Err(error) => self.report("change", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let private = request.planned_private.as_slice();
        let found = self.find(&configured, &request.prior_state, private, &mut response.diagnostics).await;
        let Some(found) = found else { return };
        let deleted = match found {
            Some(found) => configured.cloud.delete_stand_in(self.type_name.clone(), found.key).await,
            None => Ok(()),
        };
        match deleted {
            Ok(()) => response.state = Value::Null,
            Err(error) => self.report("delete", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    /// By the id that the state of the object had, or by its name, if one object alone has that. Where the id is the name,
    /// several may have it: the first that was made is found.
    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let found = match self.find_by_id(&configured, &request.id).await {
            Ok(found) => found,
            Err(error) => return self.report("import", &error, &mut response.diagnostics),
        };
        match found.as_slice() {
            [] => response.diagnostics.error(
                "Object Not Found",
                format!(
                    "No stand-in of type {} has the id or the name {:?}. `world show` lists the stand-ins of the world.",
                    self.type_name, request.id
                ),
            ),
            [one, others @ ..] if others.is_empty() || one.content.id == request.id => {
                let public = || document::read_public(&self.schema, &one.content.document);
                response.state = self.state_of(&configured, one).or_else(public).unwrap_or_default();
                remember(&mut response.private, &one.key);
            }
            several => {
                let ids: Vec<&str> = several.iter().map(|found| found.content.id.as_str()).collect();
                let (id, ids) = (&request.id, ids.join(", "));
                let detail = format!("{id:?} is the name of several objects. Import one by its id: {ids}.");
                response.diagnostics.error("Several Objects", detail);
            }
        }
    }

    /// From the same type of a provider with another address.
    fn move_from(&self, source: &MoveSource) -> Option<serde_json::Value> {
        (source.type_name == self.type_name).then(|| source.state.clone())
    }
}
