//! The schemas as they travel: what the CLI would refuse, or crash on, must not occur.

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::Type;

use crate::client::Client;

#[tokio::test]
async fn every_schema_is_one_that_the_cli_takes() {
    let directory = tempfile::tempdir().unwrap();
    let client = Client::start(&[], directory.path()).await;
    let schemas = &client.schemas;
    assert!(schemas.diagnostics.is_empty());
    let capabilities = schemas.server_capabilities.as_ref().unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional && capabilities.move_resource_state);
    assert!(capabilities.generate_resource_config);
    let all = schemas
        .provider
        .iter()
        .chain(schemas.resource_schemas.values())
        .chain(schemas.data_source_schemas.values())
        .chain(schemas.ephemeral_resource_schemas.values())
        .chain(schemas.list_resource_schemas.values())
        .chain(schemas.action_schemas.values().map(|action| action.schema.as_ref().unwrap()));
    for schema in all {
        check_block(schema.block.as_ref().expect("a schema without block crashes Terraform"));
    }
    for function in schemas.functions.values() {
        Type::from_json(&function.r#return.as_ref().expect("a function without return crashes Terraform").r#type)
            .unwrap();
        for parameter in &function.parameters {
            Type::from_json(&parameter.r#type).unwrap();
        }
    }
}

fn check_block(block: &proto::schema::Block) {
    assert_eq!(block.deprecated, !block.deprecation_message.is_empty(), "{}", block.description);
    block.attributes.iter().for_each(check_attribute);
    for nested in &block.block_types {
        check_name(&nested.type_name);
        assert_ne!(nested.nesting(), proto::schema::nested_block::NestingMode::Invalid, "{}", nested.type_name);
        assert!(nested.max_items == 0 || nested.min_items <= nested.max_items, "{}", nested.type_name);
        check_block(nested.block.as_ref().unwrap());
    }
}

fn check_attribute(attribute: &proto::schema::Attribute) {
    check_name(&attribute.name);
    assert!(attribute.required || attribute.optional || attribute.computed, "{}", attribute.name);
    assert!(!attribute.required || !(attribute.optional || attribute.computed), "{}", attribute.name);
    assert_eq!(attribute.deprecated, !attribute.deprecation_message.is_empty(), "{}", attribute.name);
    match &attribute.nested_type {
        Some(nested) => nested.attributes.iter().for_each(check_attribute),
        None => drop(Type::from_json(&attribute.r#type).unwrap()),
    }
}

fn check_name(name: &str) {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    assert!(name.bytes().all(allowed) && !name.starts_with(|first: char| first.is_ascii_digit()), "{name}");
}

#[tokio::test]
async fn names_that_do_not_exist_are_errors_in_words() {
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], directory.path()).await;
    let request = proto::read_resource::Request {
        type_name: "simcloud_nothing".to_owned(),
        private: b"private".to_vec(),
        ..proto::read_resource::Request::default()
    };
    let response = client.provider.read_resource(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics[0].detail, "this provider has no resource type `simcloud_nothing`");
    assert_eq!(response.private, b"private");
    let request = proto::read_data_source::Request { type_name: "nothing".to_owned(), ..Default::default() };
    let response = client.provider.read_data_source(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics[0].detail, "this provider has no data source `nothing`");
    let request = proto::call_function::Request { name: "nothing".to_owned(), arguments: Vec::new() };
    let response = client.provider.call_function(request).await.unwrap().into_inner();
    assert_eq!(response.error.unwrap().text, "this provider has no function `nothing`");
}

#[tokio::test]
async fn what_is_not_offered_is_unimplemented() {
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], directory.path()).await;
    let request = proto::validate_state_store::Request::default();
    let status = client.provider.validate_state_store_config(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}
