//! The calls of the plugin protocol, on a fake provider.

use std::sync::Arc;
use std::time::Duration;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::codec::msgpack;
use simcloud::tf::{Type, Value};

use crate::client::{Client, Planned, Said, Stored, encode};
use crate::fake_provider::{FakeProvider, SLOW};

const INSTANCE: &str = "fake_instance";

async fn fake_client() -> Client {
    Client::in_process(Arc::new(FakeProvider::default())).await
}

fn config(name: &str) -> Value {
    Value::object([("name", name)])
}

async fn create(client: &mut Client, name: &str) -> Stored {
    client.change(INSTANCE, &Stored::nothing(), &config(name)).await
}

fn errors(diagnostics: &[Said]) -> Vec<String> {
    let errors = diagnostics.iter().filter(|said| said.is_error);
    errors.map(|said| format!("{}: {}: {}", said.path, said.summary, said.detail)).collect()
}

#[tokio::test]
async fn an_unchanged_instance_plans_no_change() {
    let mut client = fake_client().await;
    let planned = client.plan(INSTANCE, &Stored::nothing(), &config("web")).await;
    assert!(planned.state.get("id").is_unknown());
    assert_eq!(planned.state.get("size"), &Value::from(1));

    let stored = client.apply(INSTANCE, &Stored::nothing(), &planned, &config("web")).await;
    assert!(stored.diagnostics.is_empty());
    assert_eq!(stored.state.get("label"), &Value::from("a web"));
    assert_eq!(stored.state.get("disk"), &Value::List(vec![]));
    assert_eq!(stored.private, b"made");

    let read = client.read(INSTANCE, &stored).await;
    assert_eq!((&read.state, &read.private), (&stored.state, &stored.private));
    let unchanged = client.plan(INSTANCE, &read, &config("web")).await;
    assert_eq!((&unchanged.state, &unchanged.private), (&stored.state, &stored.private));
    assert!(unchanged.requires_replace.is_empty());

    let renamed = client.change(INSTANCE, &stored, &config("api")).await;
    assert_eq!(renamed.state.get("id"), stored.state.get("id"));
    assert_eq!(renamed.state.get("label"), &Value::from("a api"));
    assert_eq!(renamed.private, b"made");

    let gone = client.change(INSTANCE, &renamed, &Value::Null).await;
    assert_eq!(gone.state, Value::Null);
    assert_eq!(client.read(INSTANCE, &renamed).await.state, Value::Null);
}

#[tokio::test]
async fn planning_is_deterministic() {
    let mut client = fake_client().await;
    let stored = create(&mut client, "web").await;
    let config = Value::object([("name", Value::from("api")), ("zones", Value::list(["b", "a"]))]);
    let mut plans = Vec::new();
    for _ in 0..2 {
        let schema = client.resource(INSTANCE);
        let request = proto::plan_resource_change::Request {
            type_name: INSTANCE.to_owned(),
            prior_state: Some(encode(schema, stored.state.clone())),
            proposed_new_state: Some(encode(schema, config.clone())),
            config: Some(encode(schema, config.clone())),
            ..proto::plan_resource_change::Request::default()
        };
        plans.push(client.provider.plan_resource_change(request).await.unwrap().into_inner());
    }
    assert_eq!(plans[0], plans[1]);
}

/// `""` of an optional and computed text stayed in the state, where the real provider has the computed value.
#[tokio::test]
async fn an_empty_text_leaves_the_choice_to_the_provider() {
    let mut client = fake_client().await;
    let config = |label: &str| Value::object([("name", "web"), ("label", label)]);
    let planned = client.plan(INSTANCE, &Stored::nothing(), &config("")).await;
    assert_eq!((planned.state.get("label"), planned.uses_legacy_type_system), (&Value::Unknown, true));
    let stored = client.apply(INSTANCE, &Stored::nothing(), &planned, &config("")).await;
    assert_eq!(stored.state.get("label"), &Value::from("a web"));
    let unchanged = client.plan(INSTANCE, &stored, &config("")).await;
    assert_eq!((&unchanged.state, unchanged.uses_legacy_type_system), (&stored.state, true));

    let renamed = client.plan(INSTANCE, &stored, &config("api")).await;
    assert_eq!((renamed.state.get("label"), renamed.uses_legacy_type_system), (&Value::from("api"), false));
}

#[tokio::test]
async fn a_change_that_cannot_be_made_in_place_is_a_replacement() {
    let mut client = fake_client().await;
    let stored = create(&mut client, "web").await;
    let config = Value::object([("name", "web"), ("image", "linux")]);
    assert_eq!(client.plan(INSTANCE, &stored, &config).await.requires_replace, ["image"]);
}

