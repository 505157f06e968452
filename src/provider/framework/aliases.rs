//! Resources under their names: some have two, of which the older one is deprecated, and all can take over the state of
//! the same resource under another provider's prefix. Each remembers the world that holds its objects.

use std::sync::Arc;

use async_trait::async_trait;

use super::context::ProviderContext;
use super::world_mark;
use crate::provider::ALICLOUD;
use crate::tf::provider::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, MoveSource, PlanRequest, PlanResponse, ReadRequest,
    ReadResponse,
};
use crate::tf::schema::IdentitySchema;
use crate::tf::{Diagnostics, Resource, Schema, Value};

/// A resource under one of its names.
struct NamedResource {
    resource: Arc<dyn Resource>,
    context: Arc<ProviderContext>,
    names: Vec<&'static str>,
    /// The deprecation message of the older name.
    note: Option<String>,
}

impl NamedResource {
    /// Reports whether the world ends with this command, and with it everything that would be made in it.
    fn refuse_fork(&self, diagnostics: &mut Diagnostics) -> bool {
        let is_fork = self.context.configured().is_some_and(|configured| configured.is_fork);
        if is_fork {
            diagnostics.error(
                "World Is A Fork",
                "The world of this provider is a fork of another one, which is removed when the command ends: the state of a \
                 resource would name what is gone. Use the alias of a fork for data sources only, and make resources with a \
                 provider that has a world of its own.",
            );
        }
        is_fork
    }

    /// Updates the private state of an apply, whatever its outcome.
    fn after_apply(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        if let Some(configured) = self.context.configured() {
            let (prior, state) = (&request.prior_state, &response.state);
            world_mark::after_apply(&configured, prior, state, &mut response.private, &mut response.diagnostics);
        }
    }
}

/// The resource under its only name, without prefix. `moved` works from and to every prefix.
pub(crate) fn under_name(
    context: &Arc<ProviderContext>,
    name: &'static str,
    resource: Arc<dyn Resource>,
) -> (&'static str, Arc<dyn Resource>) {
    (name, Arc::new(NamedResource { resource, context: Arc::clone(context), names: vec![name], note: None }))
}

