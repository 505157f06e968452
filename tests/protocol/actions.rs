//! The calls of actions: on a fake provider what the protocol asks for, on the real one what they do.

use std::sync::Arc;
use std::time::Duration;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::plugin::proto::tfplugin6::invoke_action::event::Type as Event;
use simcloud::tf::Value;
use tonic::Streaming;

use crate::client::{Client, Said, Stored, encode, said};
use crate::fake_provider::FakeProvider;
use crate::fixtures::TestWorld;

const BOOT: &str = "fake_boot";

/// What an invocation said, and how it ended.
#[derive(Debug)]
pub(crate) struct Invoked {
    pub(crate) progress: Vec<String>,
    /// `None` if the stream ended without saying so.
    pub(crate) completed: Option<Vec<Said>>,
}

/// Reads a stream to its end, as the CLI does. Nothing may follow the end.
async fn read(mut stream: Streaming<proto::invoke_action::Event>) -> Invoked {
    let mut invoked = Invoked { progress: Vec::new(), completed: None };
    while let Some(event) = stream.message().await.unwrap() {
        assert!(invoked.completed.is_none(), "an event after the end");
        match event.r#type.expect("the CLI crashes on an empty event") {
            Event::Progress(progress) => invoked.progress.push(progress.message),
            Event::Completed(completed) => invoked.completed = Some(said(completed.diagnostics)),
        }
    }
    invoked
}

fn config(client: &Client, action: &str, config: Value) -> proto::DynamicValue {
    encode(client.schemas.action_schemas[action].schema.as_ref().unwrap(), config)
}

async fn stream(client: &mut Client, action: &str, given: Value) -> Streaming<proto::invoke_action::Event> {
    let request = proto::invoke_action::Request {
        action_type: action.to_owned(),
        config: Some(config(client, action, given)),
        // Terraform allows deferral in every apply.
        client_capabilities: Some(proto::ClientCapabilities { deferral_allowed: true, ..Default::default() }),
    };
    client.provider.invoke_action(request).await.unwrap().into_inner()
}

async fn invoke(client: &mut Client, action: &str, given: Value) -> Invoked {
    read(stream(client, action, given).await).await
}

async fn plan(client: &mut Client, action: &str, given: Value, deferral_allowed: bool) -> proto::plan_action::Response {
    let request = proto::plan_action::Request {
        action_type: action.to_owned(),
        config: Some(config(client, action, given)),
        client_capabilities: Some(proto::ClientCapabilities { deferral_allowed, ..Default::default() }),
    };
    client.provider.plan_action(request).await.unwrap().into_inner()
}

async fn validate(client: &mut Client, action: &str, given: Value) -> Vec<Said> {
    let request = proto::validate_action_config::Request {
        type_name: action.to_owned(),
        config: Some(config(client, action, given)),
    };
    said(client.provider.validate_action_config(request).await.unwrap().into_inner().diagnostics)
}

fn nothing() -> Value {
    Value::object::<&str, Value>([])
}

fn summaries(diagnostics: &[Said]) -> Vec<&str> {
    diagnostics.iter().map(|said| said.summary.as_str()).collect()
}

async fn fake_client() -> (Client, Arc<FakeProvider>) {
    let provider = Arc::new(FakeProvider::default());
    (Client::in_process(provider.clone()).await, provider)
}

#[tokio::test]
async fn an_invocation_reports_progress_and_always_ends_with_completed() {
    let (mut client, provider) = fake_client().await;
    let boot = |name: &str| Value::object([("name", name)]);
    let fine = invoke(&mut client, BOOT, boot("web")).await;
    assert_eq!(fine.progress, ["booting web"]);
    assert_eq!(fine.completed, Some(vec![]));
    let failed = invoke(&mut client, BOOT, boot("fail")).await;
    assert_eq!(summaries(&failed.completed.unwrap()), ["About To Fail", "Boot Failed"]);
    let panicked = invoke(&mut client, BOOT, boot("panic")).await;
    assert_eq!(summaries(&panicked.completed.unwrap()), ["Provider Panicked"]);
    assert_eq!(panicked.progress, ["booting panic"], "what was said before stays said");
    let talkative = invoke(&mut client, BOOT, boot("talkative")).await;
    assert_eq!((talkative.progress.len(), talkative.completed), (103, Some(vec![])));
    assert_eq!(provider.instances().booted(), 2);
}

