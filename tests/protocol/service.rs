//! What each call means, on a provider that is known by heart.

use std::sync::Arc;
use std::time::Duration;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::codec::msgpack;
use simcloud::tf::{Type, Value};

use crate::client::{Client, Planned, Said, Stored, encode};
use crate::shelf::Shelf;

const THING: &str = "shelf_thing";

async fn shelf() -> Client {
    Client::in_process(Arc::new(Shelf::default())).await
}

fn thing(name: &str) -> Value {
    Value::object([("name", name)])
}

async fn create(client: &mut Client, name: &str) -> Stored {
    client.change(THING, &Stored::nothing(), &thing(name)).await
}

fn errors(diagnostics: &[Said]) -> Vec<String> {
    let errors = diagnostics.iter().filter(|said| said.is_error);
    errors.map(|said| format!("{}: {}: {}", said.path, said.summary, said.detail)).collect()
}

#[tokio::test]
async fn a_thing_lives_quietly() {
    let mut client = shelf().await;
    let planned = client.plan(THING, &Stored::nothing(), &thing("ball")).await;
    assert!(planned.state.get("id").is_unknown());
    assert_eq!(planned.state.get("size"), &Value::from(1));

    let stored = client.apply(THING, &Stored::nothing(), &planned, &thing("ball")).await;
    assert!(stored.diagnostics.is_empty());
    assert_eq!(stored.state.get("label"), &Value::from("a ball"));
    assert_eq!(stored.state.get("drawer"), &Value::List(vec![]));
    assert_eq!(stored.private, b"made");

    let read = client.read(THING, &stored).await;
    assert_eq!((&read.state, &read.private), (&stored.state, &stored.private));
    let quiet = client.plan(THING, &read, &thing("ball")).await;
    assert_eq!((&quiet.state, &quiet.private), (&stored.state, &stored.private));
    assert!(quiet.requires_replace.is_empty());

    let renamed = client.change(THING, &stored, &thing("globe")).await;
    assert_eq!(renamed.state.get("id"), stored.state.get("id"));
    assert_eq!(renamed.state.get("label"), &Value::from("a globe"));
    assert_eq!(renamed.private, b"made");

    let gone = client.change(THING, &renamed, &Value::Null).await;
    assert_eq!(gone.state, Value::Null);
    assert_eq!(client.read(THING, &renamed).await.state, Value::Null);
}

#[tokio::test]
async fn plans_are_the_same_every_time() {
    let mut client = shelf().await;
    let stored = create(&mut client, "ball").await;
    let config = Value::object([("name", Value::from("cube")), ("colours", Value::list(["red", "blue"]))]);
    let mut plans = Vec::new();
    for _ in 0..2 {
        let schema = client.resource(THING);
        let request = proto::plan_resource_change::Request {
            type_name: THING.to_owned(),
            prior_state: Some(encode(schema, stored.state.clone())),
            proposed_new_state: Some(encode(schema, config.clone())),
            config: Some(encode(schema, config.clone())),
            ..proto::plan_resource_change::Request::default()
        };
        plans.push(client.provider.plan_resource_change(request).await.unwrap().into_inner());
    }
    assert_eq!(plans[0], plans[1]);
}

#[tokio::test]
async fn a_change_that_cannot_be_made_in_place_is_a_replacement() {
    let mut client = shelf().await;
    let stored = create(&mut client, "ball").await;
    let config = Value::object([("name", "ball"), ("kind", "glass")]);
    assert_eq!(client.plan(THING, &stored, &config).await.requires_replace, ["kind"]);
}

#[tokio::test]
async fn write_only_values_are_in_no_plan_and_no_state() {
    let mut client = shelf().await;
    let config = Value::object([("name", "safe"), ("secret", "1234")]);
    let planned = client.plan(THING, &Stored::nothing(), &config).await;
    assert_eq!(planned.state.get("secret"), &Value::Null);
    let stored = client.apply(THING, &Stored::nothing(), &planned, &config).await;
    assert_eq!(stored.state.get("secret"), &Value::Null);
    assert!(client.validate(THING, config.clone()).await.is_empty());

    let request = proto::validate_resource_config::Request {
        type_name: THING.to_owned(),
        config: Some(encode(client.resource(THING), config)),
        client_capabilities: None,
    };
    let response = client.provider.validate_resource_config(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics[0].summary, "Write-Only Argument Not Supported");
}

