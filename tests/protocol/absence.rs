//! `""` and 0 in place of an optional argument count as its absence, as the real provider's SDK takes them.

use std::sync::Arc;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::provider::{Settings, SimcloudProvider};
use simcloud::tf::{Type, Value};

use crate::client::{Client, Said, encode, said};

/// The real provider checks that a priority lies between 1 and 100, so that 0 is a mistake there too. It has no outlook, and
/// 0 markets are none.
const ZERO_IS_A_MISTAKE: [&str; 4] = [
    "alicloud_security_group_rule priority",
    "simcloud_security_group_rule priority",
    "alicloud_launch_outlook markets",
    "simcloud_launch_outlook markets",
];

/// A scaling rule with the adjustment 0 releases every instance, or is executed without a change, as in the real provider,
/// which sends it.
const ZERO_IS_AN_ADJUSTMENT: [&str; 2] =
    ["alicloud_ess_scaling_rule adjustment_value", "simcloud_ess_scaling_rule adjustment_value"];

/// Where arguments are: in the object itself, or in the only element of a block.
type Place = Option<String>;

/// `""` for a capacity and 0 for a price limit were errors, which wrapper modules pass on as their default.
#[tokio::test]
async fn an_empty_text_or_zero_is_checked_like_an_absent_argument() {
    for name in ["alicloud", "simcloud"] {
        let mut client = Client::in_process(Arc::new(SimcloudProvider::new(name, Settings::default()))).await;
        let resources = client.schemas.resource_schemas.clone().into_iter().map(|of| (true, of));
        let data_sources = client.schemas.data_source_schemas.clone().into_iter().map(|of| (false, of));
        for (is_resource, (type_name, schema)) in resources.chain(data_sources) {
            let block = schema.block.as_ref().unwrap();
            let nothing = with_one_of_each_block(block);
            let expected = errors(&mut client, is_resource, &type_name, nothing.clone()).await;
            for (place, argument, value) in optional_arguments(block) {
                let path = place.as_ref().map_or_else(String::new, |block| format!("{block}."));
                let named = format!("{type_name} {path}{argument}");
                if ZERO_IS_A_MISTAKE.contains(&named.as_str()) || ZERO_IS_AN_ADJUSTMENT.contains(&named.as_str()) {
                    continue;
                }
                let config = with(&nothing, place.as_deref(), &argument, value.clone());
                let found = errors(&mut client, is_resource, &type_name, config).await;
                assert_eq!(found, expected, "{named} = {value}");
            }
        }
    }
}

async fn errors(client: &mut Client, is_resource: bool, type_name: &str, config: Value) -> Vec<Said> {
    let diagnostics = if is_resource {
        client.validate(type_name, config).await
    } else {
        let config = Some(encode(&client.schemas.data_source_schemas[type_name], config));
        let request = proto::validate_data_resource_config::Request { type_name: type_name.to_owned(), config };
        said(client.provider.validate_data_resource_config(request).await.unwrap().into_inner().diagnostics)
    };
    diagnostics.into_iter().filter(|said| said.is_error).collect()
}

/// Nothing is configured but one element of each repeated block, so that the arguments in it can be tried too.
fn with_one_of_each_block(block: &proto::schema::Block) -> Value {
    let repeated = block.block_types.iter().filter(|nested| is_list(nested));
    Value::object(
        repeated.map(|nested| (nested.type_name.clone(), Value::list([with_nothing(nested.block.as_ref().unwrap())]))),
    )
}

fn with_nothing(block: &proto::schema::Block) -> Value {
    Value::object(block.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null)))
}

fn is_list(nested: &proto::schema::NestedBlock) -> bool {
    nested.nesting() == proto::schema::nested_block::NestingMode::List
}

/// Every optional argument that is a text or a number, with the value that is to count as its absence.
fn optional_arguments(block: &proto::schema::Block) -> Vec<(Place, String, Value)> {
    let inner = block.block_types.iter().filter(|nested| is_list(nested));
    let inner = inner.map(|nested| (Some(nested.type_name.clone()), nested.block.as_ref().unwrap()));
    let mut found = Vec::new();
    for (place, block) in std::iter::once((None, block)).chain(inner) {
        for attribute in block.attributes.iter().filter(|attribute| attribute.optional) {
            let value = match Type::from_json(&attribute.r#type) {
                Ok(Type::String) => Value::from(""),
                Ok(Type::Number) => 0.into(),
                _ => continue,
            };
            found.push((place.clone(), attribute.name.clone(), value));
        }
    }
    found
}

fn with(nothing: &Value, place: Option<&str>, argument: &str, value: Value) -> Value {
    let mut config = nothing.clone();
    match place {
        None => config.set(argument, value),
        Some(block) => {
            let mut element = config.get(block).element(0).clone();
            element.set(argument, value);
            config.set(block, Value::list([element]));
        }
    }
    config
}