/// The CLI sends null where an action has no `config` block, and an empty object only to validate.
#[tokio::test]
async fn a_configuration_that_is_null_has_null_arguments() {
    let (mut client, _) = fake_client().await;
    let request = proto::invoke_action::Request { action_type: BOOT.to_owned(), ..Default::default() };
    let stream = client.provider.invoke_action(request).await.unwrap().into_inner();
    let invoked = read(stream).await;
    assert_eq!((invoked.progress, invoked.completed), (vec!["booting nobody".to_owned()], Some(vec![])));
    // Terraform 1.16 crashes on a diagnostic of the plan, which has no block to point at.
    let request = proto::plan_action::Request { action_type: BOOT.to_owned(), ..Default::default() };
    let planned = client.provider.plan_action(request).await.unwrap().into_inner();
    assert_eq!(planned.diagnostics, []);
    let planned = said(plan(&mut client, BOOT, nothing(), false).await.diagnostics);
    assert_eq!(planned[0].detail, "nobody would boot");
}

/// A change is not left halfway because its client has gone.
#[tokio::test]
async fn an_invocation_whose_stream_is_not_read_is_made_to_its_end() {
    let (mut client, provider) = fake_client().await;
    drop(stream(&mut client, BOOT, Value::object([("name", "slow")])).await);
    for _ in 0..200 {
        if provider.instances().booted() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not boot");
}

#[tokio::test]
async fn an_unknown_action_and_bytes_that_are_no_value_complete_with_an_error() {
    let (mut client, _) = fake_client().await;
    let unreadable = || Some(proto::DynamicValue { msgpack: b"\xc1".as_slice().into(), json: Vec::new() });
    for (action, config, summary) in [("fake_nothing", None, "Unknown Type"), (BOOT, unreadable(), "Undecodable Value")]
    {
        let request = proto::invoke_action::Request { action_type: action.to_owned(), config, ..Default::default() };
        let invoked = read(client.provider.invoke_action(request).await.unwrap().into_inner()).await;
        assert_eq!(summaries(&invoked.completed.unwrap()), [summary]);
    }
}

#[tokio::test]
async fn actions_are_in_the_metadata_and_under_the_providers_name() {
    for (name, actions) in [
        (
            "simcloud",
            [
                "simcloud_advance_clock",
                "simcloud_change_market",
                "simcloud_ess_execute_scaling_rule",
                "simcloud_reclaim_spot",
                "simcloud_terminate_instances",
            ],
        ),
        (
            "alicloud",
            [
                "alicloud_advance_clock",
                "alicloud_change_market",
                "alicloud_ess_execute_scaling_rule",
                "alicloud_reclaim_spot",
                "alicloud_terminate_instances",
            ],
        ),
    ] {
        let provider = simcloud::provider::SimcloudProvider::new(name, simcloud::provider::Settings::default());
        let mut client = Client::in_process(Arc::new(provider)).await;
        assert_eq!(client.schemas.action_schemas.keys().collect::<Vec<_>>(), actions);
        let metadata = client.provider.get_metadata(proto::get_metadata::Request {}).await.unwrap().into_inner();
        assert_eq!(metadata.actions.into_iter().map(|action| action.type_name).collect::<Vec<_>>(), actions);
    }
}

/// A reservation of two instances; pay-as-you-go unless its spot strategy says otherwise.
async fn launch(world: &TestWorld, client: &mut Client, spot: bool) -> (Stored, Value) {
    let mut config = world.config("simcloud_run_instances", "next");
    if spot {
        config.set("spot_strategy", "SpotAsPriceGo");
    }
    let made = client.change("simcloud_run_instances", &Stored::nothing(), &config).await;
    assert!(made.diagnostics.iter().all(|said| !said.is_error), "{:?}", made.diagnostics);
    (made, config)
}

#[tokio::test]
async fn w9_a_plan_warns_of_what_the_invocation_then_does_once() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let (made, _) = launch(&world, &mut client, true).await;
    let action = "simcloud_reclaim_spot";
    let one = Value::object([("count", 1)]);
    assert_eq!(validate(&mut client, action, one.clone()).await, []);
    for _ in 0..2 {
        let planned = said(plan(&mut client, action, one.clone(), false).await.diagnostics);
        assert_eq!(planned[0].detail, "1 of 2 spot instances would be reclaimed.");
    }
    let invoked = invoke(&mut client, action, one.clone()).await;
    assert_eq!(invoked.completed, Some(vec![]));
    assert_eq!(invoked.progress.len(), 3, "{:?}", invoked.progress);
    assert_eq!(invoked.progress[2], "1 of 2 spot instances was reclaimed.");
    let read = client.read("simcloud_run_instances", &made).await;
    let states: Vec<&str> =
        (0..2).filter_map(|index| read.state.get("instances").element(index).get("state").as_str()).collect();
    assert_eq!(states, ["running", "terminated"]);
    invoke(&mut client, action, Value::Null).await;
    let again = invoke(&mut client, action, nothing()).await;
    assert_eq!(again.progress, ["No spot instance runs."]);
    let zone = Value::object([("zone_id", "cn-heyuan-b")]);
    for (config, expected) in
        [(nothing(), "No spot instance runs."), (zone, "No spot instance runs in the pools that were named.")]
    {
        let planned = said(plan(&mut client, action, config, false).await.diagnostics);
        assert_eq!((&*planned[0].summary, &*planned[0].detail), ("Nothing Would Be Changed", expected));
    }
    launch(&world, &mut client, false).await;
    let far = Value::object([("by", "96432h")]);
    let invoked = invoke(&mut client, "simcloud_advance_clock", far).await;
    assert_eq!(invoked.completed.unwrap()[0].summary, "Clock Moved Too Far");
    assert_eq!(again.completed, Some(vec![]), "repeating is harmless");
}