#[tokio::test]
async fn write_only_values_are_in_no_plan_and_no_state() {
    let mut client = fake_client().await;
    let config = Value::object([("name", "web"), ("secret", "1234")]);
    let planned = client.plan(INSTANCE, &Stored::nothing(), &config).await;
    assert_eq!(planned.state.get("secret"), &Value::Null);
    let stored = client.apply(INSTANCE, &Stored::nothing(), &planned, &config).await;
    assert_eq!(stored.state.get("secret"), &Value::Null);
    assert!(client.validate(INSTANCE, config.clone()).await.is_empty());

    let request = proto::validate_resource_config::Request {
        type_name: INSTANCE.to_owned(),
        config: Some(encode(client.resource(INSTANCE), config)),
        client_capabilities: None,
    };
    let response = client.provider.validate_resource_config(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics[0].summary, "Write-Only Argument Not Supported");
}

#[tokio::test]
async fn a_failed_creation_stores_the_partial_state() {
    let mut client = fake_client().await;
    for (name, error) in [
        ("fail", ": Creation Failed: `f-0` cannot start"),
        (
            "panic",
            ": Provider Panicked: The provider reached a state that must not occur: f-1 has no state. This is a bug in the provider; please report it",
        ),
    ] {
        let stored = create(&mut client, name).await;
        assert_eq!(errors(&stored.diagnostics), [error]);
        assert!(stored.state.get("id").is_known(), "an object without id is lost");
        assert!(stored.state.is_wholly_known());
        assert_eq!(stored.private, b"made");
    }
}

#[tokio::test]
async fn a_failed_change_keeps_the_prior_state() {
    let mut client = fake_client().await;
    let stored = create(&mut client, "web").await;
    let failed = client.change(INSTANCE, &stored, &config("fail")).await;
    assert_eq!(errors(&failed.diagnostics), ["name: Rename Failed: the name cannot be changed"]);
    assert_eq!((&failed.state, &failed.private), (&stored.state, &stored.private));

    let config = Value::object([("name", "web"), ("label", "protected")]);
    let protected = client.change(INSTANCE, &stored, &config).await;
    let kept = client.change(INSTANCE, &protected, &Value::Null).await;
    assert_eq!(errors(&kept.diagnostics), [": Instance Is Protected: the instance cannot be deleted"]);
    assert_eq!((&kept.state, &kept.private), (&protected.state, &stored.private));

    let mut dark = stored.clone();
    dark.state.set("name", "unreadable");
    let failed = client.read(INSTANCE, &dark).await;
    assert_eq!(failed.diagnostics[0].summary, "Read Failed");
    assert_eq!((&failed.state, &failed.private), (&dark.state, &dark.private));
}

#[tokio::test]
async fn diagnostics_before_a_panic_are_reported() {
    let mut client = fake_client().await;
    let planned = client.plan(INSTANCE, &Stored::nothing(), &config("panic-in-plan")).await;
    let summaries: Vec<_> = planned.diagnostics.iter().map(|said| said.summary.as_str()).collect();
    assert_eq!(summaries, ["About To Panic", "Provider Panicked"]);
    let diagnostics = client.configure(Value::object([("region", "panic")])).await;
    assert!(errors(&diagnostics)[0].contains("the region `panic` is never configured"));
}

#[tokio::test]
async fn an_undecodable_request_returns_the_prior_state() {
    let mut client = fake_client().await;
    let damaged = proto::DynamicValue { msgpack: b"\xc1".as_slice().into(), json: Vec::new() };
    let request = proto::apply_resource_change::Request {
        type_name: INSTANCE.to_owned(),
        prior_state: Some(damaged.clone()),
        planned_private: b"private".to_vec(),
        ..proto::apply_resource_change::Request::default()
    };
    let response = client.provider.apply_resource_change(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics[0].summary, "Undecodable Value");
    assert_eq!((response.new_state, response.private), (Some(damaged), b"private".to_vec()));
}