#[tokio::test]
async fn a_creation_that_fails_halfway_is_stored_as_far_as_it_came() {
    let mut client = shelf().await;
    for (name, error) in [
        ("fail", ": Dropped: `t-0` fell"),
        (
            "panic",
            ": Provider Panicked: The provider met a state that it holds to be impossible: t-1 exploded. Please report it",
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
async fn failed_changes_lose_nothing() {
    let mut client = shelf().await;
    let stored = create(&mut client, "ball").await;
    let failed = client.change(THING, &stored, &thing("fail")).await;
    assert_eq!(errors(&failed.diagnostics), ["name: Ink Dry: the name cannot be changed"]);
    assert_eq!((&failed.state, &failed.private), (&stored.state, &stored.private));

    let config = Value::object([("name", "ball"), ("label", "glued")]);
    let glued = client.change(THING, &stored, &config).await;
    let kept = client.change(THING, &glued, &Value::Null).await;
    assert_eq!(errors(&kept.diagnostics), [": Glued: the thing does not come off"]);
    assert_eq!((&kept.state, &kept.private), (&glued.state, &stored.private));

    let mut dark = stored.clone();
    dark.state.set("name", "unreadable");
    let unread = client.read(THING, &dark).await;
    assert_eq!(unread.diagnostics[0].summary, "Too Dark");
    assert_eq!((&unread.state, &unread.private), (&dark.state, &dark.private));
}

#[tokio::test]
async fn what_was_said_before_a_panic_is_said() {
    let mut client = shelf().await;
    let planned = client.plan(THING, &Stored::nothing(), &thing("panic-in-plan")).await;
    let summaries: Vec<_> = planned.diagnostics.iter().map(|said| said.summary.as_str()).collect();
    assert_eq!(summaries, ["About To Panic", "Provider Panicked"]);
    let deaf = client.configure(Value::object([("room", "attic")])).await;
    assert!(errors(&deaf)[0].contains("the attic is haunted"));
}

#[tokio::test]
async fn undecodable_requests_echo_what_came() {
    let mut client = shelf().await;
    let damaged = proto::DynamicValue { msgpack: b"\xc1".to_vec(), json: Vec::new() };
    let request = proto::apply_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: Some(damaged.clone()),
        planned_private: b"private".to_vec(),
        ..proto::apply_resource_change::Request::default()
    };
    let response = client.provider.apply_resource_change(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics[0].summary, "Undecodable Value");
    assert_eq!((response.new_state, response.private), (Some(damaged), b"private".to_vec()));
}

#[tokio::test]
async fn the_identity_is_said_with_every_answer() {
    let mut client = shelf().await;
    let request = proto::get_resource_identity_schemas::Request {};
    let schemas = client.provider.get_resource_identity_schemas(request).await.unwrap().into_inner().identity_schemas;
    let identity_type = Type::object([("id", Type::String)]);
    assert_eq!(schemas[THING].identity_attributes[0].name, "id");

    let stored = create(&mut client, "ball").await;
    let state = Some(encode(client.resource(THING), stored.state.clone()));
    let request =
        proto::read_resource::Request { type_name: THING.to_owned(), current_state: state, ..Default::default() };
    let response = client.provider.read_resource(request).await.unwrap().into_inner();
    let identity = response.new_identity.unwrap();
    let value = msgpack::decode(&identity.identity_data.as_ref().unwrap().msgpack, &identity_type).unwrap();
    assert_eq!(value, Value::object([("id", "t-0")]));

    let request = proto::import_resource_state::Request {
        type_name: THING.to_owned(),
        identity: Some(identity.clone()),
        ..Default::default()
    };
    let response = client.provider.import_resource_state(request).await.unwrap().into_inner();
    assert_eq!(response.imported_resources[0].identity, Some(identity.clone()));

    let raw_identity = Some(proto::RawState { json: br#"{"id":"t-0"}"#.to_vec(), ..Default::default() });
    let request = proto::upgrade_resource_identity::Request { type_name: THING.to_owned(), version: 0, raw_identity };
    let response = client.provider.upgrade_resource_identity(request).await.unwrap().into_inner();
    assert_eq!(response.upgraded_identity, Some(identity));
}

#[tokio::test]
async fn a_new_object_does_not_inherit_an_identity() {
    let mut client = shelf().await;
    let identity_data =
        Some(crate::client::dynamic(&Value::object([("id", "t-old")]), &Type::object([("id", Type::String)])));
    let schema = client.resource(THING);
    let request = proto::plan_resource_change::Request {
        type_name: THING.to_owned(),
        proposed_new_state: Some(encode(schema, thing("ball"))),
        config: Some(encode(schema, thing("ball"))),
        prior_identity: Some(proto::ResourceIdentityData { identity_data }),
        ..Default::default()
    };
    let replacement = client.provider.plan_resource_change(request).await.unwrap().into_inner();
    assert_eq!(replacement.planned_identity, None);
}

async fn upgrade(client: &mut Client, version: i64, json: &str) -> Result<Value, String> {
    let request = proto::upgrade_resource_state::Request {
        type_name: THING.to_owned(),
        version,
        raw_state: Some(proto::RawState { json: json.as_bytes().to_vec(), ..Default::default() }),
    };
    let response = client.provider.upgrade_resource_state(request).await.unwrap().into_inner();
    match response.diagnostics.into_iter().next() {
        Some(diagnostic) => Err(format!("{}: {}", diagnostic.summary, diagnostic.detail)),
        None => Ok(crate::client::decode(client.resource(THING), response.upgraded_state)),
    }
}

#[tokio::test]
async fn stored_states_are_brought_up_to_date() {
    let mut client = shelf().await;
    let same =
        r#"{"id": "t-9", "name": "ball", "gone": {"x": 1}, "parts": [{"serial": "s", "gone": true}], "size": 0.15}"#;
    let state = upgrade(&mut client, 2, same).await.unwrap();
    assert_eq!(
        state.get("parts"),
        &Value::list([Value::object([("serial", Value::from("s")), ("weight", Value::Null)])])
    );
    assert_eq!(state.get("size").to_string(), "0.15");
    assert_eq!(state.get("drawer"), &Value::List(vec![]));

    let older = upgrade(&mut client, 1, r#"{"id": "t-9", "title": "ball"}"#).await.unwrap();
    assert_eq!(older.get("name"), &Value::from("ball"));
    let oldest = upgrade(&mut client, 0, "{}").await.unwrap_err();
    assert_eq!(oldest, "Too Old: things of version 0 were never sold");
    let wrong = upgrade(&mut client, 2, r#"{"size": "big"}"#).await.unwrap_err();
    assert_eq!(wrong, "Stored State Does Not Fit: `big` is not a decimal number");
    assert!(upgrade(&mut client, 2, "").await.unwrap_err().starts_with("Unreadable State"));
}

#[tokio::test]
async fn things_are_imported_by_id() {
    let mut client = shelf().await;
    let stored = create(&mut client, "ball").await;
    let found = client.import(THING, "t-0").await;
    assert_eq!(found.state.get("drawer"), &Value::List(vec![]));
    assert_eq!(client.read(THING, &found).await.state, stored.state);
    let lost = client.import(THING, "t-7").await;
    assert_eq!(errors(&lost.diagnostics), [": Object Not Found: there is no `shelf_thing` with the id `t-7`"]);
}

#[tokio::test]
async fn states_of_other_types_are_taken_over() {
    let mut client = shelf().await;
    let request = |source: &str| proto::move_resource_state::Request {
        source_type_name: source.to_owned(),
        source_state: Some(proto::RawState { json: br#"{"id": "t-1", "name": "x"}"#.to_vec(), ..Default::default() }),
        target_type_name: THING.to_owned(),
        source_private: b"private".to_vec(),
        ..Default::default()
    };
    let moved = client.provider.move_resource_state(request("old_thing")).await.unwrap().into_inner();
    assert_eq!(moved.target_private, b"private");
    assert_eq!(crate::client::decode(client.resource(THING), moved.target_state).get("name"), &Value::from("x"));
    assert!(moved.target_identity.is_some());
    let refused = client.provider.move_resource_state(request("stranger")).await.unwrap().into_inner();
    assert_eq!(refused.diagnostics[0].detail, "a `shelf_thing` cannot take over the state of a `stranger`");
}

#[tokio::test]
async fn the_provider_is_configured_and_checked() {
    let mut client = shelf().await;
    let said = client.validate_provider(Value::object([("room", "cellar")])).await;
    assert_eq!(said[0].summary, "Deprecated Argument");
    assert_eq!(errors(&said), ["room: Damp Room: things in the `cellar` rot"]);
    let said = client.configure(Value::object([("room", Value::Unknown)])).await;
    assert_eq!(said[0].summary, "Unknown Room");
    assert!(client.configure(Value::object([("room", "hall")])).await.is_empty());
}

#[tokio::test]
async fn data_is_read() {
    let mut client = shelf().await;
    create(&mut client, "ball").await;
    let (data, said) = client.read_data("shelf_count", Value::object([("at_least", 1)])).await;
    assert!(said.is_empty());
    assert_eq!(data.get("count_of_things"), &Value::from(1));
    let (nothing, said) = client.read_data("shelf_count", Value::object([("at_least", 5)])).await;
    assert!(nothing.is_null());
    assert_eq!(errors(&said), ["at_least: Too Few: 5 wanted, 1 found"]);
}

#[tokio::test]
async fn functions_answer_or_say_why_not() {
    let mut client = shelf().await;
    assert_eq!(client.call("half", &[8.into()]).await, Ok(4.into()));
    assert_eq!(client.call("half", &[7.into()]).await, Err("`7` is odd".to_owned()));
    assert_eq!(client.call("half", &[Value::Null]).await, Err("`number` must not be null".to_owned()));
    assert_eq!(client.call("half", &[]).await, Err("expected 1 arguments, found 0".to_owned()));
    assert_eq!(client.call("half", &[Value::Unknown]).await, Ok(Value::Unknown));
    let huge = Value::Number("1e30".parse().unwrap());
    assert!(client.call("half", &[huge]).await.unwrap_err().contains("small numbers"));
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_end_half_a_change() {
    let provider = Shelf::default();
    let things = provider.things();
    let mut client = Client::in_process(Arc::new(provider)).await;
    let planned: Planned = client.plan(THING, &Stored::nothing(), &thing("slow")).await;
    let nothing = Stored::nothing();
    let config = thing("slow");
    let apply = client.apply(THING, &nothing, &planned, &config);
    assert!(tokio::time::timeout(Duration::from_millis(20), apply).await.is_err());
    drop(client);
    tokio::time::timeout(Duration::from_secs(5), async {
        while things.count() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the change was given up");
}

#[tokio::test]
async fn names_and_capabilities_are_listed() {
    let mut client = shelf().await;
    let metadata = client.provider.get_metadata(proto::get_metadata::Request {}).await.unwrap().into_inner();
    assert_eq!(metadata.resources[0].type_name, THING);
    assert_eq!(metadata.data_sources[0].type_name, "shelf_count");
    assert_eq!(metadata.functions[0].name, "half");
    let functions = client.provider.get_functions(proto::get_functions::Request {}).await.unwrap().into_inner();
    assert_eq!(functions.functions, client.schemas.functions);
    let stopped = client.provider.stop_provider(proto::stop_provider::Request {}).await.unwrap().into_inner();
    assert_eq!(stopped.error, "");
}