#[tokio::test]
async fn w9_what_is_wrong_is_refused_at_its_argument() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let (made, _) = launch(&world, &mut client, false).await;
    let id = made.state.get("instances").element(0).get("instance_id").clone();
    let named = Value::object([("instance_ids", Value::list([id]))]);
    for _ in 0..2 {
        // The plan failed, although `on_failure = continue` lets the apply go on and what is refused now may be done later.
        let planned = said(plan(&mut client, "simcloud_reclaim_spot", named.clone(), false).await.diagnostics);
        assert_eq!((planned[0].is_error, planned[0].path.as_str()), (false, "instance_ids"));
        let invoked = invoke(&mut client, "simcloud_reclaim_spot", named.clone()).await;
        let refused = invoked.completed.unwrap();
        assert_eq!((refused[0].is_error, &refused[0].path), (true, &planned[0].path));
        assert_eq!((&refused[0].summary, planned.len()), (&planned[0].summary, 1));
        assert!(planned[0].detail.starts_with(&refused[0].detail), "{planned:?}");
        assert!(planned[0].detail.ends_with("if that is still so when it is invoked."), "{planned:?}");
    }
    let terminated = invoke(&mut client, "simcloud_terminate_instances", named).await;
    assert_eq!(terminated.completed, Some(vec![]));
    let wrong = validate(&mut client, "simcloud_advance_clock", Value::object([("by", "soon")])).await;
    assert_eq!(wrong[0].path, "by");
    let planned = plan(&mut client, "simcloud_advance_clock", Value::object([("by", "soon")]), false).await.diagnostics;
    assert_eq!(said(planned), wrong, "what is wrong whatever the world is");
    let invoked = invoke(&mut client, "simcloud_advance_clock", Value::object([("by", "soon")])).await;
    assert_eq!(invoked.completed.unwrap()[0].path, "by");
}

/// What an action would do cannot be said, and what it does cannot be left for later.
#[tokio::test]
async fn an_unknown_provider_block_defers_a_plan_and_fails_an_invocation() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    assert_eq!(client.configure(Value::object([("world", Value::Unknown)])).await, []);
    let action = "simcloud_reclaim_spot";
    let deferred = plan(&mut client, action, nothing(), true).await;
    assert_eq!(deferred.deferred.unwrap().reason(), proto::deferred::Reason::ProviderConfigUnknown);
    let silent = plan(&mut client, action, nothing(), false).await;
    assert_eq!((silent.deferred, silent.diagnostics.len()), (None, 0));
    let invoked = invoke(&mut client, action, nothing()).await;
    assert_eq!(summaries(&invoked.completed.unwrap()), ["Provider Not Configured"]);
    // An argument may be unknown in a plan.
    let mut client = world.client().await;
    let unknown = plan(&mut client, action, Value::object([("zone_id", Value::Unknown)]), false).await;
    assert_eq!(unknown.diagnostics, []);
}

