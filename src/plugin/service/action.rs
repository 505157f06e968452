//! The calls of actions: validate, plan and invoke.
//!
//! The stream of an invocation always ends with `Completed`: the CLI takes a stream without it for a success.

use std::sync::Arc;

use super::dynamic::TypedSchema;
use super::registry::Registry;
use super::reply::report_panic;
use super::stream::{Event, Events};
use crate::plugin::proto::tfplugin6::invoke_action::event::{Completed, Progress as ProgressEvent, Type};
use crate::plugin::proto::tfplugin6::{
    Deferred, DynamicValue, deferred, invoke_action, plan_action, validate_action_config,
};
use crate::plugin::{convert, panic};
use crate::tf::action::Progress;
use crate::tf::{Diagnostics, Value, meaning, validation};

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_action_config::Request,
) -> Result<validate_action_config::Response, Diagnostics> {
    let entry = registry.action(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = config(typed_schema, request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    validation::validate_config(&typed_schema.schema, &config, true, &mut diagnostics);
    entry.action.validate(&meaning::meaning(&typed_schema.schema, &config), &mut diagnostics).await;
    Ok(validate_action_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

/// A plan may be deferred only because of the provider block. Where that is not known and the client does not defer,
/// nothing can be said of what the action would do. Nor is anything said of an action without a `config` block: Terraform
/// 1.16 crashes on a diagnostic that has no block to point at. The invocation says it.
pub(super) async fn plan(
    registry: Arc<Registry>,
    request: plan_action::Request,
) -> Result<plan_action::Response, Diagnostics> {
    let entry = registry.action(&request.action_type)?;
    let has_config = !entry.typed_schema().decode(request.config.as_ref())?.is_null();
    let config = config(entry.typed_schema(), request.config.as_ref())?;
    if !registry.provider.unknown_arguments().is_empty() {
        let may_defer = request.client_capabilities.is_some_and(|client| client.deferral_allowed);
        let reason = deferred::Reason::ProviderConfigUnknown.into();
        let deferred = may_defer.then_some(Deferred { reason });
        return Ok(plan_action::Response { deferred, ..plan_action::Response::default() });
    }
    let mut diagnostics = Diagnostics::new();
    if has_config {
        entry.action.plan(&config, &mut diagnostics).await;
    }
    Ok(plan_action::Response { diagnostics: convert::diagnostics(diagnostics), deferred: None })
}

/// The client's `deferral_allowed` is true in every apply and is ignored here: an invocation happens or fails.
pub(super) async fn invoke(
    registry: Arc<Registry>,
    request: invoke_action::Request,
    events: Events<invoke_action::Event>,
) -> Result<(), Diagnostics> {
    let entry = registry.action(&request.action_type)?;
    let config = config(entry.typed_schema(), request.config.as_ref())?;
    let progress = {
        let events = events.clone();
        Progress::new(move |message| events.try_send(event(Type::Progress(ProgressEvent { message }))))
    };
    let mut diagnostics = Diagnostics::new();
    let outcome = panic::catch_panic(entry.action.invoke(&config, &progress, &mut diagnostics)).await;
    report_panic(outcome, &mut diagnostics);
    events.send(invoke_action::Event::failed(diagnostics)).await;
    Ok(())
}

/// The configuration of an action. Without a `config` block the CLI sends an empty object to validate and null to plan
/// and invoke: all arguments are null then.
fn config(typed_schema: &TypedSchema, sent: Option<&DynamicValue>) -> Result<Value, Diagnostics> {
    let mut config = typed_schema.decode(sent)?;
    if config.is_null() {
        config =
            Value::object(typed_schema.schema.block.attributes.iter().map(|argument| (&*argument.name, Value::Null)));
        typed_schema.schema.normalize(&mut config);
    }
    Ok(config)
}

impl Event for invoke_action::Event {
    fn failed(diagnostics: Diagnostics) -> Self {
        event(Type::Completed(Completed { diagnostics: convert::diagnostics(diagnostics) }))
    }
}

const fn event(of: Type) -> invoke_action::Event {
    invoke_action::Event { r#type: Some(of) }
}