#[tokio::test]
async fn every_response_carries_the_identity() {
    let mut client = fake_client().await;
    let request = proto::get_resource_identity_schemas::Request {};
    let schemas = client.provider.get_resource_identity_schemas(request).await.unwrap().into_inner().identity_schemas;
    let identity_type = Type::object([("id", Type::String)]);
    assert_eq!(schemas[INSTANCE].identity_attributes[0].name, "id");

    let stored = create(&mut client, "web").await;
    let state = Some(encode(client.resource(INSTANCE), stored.state.clone()));
    let request =
        proto::read_resource::Request { type_name: INSTANCE.to_owned(), current_state: state, ..Default::default() };
    let response = client.provider.read_resource(request).await.unwrap().into_inner();
    let identity = response.new_identity.unwrap();
    let value = msgpack::decode(&identity.identity_data.as_ref().unwrap().msgpack, &identity_type).unwrap();
    assert_eq!(value, Value::object([("id", "f-0")]));

    let request = proto::import_resource_state::Request {
        type_name: INSTANCE.to_owned(),
        identity: Some(identity.clone()),
        ..Default::default()
    };
    let response = client.provider.import_resource_state(request).await.unwrap().into_inner();
    assert_eq!(response.imported_resources[0].identity, Some(identity.clone()));

    let raw_identity = Some(proto::RawState { json: br#"{"id":"f-0"}"#.as_slice().into(), ..Default::default() });
    let request =
        proto::upgrade_resource_identity::Request { type_name: INSTANCE.to_owned(), version: 0, raw_identity };
    let response = client.provider.upgrade_resource_identity(request).await.unwrap().into_inner();
    assert_eq!(response.upgraded_identity, Some(identity));
}

#[tokio::test]
async fn a_new_object_does_not_inherit_an_identity() {
    let mut client = fake_client().await;
    let identity_data =
        Some(crate::client::dynamic(&Value::object([("id", "f-old")]), &Type::object([("id", Type::String)])));
    let schema = client.resource(INSTANCE);
    let request = proto::plan_resource_change::Request {
        type_name: INSTANCE.to_owned(),
        proposed_new_state: Some(encode(schema, config("web"))),
        config: Some(encode(schema, config("web"))),
        prior_identity: Some(proto::ResourceIdentityData { identity_data }),
        ..Default::default()
    };
    let replacement = client.provider.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(replacement.planned_identity, None);
}

async fn upgrade(client: &mut Client, version: i64, json: &str) -> Result<Value, String> {
    let request = proto::upgrade_resource_state::Request {
        type_name: INSTANCE.to_owned(),
        version,
        raw_state: Some(proto::RawState { json: json.as_bytes().to_vec().into(), ..Default::default() }),
    };
    let response = client.provider.upgrade_resource_state(request).await.unwrap().into_inner();
    match response.diagnostics.into_iter().next() {
        Some(diagnostic) => Err(format!("{}: {}", diagnostic.summary, diagnostic.detail)),
        None => Ok(crate::client::decode(client.resource(INSTANCE), response.upgraded_state)),
    }
}

#[tokio::test]
async fn stored_states_are_upgraded() {
    let mut client = fake_client().await;
    let same =
        r#"{"id": "f-9", "name": "web", "gone": {"x": 1}, "cards": [{"serial": "s", "gone": true}], "size": 0.15}"#;
    let state = upgrade(&mut client, 2, same).await.unwrap();
    assert_eq!(
        state.get("cards"),
        &Value::list([Value::object([("serial", Value::from("s")), ("queues", Value::Null)])])
    );
    assert_eq!(state.get("size").to_string(), "0.15");
    assert_eq!(state.get("disk"), &Value::List(vec![]));

    let older = upgrade(&mut client, 1, r#"{"id": "f-9", "title": "web"}"#).await.unwrap();
    assert_eq!(older.get("name"), &Value::from("web"));
    let oldest = upgrade(&mut client, 0, "{}").await.unwrap_err();
    assert_eq!(oldest, "State Too Old: version 0 was never released");
    let wrong = upgrade(&mut client, 2, r#"{"size": "big"}"#).await.unwrap_err();
    assert_eq!(wrong, "Stored State Does Not Fit: `big` is not a decimal number");
    assert!(upgrade(&mut client, 2, "").await.unwrap_err().starts_with("Unreadable State"));
}

#[tokio::test]
async fn an_instance_is_imported_by_id() {
    let mut client = fake_client().await;
    let stored = create(&mut client, "web").await;
    let found = client.import(INSTANCE, "f-0").await;
    assert_eq!(found.state.get("disk"), &Value::List(vec![]));
    assert_eq!(client.read(INSTANCE, &found).await.state, stored.state);
    let lost = client.import(INSTANCE, "f-7").await;
    assert_eq!(errors(&lost.diagnostics), [": Object Not Found: there is no `fake_instance` with the id `f-7`"]);
}

#[tokio::test]
async fn states_of_other_types_are_moved() {
    let mut client = fake_client().await;
    let request = |source: &str| proto::move_resource_state::Request {
        source_type_name: source.to_owned(),
        source_state: Some(proto::RawState {
            json: br#"{"id": "f-1", "name": "x"}"#.as_slice().into(),
            ..Default::default()
        }),
        target_type_name: INSTANCE.to_owned(),
        source_private: b"private".to_vec(),
        ..Default::default()
    };
    let moved = client.provider.move_resource_state(request("old_instance")).await.unwrap().into_inner();
    assert_eq!(moved.target_private, b"private");
    assert_eq!(crate::client::decode(client.resource(INSTANCE), moved.target_state).get("name"), &Value::from("x"));
    assert!(moved.target_identity.is_some());
    let refused = client.provider.move_resource_state(request("other_instance")).await.unwrap().into_inner();
    assert_eq!(refused.diagnostics[0].detail, "a `fake_instance` cannot take over the state of a `other_instance`");
}

#[tokio::test]
async fn the_provider_block_is_validated_and_configured() {
    let mut client = fake_client().await;
    let said = client.validate_provider(Value::object([("region", "closed")])).await;
    assert_eq!(said[0].summary, "Deprecated Argument");
    assert_eq!(errors(&said), ["region: Closed Region: `closed` takes no instances"]);
    let said = client.configure(Value::object([("region", Value::Unknown)])).await;
    assert_eq!(said[0].summary, "Unknown Region");
    assert!(client.configure(Value::object([("region", "open")])).await.is_empty());
}

#[tokio::test]
async fn a_data_source_is_read() {
    let mut client = fake_client().await;
    create(&mut client, "web").await;
    let (data, said) = client.read_data("fake_instance_count", Value::object([("at_least", 1)])).await;
    assert!(said.is_empty());
    assert_eq!(data.get("instance_count"), &Value::from(1));
    let (nothing, said) = client.read_data("fake_instance_count", Value::object([("at_least", 5)])).await;
    assert!(nothing.is_null());
    assert_eq!(errors(&said), ["at_least: Too Few Instances: at least 5 are expected, 1 exist"]);
}

#[tokio::test]
async fn a_function_returns_a_result_or_an_error() {
    let mut client = fake_client().await;
    assert_eq!(client.call("half", &[8.into()]).await, Ok(4.into()));
    assert_eq!(client.call("half", &[7.into()]).await, Err("`7` is odd".to_owned()));
    assert_eq!(client.call("half", &[Value::Null]).await, Err("`number` must not be null".to_owned()));
    assert_eq!(client.call("half", &[]).await, Err("expected 1 argument, found 0".to_owned()));
    assert_eq!(client.call("half", &[Value::Unknown]).await, Ok(Value::Unknown));
    let huge = Value::Number("1e30".parse().unwrap());
    assert!(client.call("half", &[huge]).await.unwrap_err().contains("small numbers"));
}

#[tokio::test]
async fn a_change_completes_after_the_client_disconnects() {
    let provider = FakeProvider::default();
    let instances = provider.instances();
    let mut client = Client::in_process(Arc::new(provider)).await;
    let planned: Planned = client.plan(INSTANCE, &Stored::nothing(), &config("slow")).await;
    let nothing = Stored::nothing();
    let config = config("slow");
    let apply = client.apply(INSTANCE, &nothing, &planned, &config);
    assert!(tokio::time::timeout(Duration::from_millis(20), apply).await.is_err());
    drop(client);
    tokio::time::timeout(Duration::from_secs(5), async {
        while instances.count() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the change was given up");
}

#[tokio::test]
async fn names_and_capabilities_are_listed() {
    let mut client = fake_client().await;
    let metadata = client.provider.get_metadata(proto::get_metadata::Request {}).await.unwrap().into_inner();
    assert_eq!(metadata.resources[0].type_name, INSTANCE);
    assert_eq!(metadata.data_sources[0].type_name, "fake_instance_count");
    assert_eq!(metadata.functions[0].name, "half");
    let functions = client.provider.get_functions(proto::get_functions::Request {}).await.unwrap().into_inner();
    assert_eq!(functions.functions, client.schemas.functions);
    let stopped = client.provider.stop_provider(proto::stop_provider::Request {}).await.unwrap().into_inner();
    assert_eq!(stopped.error, "");
}

/// A long computation held up every other call, and `Shutdown` and signals with them.
#[tokio::test]
async fn a_long_call_does_not_delay_others() {
    let mut client = fake_client().await;
    let mut other = client.provider.clone();
    let slow = tokio::spawn(async move { client.call("half", &[SLOW.into()]).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let stopped = other.stop_provider(proto::stop_provider::Request {});
    tokio::time::timeout(Duration::from_secs(1), stopped).await.expect("it is answered meanwhile").unwrap();
    assert!(!slow.is_finished());
    assert_eq!(slow.await.unwrap(), Ok((SLOW / 2).into()));
}
