//! The calls of the provider itself: metadata, schemas, validate, configure and stop.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::registry::{Registry, unreadable_schemas};
use super::schema_reply::SchemaReply;
use crate::base::collect::IntoOrdered;
use crate::plugin::convert;
use crate::plugin::proto::tfplugin6::{
    ServerCapabilities, configure_provider, get_metadata, get_provider_schema, stop_provider, validate_provider_config,
};
use crate::tf::provider::ConfigureRequest;
use crate::tf::{Diagnostics, SchemaKind, validation};

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

pub(super) async fn metadata(
    registry: Arc<Registry>,
    _: get_metadata::Request,
) -> Result<get_metadata::Response, Diagnostics> {
    let data_sources =
        registry.data_sources().keys().cloned().chain(names_on_demand(&registry, SchemaKind::DataSource)?);
    let resources = registry.resources().keys().cloned().chain(names_on_demand(&registry, SchemaKind::Resource)?);
    let ephemeral_resources = registry.ephemeral_resources().keys().cloned();
    let functions = registry.functions().keys().cloned();
    let actions = registry.actions().keys().cloned();
    let list_resources = registry.list_resources().keys().cloned();
    Ok(get_metadata::Response {
        server_capabilities: Some(capabilities()),
        data_sources: data_sources.map(|type_name| get_metadata::DataSourceMetadata { type_name }).collect(),
        resources: resources.map(|type_name| get_metadata::ResourceMetadata { type_name }).collect(),
        ephemeral_resources: ephemeral_resources
            .map(|type_name| get_metadata::EphemeralMetadata { type_name })
            .collect(),
        functions: functions.map(|name| get_metadata::FunctionMetadata { name }).collect(),
        actions: actions.map(|type_name| get_metadata::ActionMetadata { type_name }).collect(),
        list_resources: list_resources.map(|type_name| get_metadata::ListResourceMetadata { type_name }).collect(),
        ..get_metadata::Response::default()
    })
}

fn names_on_demand(registry: &Registry, kind: SchemaKind) -> Result<BTreeSet<String>, Diagnostics> {
    let names = registry.types_on_demand().map_or_else(|| Ok(BTreeSet::new()), |types| types.names(kind));
    names.map_err(|problem| unreadable_schemas(&problem))
}

/// Makes each schema, encodes it and lets it go: a process that is asked for all schemas is asked about few of the types.
pub(super) async fn schema(
    registry: Arc<Registry>,
    _: get_provider_schema::Request,
) -> Result<SchemaReply, Diagnostics> {
    use get_provider_schema::Response;

    let on_demand = registry.types_on_demand().map_or_else(|| Ok(Vec::new()), |types| types.encoded_schemas());
    let on_demand = on_demand.map_err(|problem| unreadable_schemas(&problem))?;
    let functions = registry.functions().iter();
    let reply = Response {
        provider: Some(convert::schema(&registry.typed_schema().schema)),
        functions: functions.map(|(name, entry)| (name.clone(), convert::function(entry.signature()))).into_map(),
        server_capabilities: Some(capabilities()),
        ..Response::default()
    };
    let mut all = SchemaReply { reply, encoded: Vec::new() };
    for (name, entry) in registry.resources() {
        let resource_schemas = [(name.clone(), convert::schema(&entry.resource.schema()))].into_iter().into_map();
        all.join(&Response { resource_schemas, ..Response::default() });
    }
    for (name, entry) in registry.data_sources() {
        let schema = convert::data_source_schema(entry.data_source.schema());
        let data_source_schemas = [(name.clone(), schema)].into_iter().into_map();
        all.join(&Response { data_source_schemas, ..Response::default() });
    }
    for (name, entry) in registry.ephemeral_resources() {
        let ephemeral_resource_schemas =
            [(name.clone(), convert::schema(&entry.ephemeral.schema()))].into_iter().into_map();
        all.join(&Response { ephemeral_resource_schemas, ..Response::default() });
    }
    for (name, entry) in registry.list_resources() {
        let list_resource_schemas =
            [(name.clone(), convert::schema(&entry.list_resource.schema()))].into_iter().into_map();
        all.join(&Response { list_resource_schemas, ..Response::default() });
    }
    for (name, entry) in registry.actions() {
        let action_schemas = [(name.clone(), convert::action_schema(&entry.action.schema()))].into_iter().into_map();
        all.join(&Response { action_schemas, ..Response::default() });
    }
    all.encoded.push(on_demand);
    Ok(all)
}

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_provider_config::Request,
) -> Result<validate_provider_config::Response, Diagnostics> {
    let typed_schema = registry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    validation::validate_config(&typed_schema.schema, &config, true, &mut diagnostics);
    registry.provider.validate(&config, &mut diagnostics).await;
    Ok(validate_provider_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

pub(super) async fn configure(
    registry: Arc<Registry>,
    request: configure_provider::Request,
) -> Result<configure_provider::Response, Diagnostics> {
    let config = registry.typed_schema().decode(request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    let request = ConfigureRequest { terraform_version: request.terraform_version, config };
    registry.provider.configure(&request, &mut diagnostics).await;
    Ok(configure_provider::Response { diagnostics: convert::diagnostics(diagnostics) })
}

pub(super) async fn stop(
    registry: Arc<Registry>,
    _: stop_provider::Request,
) -> Result<stop_provider::Response, Diagnostics> {
    registry.provider.stop().await;
    Ok(stop_provider::Response::default())
}