/// Its resource does what an action does, once per change of its arguments, and leaves no object behind (W1).
#[tokio::test]
async fn w9_the_resource_makes_its_change_once_and_again_when_it_changes() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let (made, launched) = launch(&world, &mut client, true).await;
    let type_name = "simcloud_world_change";
    let config = |run: &str| {
        Value::object([
            ("triggers", Value::object([("run", run)])),
            ("reclaim_spot", Value::object([("count", Value::from(1))])),
        ])
    };
    let first = client.change(type_name, &Stored::nothing(), &config("1")).await;
    assert_eq!(first.state.get("summary"), &Value::from("1 of 2 spot instances was reclaimed."));
    assert_eq!(first.state.get("time"), &Value::from("2026-01-01T00:00:00Z"));
    assert_eq!(first.state.get("changed_instance_ids").as_list().unwrap().len(), 1);
    let unchanged = client.plan(type_name, &first, &config("1")).await;
    assert_eq!((&unchanged.state, unchanged.requires_replace.len()), (&first.state, 0));
    assert_eq!(client.read(type_name, &first).await.state, first.state);

    let again = client.plan(type_name, &first, &config("2")).await;
    assert!(again.state.get("summary").is_unknown() && again.requires_replace.is_empty());
    let second = client.apply(type_name, &first, &again, &config("2")).await;
    assert_eq!(second.state.get("summary"), &Value::from("1 of 1 spot instance was reclaimed."));
    let third = client.change(type_name, &second, &config("3")).await;
    assert_eq!(summaries(&third.diagnostics), ["World Not Changed"], "nothing was left to do");

    let rules = Value::object([("stock", Value::list([Value::object([("spot", Value::from(0))])]))]);
    let typed = Value::Typed(Box::new(rules.literal_type()), Box::new(rules));
    let market = Value::object([("change_market", Value::object([("scenario", typed)]))]);
    let changed = client.change(type_name, &third, &market).await;
    assert!(changed.state.get("summary").as_str().unwrap().starts_with("1 rule was added"), "{:?}", changed.state);
    let read = client.read(type_name, &changed).await;
    assert_eq!(client.plan(type_name, &read, &market).await.state, changed.state);
    let gone = client.change(type_name, &changed, &Value::Null).await;
    assert!(gone.state.is_null() && gone.diagnostics.is_empty(), "{:?}", gone.diagnostics);
    let planned = client.plan("simcloud_run_instances", &made, &launched).await;
    assert!(planned.diagnostics.iter().all(|said| !said.is_error), "{:?}", planned.diagnostics);
}

#[tokio::test]
async fn w9_a_resource_has_exactly_one_change() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    let blocks = |names: &[&str]| Value::object(names.iter().map(|name| (*name, nothing())));
    for names in [&[][..], &["reclaim_spot", "terminate_instances"]] {
        let said = client.validate("simcloud_world_change", blocks(names)).await;
        assert_eq!(summaries(&said), ["One Block Required"]);
    }
    assert_eq!(client.validate("simcloud_world_change", blocks(&["reclaim_spot"])).await, []);
}