/// The resource under two names of which neither is deprecated, each without prefix. `moved` works between them both ways.
pub(crate) fn under_names(
    context: &Arc<ProviderContext>,
    names: [&'static str; 2],
    resource: &Arc<dyn Resource>,
) -> [(&'static str, Arc<dyn Resource>); 2] {
    names.map(|name| {
        let (resource, context) = (Arc::clone(resource), Arc::clone(context));
        (name, Arc::new(NamedResource { resource, context, names: names.to_vec(), note: None }) as Arc<dyn Resource>)
    })
}

/// A resource that has one name only; it decides itself which types `moved` accepts.
pub(crate) fn of_type(context: &Arc<ProviderContext>, resource: Arc<dyn Resource>) -> Arc<dyn Resource> {
    Arc::new(NamedResource { resource, context: Arc::clone(context), names: Vec::new(), note: None })
}

/// The resource under its newer and under its older name, each without prefix. `moved` works between them both ways. The
/// real provider does not deprecate its older names, so neither does this one under that provider's name.
pub(crate) fn with_alias(
    context: &Arc<ProviderContext>,
    prefix: &str,
    [newer, older]: [&'static str; 2],
    resource: Arc<dyn Resource>,
) -> [(&'static str, Arc<dyn Resource>); 2] {
    let note = (prefix != ALICLOUD).then(|| {
        format!(
            "`{prefix}_{older}` is the older name of `{prefix}_{newer}`, the same resource. Use the newer name, and a \
             `moved` block from the older address to the newer one."
        )
    });
    let named = |resource, note| {
        Arc::new(NamedResource { resource, context: Arc::clone(context), names: vec![newer, older], note })
    };
    let older_one = named(Arc::clone(&resource), note);
    [(newer, named(resource, None)), (older, older_one)]
}

#[async_trait]
impl Resource for NamedResource {
    fn schema(&self) -> Schema {
        let schema = self.resource.schema();
        match &self.note {
            Some(note) => schema.deprecated(note.clone()),
            None => schema,
        }
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        self.resource.identity_schema()
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        self.resource.validate(config, diagnostics).await;
    }

    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        let is_creation = request.prior_state.is_null() && !request.destroys;
        if is_creation && self.refuse_fork(&mut response.diagnostics) {
            return;
        }
        self.resource.plan(request, response).await;
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        if self.refuse_fork(&mut response.diagnostics) {
            return;
        }
        self.resource.create(request, response).await;
        self.after_apply(request, response);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        self.resource.read(request, response).await;
        if let Some(configured) = self.context.configured() {
            let (prior, state) = (&request.state, &response.state);
            world_mark::after_read(&configured, prior, state, &mut response.private, &mut response.diagnostics);
        }
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        self.resource.update(request, response).await;
        self.after_apply(request, response);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        self.resource.delete(request, response).await;
        self.after_apply(request, response);
    }

    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse) {
        if self.refuse_fork(&mut response.diagnostics) {
            return;
        }
        self.resource.import(request, response).await;
    }

    fn upgrade(&self, version: i64, state: serde_json::Value, diagnostics: &mut Diagnostics) -> serde_json::Value {
        self.resource.upgrade(version, state, diagnostics)
    }

    /// The name decides, not the prefix nor where the provider came from: the state is the same under each of them.
    fn move_from(&self, source: &MoveSource) -> Option<serde_json::Value> {
        let (_, name) = source.type_name.split_once('_')?;
        if self.names.contains(&name) { Some(source.state.clone()) } else { self.resource.move_from(source) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::SimcloudProvider;
    use crate::provider::block::Settings;
    use crate::tf::Provider as _;

    #[test]
    fn moved_works_between_the_names_and_from_no_other() {
        let resources = SimcloudProvider::new("simcloud", Settings::default()).resources();
        let moves = |from: &str, to: &str| {
            let state = serde_json::json!({ "id": "x" });
            let source = MoveSource { type_name: from.to_owned(), schema_version: 0, state: state.clone() };
            resources[to].move_from(&source) == Some(state)
        };
        assert!(moves("simcloud_key_pair", "simcloud_ecs_key_pair"));
        assert!(moves("simcloud_ecs_key_pair", "simcloud_key_pair"));
        assert!(moves("alicloud_launch_template", "simcloud_ecs_launch_template"));
        assert!(moves("simcloud_eip", "simcloud_eip_address") && moves("alicloud_eip_address", "simcloud_eip"));
        assert!(!moves("simcloud_key_pair", "simcloud_ecs_launch_template"));
        assert!(!moves("simcloud_vpc", "simcloud_ecs_key_pair"));
        for name in resources.keys() {
            let short = name.split_once('_').unwrap().1;
            assert!(moves(&format!("alicloud_{short}"), name), "only key pairs and templates moved across: {name}");
        }
    }

    #[test]
    fn the_older_name_alone_is_deprecated_and_not_where_the_real_provider_keeps_it() {
        let resources = |prefix: &str| SimcloudProvider::new(prefix, Settings::default()).resources();
        let (own, alicloud) = (resources("simcloud"), resources("alicloud"));
        let note = |name: &str| own[name].schema().block.deprecated;
        assert_eq!(
            [note("simcloud_ecs_key_pair"), note("simcloud_eip_address"), note("simcloud_eip")],
            [None, None, None]
        );
        assert!(note("simcloud_key_pair").is_some_and(|note| note.contains("`simcloud_ecs_key_pair`")));
        for name in ["alicloud_key_pair", "alicloud_launch_template"] {
            assert_eq!(alicloud[name].schema().block.deprecated, None, "{name}");
        }
    }
}
