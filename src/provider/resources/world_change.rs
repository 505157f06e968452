//! `simcloud_world_change`: a change of the world for CLIs without actions. It is made by the creation and again by each
//! update; the world holds no object of it (W9).

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::InstanceId;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::world_change::{self, ChangeKind};
use crate::tf::action::Progress;
use crate::tf::provider::{ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, ReadRequest, ReadResponse};
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Path, Resource, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct WorldChangeResource {
    context: Arc<ProviderContext>,
}

impl WorldChangeResource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Makes the change that the planned state asks for.
    async fn make(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let planned = &request.planned_state;
        let Some(kind) = blocks_of(planned).next() else {
            return report_number_of_blocks(planned, &mut response.diagnostics);
        };
        let (config, at) = (planned.get(kind.name()), Path::root(kind.name()));
        let silent = Progress::new(|_| ());
        let diagnostics = &mut response.diagnostics;
        let Some(made) = world_change::make(kind, config, &at, &self.context, &silent, diagnostics).await else {
            return;
        };
        if !made.has_changed_anything {
            diagnostics.warning_at(at.clone(), "World Not Changed", made.summary.as_str());
        }
        for note in made.notes {
            diagnostics.warning_at(at.clone(), kind.notes_summary(), note);
        }
        response.state = planned.clone();
        let ids = made.changed_instance_ids.iter();
        response.state.set("changed_instance_ids", Value::list(ids.map(InstanceId::as_str)));
        response.state.set("time", made.time.to_string());
        response.state.set("summary", made.summary);
    }
}

#[async_trait]
impl Resource for WorldChangeResource {
    fn schema(&self) -> Schema {
        Schema::new(
            "A change of the world, for OpenTofu and for Terraform before 1.14, which have no actions. Creating it makes \
             the change, and every change of `triggers` or of the block makes it again, in place. Destroying it does \
             nothing, and it keeps no world from being empty.\n\nExactly one of the blocks is required; each has the \
             arguments of the action of its name, and `execute_scaling_rule` those of `simcloud_ess_execute_scaling_rule`.",
        )
        .attributes([
            Attribute::list("changed_instance_ids", Type::String)
                .computed()
                .description("Instances that the change took, launched, stopped or started, by id."),
            Attribute::string("summary").computed().description("What the change did, in a sentence."),
            Attribute::string("time").computed().description("The world's clock after the change."),
            Attribute::map("triggers", Type::String)
                .optional()
                .description("Any values; when one changes, the change of the world is made again."),
        ])
        .blocks(ChangeKind::ALL.map(|kind| {
            NestedBlock::single(
                kind.name(),
                Block::new(world_change::description(kind)).attributes(kind.attributes()),
            )
        }))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let (certain, undetermined): (Vec<_>, Vec<_>) = ChangeKind::ALL
            .into_iter()
            .filter(|kind| !config.get(kind.name()).is_null())
            .partition(|kind| !is_undetermined(config.get(kind.name())));
        if certain.len() > 1 || certain.is_empty() && undetermined.is_empty() {
            report_number_of_blocks(config, diagnostics);
        }
        for kind in certain {
            world_change::validate(kind, config.get(kind.name()), &Path::root(kind.name()), diagnostics);
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        self.make(request, response).await;
    }

    /// The world has no object of it, so that the state is right.
    async fn read(&self, _request: &ReadRequest, _response: &mut ReadResponse) {}

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        if request.planned_state != request.prior_state {
            self.make(request, response).await;
        }
    }

    async fn delete(&self, _request: &ApplyRequest, response: &mut ApplyResponse) {
        response.state = Value::Null;
    }

    async fn import(&self, _request: &ImportRequest, response: &mut ImportResponse) {
        response.diagnostics.error(
            "Not An Object",
            "A change of the world leaves no object that could be imported. Write the resource and apply it, which makes \
             the change.",
        );
    }
}

/// Whether it is unknown if the block is there: of a `dynamic` block whose `for_each` is unknown every attribute is.
fn is_undetermined(block: &Value) -> bool {
    match block {
        Value::Map(attributes) => attributes.values().all(Value::is_unknown),
        other => other.is_unknown(),
    }
}

/// The kinds of change whose blocks are there.
fn blocks_of(object: &Value) -> impl Iterator<Item = ChangeKind> {
    ChangeKind::ALL.into_iter().filter(|kind| object.get(kind.name()).is_known())
}

/// At the last block; without one, at the first that there could be.
fn report_number_of_blocks(object: &Value, diagnostics: &mut Diagnostics) {
    let given = blocks_of(object).count();
    let path = Path::root(blocks_of(object).last().unwrap_or(ChangeKind::ALL[0]).name());
    let names = ChangeKind::ALL.map(ChangeKind::name).join(", ");
    let detail = format!("A change of the world has exactly one block of {names}, but this one has {given}.");
    diagnostics.error_at(path, "One Block Required", detail);
}