/// Terraform sends a `dynamic` block with an unknown `for_each` as a block in which everything is unknown. Two of them, of
/// which one will be there, were refused as two blocks.
#[tokio::test]
async fn w9_a_block_that_may_not_be_there_is_not_counted() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    let attributes = |names: &[&str]| Value::object(names.iter().map(|name| (*name, Value::Unknown)));
    let advance = attributes(&["by", "to"]);
    let reclaim = attributes(&["zone_id", "instance_type", "instance_ids", "count"]);
    let certain = Value::object([("by", "1h")]);
    for (advance, reclaim, said) in
        [(&advance, &reclaim, None), (&certain, &reclaim, None), (&certain, &nothing(), Some("One Block Required"))]
    {
        let config = Value::object([("advance_clock", advance.clone()), ("reclaim_spot", reclaim.clone())]);
        let diagnostics = client.validate("simcloud_world_change", config).await;
        assert_eq!(summaries(&diagnostics), said.into_iter().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_scaling_rule_is_executed() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    world.enable_scaling_group().await;
    let rule = world.config("simcloud_ess_scaling_rule", "next");
    let rule = client.change("simcloud_ess_scaling_rule", &Stored::nothing(), &rule).await.state;
    let action = "simcloud_ess_execute_scaling_rule";
    let of = |id: Value| Value::object([("scaling_rule_id", id)]);
    let planned = said(plan(&mut client, action, of(rule.get("id").clone()), false).await.diagnostics);
    assert_eq!(summaries(&planned), ["Scaling Group Would Be Changed"]);
    assert!(planned[0].detail.contains("the desired capacity 2, and 2 instances"), "{planned:?}");
    let invoked = invoke(&mut client, action, of(rule.get("id").clone())).await;
    assert_eq!(invoked.completed, Some(Vec::new()));
    assert!(invoked.progress[0].contains("has the desired capacity 2, and 2 instances"), "{invoked:?}");
    let planned = said(plan(&mut client, action, of("asr-none".into()), false).await.diagnostics);
    assert_eq!((planned[0].is_error, summaries(&planned)), (false, vec!["InvalidScalingRuleId.NotFound"]));
    let missing = invoke(&mut client, action, of("asr-none".into())).await;
    assert_eq!(summaries(missing.completed.as_ref().unwrap()), ["InvalidScalingRuleId.NotFound"]);
    assert_eq!(missing.completed.unwrap()[0].path, "scaling_rule_id");
    assert_eq!(summaries(&validate(&mut client, action, of("".into())).await), ["Missing Argument"]);
}

/// Its twin executes it once, and again when `triggers` change (G20).
#[tokio::test]
async fn a_scaling_rule_is_executed_by_the_resource() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let rule = adding_rule(&world, &mut client).await;
    let type_name = "simcloud_world_change";
    let of = |run: &str, id: &Value| {
        let arguments = Value::object([("scaling_rule_id", id.clone())]);
        Value::object([("triggers", Value::object([("run", run)])), ("execute_scaling_rule", arguments)])
    };
    let first = client.change(type_name, &Stored::nothing(), &of("1", &rule)).await;
    let says = |stored: &Stored, what: &str| stored.state.get("summary").as_str().unwrap().contains(what);
    assert!(says(&first, "has the desired capacity 2, and 2 instances"), "{:?}", first.state);
    assert_eq!(first.state.get("changed_instance_ids").as_list().unwrap().len(), 1);
    assert_eq!(first.state.get("time"), &Value::from("2026-01-01T00:00:00Z"));
    assert_eq!(client.plan(type_name, &first, &of("1", &rule)).await.state, first.state);
    let second = client.change(type_name, &first, &of("2", &rule)).await;
    assert!(says(&second, "the desired capacity 3, and 3 instances") && second.diagnostics.is_empty(), "{second:?}");
    let third = client.change(type_name, &second, &of("3", &rule)).await;
    assert_eq!(summaries(&third.diagnostics), ["World Not Changed"], "the group has its largest size");
    let missing = client.change(type_name, &third, &of("4", &"asr-none".into())).await;
    assert_eq!(summaries(&missing.diagnostics), ["InvalidScalingRuleId.NotFound"]);
    assert_eq!(missing.diagnostics[0].path, "execute_scaling_rule.scaling_rule_id");
    let empty = client.validate(type_name, of("1", &"".into())).await;
    assert_eq!(
        (summaries(&empty), &*empty[0].path),
        (vec!["Missing Argument"], "execute_scaling_rule.scaling_rule_id")
    );
}

/// A rule that adds one instance to an enabled group of 1 to 3.
async fn adding_rule(world: &TestWorld, client: &mut Client) -> Value {
    world.enable_scaling_group().await;
    let mut rule = world.config("simcloud_ess_scaling_rule", "next");
    rule.set("adjustment_type", "QuantityChangeInCapacity");
    rule.set("adjustment_value", 1);
    client.change("simcloud_ess_scaling_rule", &Stored::nothing(), &rule).await.state.get("id").clone()
}

/// An action and the block of its twin take the same arguments and say the same of them.
#[tokio::test]
async fn w9_the_blocks_of_the_resource_have_the_arguments_of_the_actions() {
    for name in ["simcloud", "alicloud"] {
        let provider = simcloud::provider::SimcloudProvider::new(name, simcloud::provider::Settings::default());
        let client = Client::in_process(Arc::new(provider)).await;
        let twin = client.resource(&format!("{name}_world_change")).block.clone().unwrap();
        let blocks = twin.block_types.iter().filter(|block| block.type_name != "timeouts");
        let mut compared = Vec::new();
        for block in blocks {
            let of_block = |action: &&String| action.ends_with(&format!("_{}", block.type_name));
            let action = client.schemas.action_schemas.keys().find(of_block).unwrap();
            let schema = client.schemas.action_schemas[action].schema.as_ref().unwrap();
            let arguments = &schema.block.as_ref().unwrap().attributes;
            assert_eq!(&block.block.as_ref().unwrap().attributes, arguments, "{action}");
            compared.push(action.clone());
        }
        compared.sort();
        assert_eq!(compared, client.schemas.action_schemas.keys().cloned().collect::<Vec<_>>());
    }
}
