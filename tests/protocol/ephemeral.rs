//! Ephemeral resources and write-only arguments: what is opened, what is closed, and what must not be found.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::provider::{Setting, Settings, SimcloudProvider};
use simcloud::tf::{Type, Value};
use tempfile::TempDir;

use crate::client::{Client, Said, Stored};
use crate::fixtures::{IMAGE, Kind, TestWorld, places, with};

const FORK: &str = "simcloud_world_fork";
const METADATA: &str = "simcloud_instance_metadata";
const KEY_PAIR: &str = "simcloud_key_pair";
const RESERVATION: &str = "simcloud_run_instances";
const GROUP: &str = "simcloud_auto_provisioning_group";

/// A new provider, as each command of a CLI is a new process, on a world of this folder.
async fn client_on(world: &Path, provider_block: Value) -> Client {
    let world = Some(Setting { name: "SIMCLOUD_WORLD", value: world.display().to_string() });
    let provider = SimcloudProvider::new("simcloud", Settings { world, ..Settings::default() });
    let mut client = Client::in_process(Arc::new(provider)).await;
    assert_eq!(client.configure(provider_block).await, []);
    client
}

async fn client(folder: &TempDir) -> Client {
    client_on(&folder.path().join("world.db"), nothing()).await
}

fn nothing() -> Value {
    Value::object::<&str, Value>([])
}

fn seed(seed: i64) -> Value {
    Value::object([("scenario", typed(Value::object([("seed", seed)]), Type::object([("seed", Type::Number)])))])
}

/// A value of a dynamic argument.
fn typed(value: Value, value_type: Type) -> Value {
    Value::Typed(Box::new(value_type), Box::new(value))
}

fn errors(said: &[Said]) -> Vec<String> {
    said.iter().filter(|said| said.is_error).map(|said| format!("{}: {}", said.path, said.summary)).collect()
}

/// The files of a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn forks(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| name.contains(".fork-")).collect()
}

fn reservation(more: &[(&'static str, Value)]) -> Value {
    let image = Value::object([("image_id", Value::from(IMAGE)), ("min_count", 1.into()), ("max_count", 1.into())]);
    let arguments = [
        ("instance_type", Value::from("ecs.g7.large")),
        ("zone_id", "cn-heyuan-b".into()),
        ("image", Value::list([image])),
    ];
    Value::object(arguments.into_iter().chain(more.iter().cloned()))
}

fn group(launch: &[(&'static str, Value)]) -> Value {
    let pool = Value::object([("zone_id", "cn-heyuan-b"), ("instance_type", "ecs.g7.large")]);
    let launch = [("image_id", Value::from(IMAGE))].into_iter().chain(launch.iter().cloned());
    Value::object([
        ("auto_provisioning_group_type", Value::from("instant")),
        ("total_target_capacity", "1".into()),
        ("pay_as_you_go_target_capacity", "1".into()),
        ("terminate_instances", true.into()),
        ("launch_template_config", Value::list([pool])),
        ("launch_configuration", Value::list([Value::object(launch)])),
    ])
}

async fn create(client: &mut Client, type_name: &str, config: &Value) -> Stored {
    let made = client.change(type_name, &Stored::nothing(), config).await;
    assert_eq!(errors(&made.diagnostics), [""; 0]);
    made
}

fn instance_of(made: &Stored) -> Value {
    Value::object([("instance_id", made.state.get("instances").element(0).get("instance_id").clone())])
}

#[tokio::test]
async fn a_fork_is_ahead_of_its_world_and_gone_when_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("world.db");
    let mut client = client(&folder).await;
    create(&mut client, RESERVATION, &reservation(&[])).await;
    let before = std::fs::read(&world).unwrap();

    let config = Value::object([("advance_by", "27h")]);
    let (first, second) = (client.open(FORK, config.clone()).await, client.open(FORK, config).await);
    assert_eq!((&first.diagnostics[..], &second.diagnostics[..]), (&[][..], &[][..]));
    assert_eq!(first.result.get("time"), &Value::from("2026-01-02T03:00:00Z"));
    assert_eq!(first.result.get("advance_by"), &Value::from("27h"));
    assert_ne!(first.result.get("world"), second.result.get("world"), "each has a place of its own");

    // What is in the world is in the fork too.
    let fork = Path::new(first.result.get("world").as_str().unwrap()).to_owned();
    let mut other = client_on(&fork, nothing()).await;
    let (found, said) = other.read_data("simcloud_instances", nothing()).await;
    assert_eq!((found.get("ids").as_list().map(<[Value]>::len), &said[..]), (Some(1), &[][..]));
    drop(other);

    assert_eq!(client.close(FORK, &first.private).await, []);
    assert!(forks(folder.path()).iter().all(|name| name.starts_with("world.db.fork-2")), "{:?}", forks(folder.path()));
    assert_eq!(errors(&client.close(FORK, &first.private).await), [": Fork Not Open"], "it is closed already");
    assert_eq!(client.close(FORK, &second.private).await, []);
    assert_eq!(forks(folder.path()), [""; 0]);
    assert_eq!(std::fs::read(&world).unwrap(), before, "the world is as it was");
}

#[tokio::test]
async fn a_fork_of_no_world_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client_on(&folder.path().join("own/world.db"), nothing()).await;
    let opened = client.open(FORK, nothing()).await;
    assert_eq!(opened.result.get("time"), &Value::from("2026-01-01T00:00:00Z"));
    assert_eq!(client.close(FORK, &opened.private).await, []);
    assert_eq!(names(folder.path()), [""; 0]);
}

/// A block with a scenario in which nothing is free.
fn sold_out() -> Value {
    let nothing_free = Value::object([("pay_as_you_go", 0), ("spot", 0)]);
    let number = || Type::Number;
    let stock = Type::list(Type::object([("pay_as_you_go", number()), ("spot", number())]));
    let scenario = Value::object([("stock", Value::list([nothing_free]))]);
    Value::object([("scenario", typed(scenario, Type::object([("stock", stock)])))])
}

fn no_scenario() -> Value {
    Value::object([("scenario", typed(nothing(), Type::object::<&str>([])))])
}

/// What an alias with this block misses of one instance in a fork that this provider opens.
async fn missing_in_fork(client: &mut Client, fork: Value, alias: Value) -> Value {
    let opened = client.open(FORK, fork).await;
    assert_eq!(opened.diagnostics, []);
    let place = Path::new(opened.result.get("world").as_str().unwrap()).to_owned();
    let mut other = client_on(&place, alias).await;
    let mut forecast = group(&[]);
    forecast.set("terminate_instances", Value::Null);
    let (found, said) = other.read_data("simcloud_launch_forecast", forecast).await;
    assert!(said.iter().all(|said| said.summary != "Scenario Not Used"), "{said:?}");
    drop(other);
    assert_eq!(client.close(FORK, &opened.private).await, []);
    found.get("missing_capacity").clone()
}

#[tokio::test]
async fn w14_an_alias_that_names_no_scenario_uses_that_of_its_fork() {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("world.db");
    let (none, one) = (Value::from(0), Value::from(1));
    let mut silent = client(&folder).await;
    assert_eq!(missing_in_fork(&mut silent, nothing(), nothing()).await, none, "neither block names one");
    assert_eq!(missing_in_fork(&mut silent, sold_out(), nothing()).await, one, "the fork's own");
    assert_eq!(missing_in_fork(&mut silent, sold_out(), no_scenario()).await, none, "the alias asks for none");
    assert_eq!(missing_in_fork(&mut silent, sold_out(), seed(8)).await, none, "the alias names another");
    let mut naming = client_on(&world, sold_out()).await;
    assert_eq!(missing_in_fork(&mut naming, nothing(), nothing()).await, one, "the provider's");
    assert_eq!(missing_in_fork(&mut naming, no_scenario(), nothing()).await, none, "the fork asks for none");

    create(&mut naming, "simcloud_vpc", &Value::object([("vpc_name", "kept")])).await;
    assert_eq!(missing_in_fork(&mut silent, nothing(), nothing()).await, one, "the one that the world remembers");
    let mut refusing = client_on(&world, no_scenario()).await;
    assert_eq!(missing_in_fork(&mut refusing, nothing(), nothing()).await, none, "the provider asks for none");
    assert_eq!(forks(folder.path()), [""; 0]);
}

/// Whatever a client sends, only forks that this process opened are removed.
#[tokio::test]
async fn damaged_private_data_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let precious = folder.path().join("precious");
    std::fs::write(&precious, "precious").unwrap();
    let mut client = client(&folder).await;
    let opened = client.open(FORK, nothing()).await;
    let there = forks(folder.path());
    let path = precious.display().to_string().into_bytes();
    for private in [&b"\xff\xfe"[..], b"{}", &path, &opened.private[1..]] {
        assert_eq!(errors(&client.close(FORK, private).await), [": Fork Not Open"]);
    }
    assert_eq!(client.close(FORK, b"").await, [], "nothing was opened");
    assert_eq!(forks(folder.path()), there);
    assert!(precious.exists());
    let renewal =
        proto::renew_ephemeral_resource::Request { type_name: FORK.to_owned(), private: Some(opened.private.clone()) };
    let renewed = client.provider.renew_ephemeral_resource(renewal).await.unwrap().into_inner();
    assert_eq!((renewed.private.as_ref(), renewed.renew_at), (Some(&opened.private), None));
    assert_eq!(client.close(FORK, &opened.private).await, []);
    assert_eq!(forks(folder.path()), [""; 0]);
}

/// The lock of a killed process is free, and its fork is removed by the next one.
#[tokio::test]
async fn the_next_fork_removes_what_a_killed_process_left() {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("world.db");
    let variables = [("SIMCLOUD_WORLD", world.to_str().unwrap())];
    let mut killed = Client::start(&variables, folder.path()).await;
    assert_eq!(killed.configure(nothing()).await, []);
    let left = killed.open(FORK, nothing()).await;
    let mut living = client(&folder).await;
    let beside = living.open(FORK, nothing()).await;
    assert_ne!(left.result.get("world"), beside.result.get("world"), "a fork in use is let alone");
    let id = killed.process().id().to_string();
    assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    killed.process().ended().await;
    assert!(forks(folder.path()).contains(&"world.db.fork-1".to_owned()), "{:?}", forks(folder.path()));

    let next = living.open(FORK, nothing()).await;
    assert_eq!(next.result.get("world"), left.result.get("world"), "its place is free");
    for opened in [beside, next] {
        assert_eq!(living.close(FORK, &opened.private).await, []);
    }
    assert_eq!(forks(folder.path()), [""; 0]);
}

/// A command that fails closes nothing.
#[tokio::test]
async fn the_end_of_the_process_removes_what_was_not_closed() {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("world.db");
    for is_shut_down in [true, false] {
        let mut client = Client::start(&[("SIMCLOUD_WORLD", world.to_str().unwrap())], folder.path()).await;
        assert_eq!(client.configure(nothing()).await, []);
        assert_eq!(client.open(FORK, nothing()).await.diagnostics, []);
        if is_shut_down {
            client.shut_down().await.unwrap();
        }
        assert!(client.disconnect().ended().await.success());
        assert_eq!(forks(folder.path()), [""; 0], "{is_shut_down}");
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_refused_at_its_path_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    for (config, expected) in [
        (Value::object([("advance_by", "tomorrow")]), "advance_by: Invalid Duration"),
        (Value::object([("advance_by", "-1h")]), "advance_by: Invalid Duration"),
        (seed(-1), "scenario: Invalid Scenario"),
        (Value::object([("scenario", typed("x".into(), Type::String))]), "scenario: Invalid Scenario"),
    ] {
        assert_eq!(errors(&client.validate_ephemeral(FORK, config.clone()).await), [expected]);
        let opened = client.open(FORK, config).await;
        assert_eq!(errors(&opened.diagnostics), [expected]);
        assert!(opened.result.is_null() && opened.private.is_empty());
    }
    let far = client.open(FORK, Value::object([("advance_by", "30000000d")])).await;
    assert_eq!(errors(&far.diagnostics), [": Clock Moved Too Far"]);
    assert_eq!(forks(folder.path()), [""; 0]);
    assert_eq!(
        errors(&client.validate_ephemeral(METADATA, nothing()).await),
        ["instance_id: Missing Required Argument"]
    );
}

/// Every text argument with texts that make no sense: an error is about the argument, and nothing is left open.
#[tokio::test]
async fn odd_texts_are_refused_at_their_argument_or_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    let long = "x".repeat(5_000);
    let odd =
        ["", " ", "0", "-1", "null", "NaN", "1e400", "9999999999999999h", "ż🦀", "a\nb", "..", "\u{202e}web", &long];
    for (type_name, argument) in
        [(FORK, "advance_by"), (KEY_PAIR, "key_pair_name"), (KEY_PAIR, "finger_print"), (METADATA, "instance_id")]
    {
        for text in odd {
            let mut config = if argument == "finger_print" {
                Value::object([("key_pair_name", "example-key-name")])
            } else {
                nothing()
            };
            config.set(argument, text);
            client.validate_ephemeral(type_name, config.clone()).await;
            let opened = client.open(type_name, config).await;
            for said in opened.diagnostics.iter().filter(|said| said.is_error) {
                assert_eq!(said.path, argument, "{type_name} {text:?}: {said:?}");
            }
            assert_eq!(client.close(type_name, &opened.private).await, []);
        }
    }
    assert_eq!(forks(folder.path()), [""; 0]);
}

/// The CLI opens nothing whose configuration is unknown; a client that does gets no invented answer.
#[tokio::test]
async fn an_unknown_configuration_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    let opened = client.open(FORK, Value::object([("advance_by", Value::Unknown)])).await;
    assert_eq!(opened.diagnostics, []);
    assert!(opened.result.get("world").is_unknown() && opened.private.is_empty());
    assert_eq!(names(folder.path()), [""; 0]);

    let provider = SimcloudProvider::new("simcloud", Settings::default());
    let mut waiting = Client::in_process(Arc::new(provider)).await;
    waiting.configure(Value::object([("world", Value::Unknown)])).await;
    assert_eq!(errors(&waiting.open(FORK, nothing()).await.diagnostics), [": Provider Block Not Known Yet"]);
}

/// Their state would name what is gone.
#[tokio::test]
async fn resources_are_not_made_in_a_fork() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    let kept = create(&mut client, "simcloud_vpc", &Value::object([("vpc_name", "web")])).await;
    let opened = client.open(FORK, nothing()).await;
    let mut fork = client_on(Path::new(opened.result.get("world").as_str().unwrap()), nothing()).await;
    for (type_name, config) in [("simcloud_vpc", nothing()), (RESERVATION, reservation(&[])), (GROUP, group(&[]))] {
        let planned = fork.plan(type_name, &Stored::nothing(), &config).await;
        assert_eq!(errors(&planned.diagnostics), [": World Is A Fork"], "{type_name}");
        let applied = fork.apply(type_name, &Stored::nothing(), &planned, &config).await;
        assert_eq!(errors(&applied.diagnostics), [": World Is A Fork"], "{type_name}");
    }
    let imported = fork.import("simcloud_vpc", kept.state.get("id").as_str().unwrap()).await;
    assert_eq!(errors(&imported.diagnostics), [": World Is A Fork"]);
    assert_eq!(client.close(FORK, &opened.private).await, []);
}

#[tokio::test]
async fn a_private_key_is_derived_again_in_every_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.pem").display().to_string();
    let pair = Value::object([("key_pair_name", Value::from("web")), ("key_file", file.as_str().into())]);
    let made = create(&mut client(&folder).await, "simcloud_ecs_key_pair", &pair).await;
    let name = || Value::object([("key_pair_name", "web")]);
    for _ in 0..2 {
        let opened = client(&folder).await.open(KEY_PAIR, name()).await;
        assert_eq!(opened.diagnostics, []);
        assert_eq!(opened.result.get("private_key").as_str().map(str::to_owned), std::fs::read_to_string(&file).ok());
        assert_eq!(opened.result.get("finger_print"), made.state.get("finger_print"));
    }
    let with_print = |print: Value| Value::object([("key_pair_name", Value::from("web")), ("finger_print", print)]);
    let right = client(&folder).await.open(KEY_PAIR, with_print(made.state.get("finger_print").clone())).await;
    assert_eq!(right.result.get("finger_print"), made.state.get("finger_print"));
    let wrong = client(&folder).await.open(KEY_PAIR, with_print("00:11".into())).await;
    assert_eq!(errors(&wrong.diagnostics), ["finger_print: Another Key Pair"]);
    let early = client(&folder).await.open(KEY_PAIR, with_print(Value::Unknown)).await;
    assert!(early.diagnostics.is_empty() && early.result.get("private_key").is_unknown());
    let mut other = client_on(&folder.path().join("world.db"), seed(8)).await;
    assert_eq!(errors(&other.open(KEY_PAIR, name()).await.diagnostics), ["key_pair_name: Private Key Not Known"]);

    let mut client = client(&folder).await;
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv";
    let imported = Value::object([("key_pair_name", "mine"), ("public_key", line)]);
    create(&mut client, "simcloud_ecs_key_pair", &imported).await;
    let opened = client.open(KEY_PAIR, Value::object([("key_pair_name", "mine")])).await;
    assert_eq!(errors(&opened.diagnostics), ["key_pair_name: Private Key Not Known"]);
    let missing = client.open(KEY_PAIR, Value::object([("key_pair_name", "none")])).await;
    assert_eq!(errors(&missing.diagnostics), ["key_pair_name: InvalidKeyPair.NotFound"]);
    insta::assert_snapshot!(missing.diagnostics[0].detail);
    let known = Value::object([("key_pair_name", "none"), ("finger_print", "00:11")]);
    let known = client.open(KEY_PAIR, known).await;
    assert!(!known.diagnostics[0].detail.contains("finger_print"), "{:?}", known.diagnostics);
    let given = client.open(KEY_PAIR, Value::object([("key_pair_name", "example-key-name")])).await;
    assert!(given.result.get("private_key").as_str().is_some_and(|key| key.starts_with("-----BEGIN OPENSSH")));
}

/// No plan and no state has them; the data source does not show them, the ephemeral resource does.
#[tokio::test]
async fn write_only_values_are_in_the_instance_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    let config = reservation(&[("user_data_wo", "s3cr3t data".into()), ("user_data_wo_version", 1.into())]);
    let planned = client.plan(RESERVATION, &Stored::nothing(), &config).await;
    let made = client.apply(RESERVATION, &Stored::nothing(), &planned, &config).await;
    for state in [&planned.state, &made.state, &client.read(RESERVATION, &made).await.state] {
        assert_eq!(state.get("user_data_wo"), &Value::Null);
        assert!(!format!("{state:?}").contains("s3cr3t"), "{state:?}");
    }
    assert!(!made.private.windows(6).any(|window| window == b"s3cr3t"));
    let (shown, said) = client.read_data(METADATA, instance_of(&made)).await;
    assert_eq!(
        (&said[..], shown.get("user_data"), shown.get("user_data_base64")),
        (&[][..], &Value::Null, &Value::Null)
    );
    let opened = client.open(METADATA, instance_of(&made)).await;
    assert_eq!(opened.diagnostics, []);
    assert_eq!(opened.result.get("user_data"), &Value::from("s3cr3t data"));
    assert_eq!(opened.result.get("password"), &Value::Null);

    let config = group(&[("password_wo", "Wr1te-0nly".into()), ("password_wo_version", 1.into())]);
    let planned = client.plan(GROUP, &Stored::nothing(), &config).await;
    let made = client.apply(GROUP, &Stored::nothing(), &planned, &config).await;
    for state in [&planned.state, &made.state, &client.read(GROUP, &made).await.state] {
        assert!(!format!("{state:?}").contains("Wr1te-0nly"), "{state:?}");
    }
    let opened = client.open(METADATA, instance_of(&made)).await;
    assert_eq!(opened.result.get("password"), &Value::from("Wr1te-0nly"));
    let mut other = client_on(&folder.path().join("world.db"), seed(8)).await;
    let unreadable = other.open(METADATA, instance_of(&made)).await;
    assert_eq!(errors(&unreadable.diagnostics), ["instance_id: Password Not Readable"]);
    let world = std::fs::read(folder.path().join("world.db-wal")).unwrap_or_default();
    let world = [std::fs::read(folder.path().join("world.db")).unwrap(), world].concat();
    assert!(!world.windows(10).any(|window| window == b"Wr1te-0nly"), "the world has it in clear");
}

/// Every write-only argument of every resource.
#[tokio::test]
async fn no_write_only_value_is_in_a_plan_a_state_or_a_message() {
    const SECRET: &str = "S3cret-7731";
    let world = TestWorld::new().await;
    let mut tried = Vec::new();
    for type_name in world.objects() {
        for place in places(&world.blocks[&type_name]) {
            if !matches!(&place.kind, Kind::Argument(attribute) if attribute.write_only) {
                continue;
            }
            let config = with(&world.config(&type_name, "next"), &place.path, SECRET.into());
            let mut client = world.client().await;
            let validated = client.validate(&type_name, config.clone()).await;
            let planned = client.plan(&type_name, &Stored::nothing(), &config).await;
            let made = client.apply(&type_name, &Stored::nothing(), &planned, &config).await;
            assert_eq!(errors(&made.diagnostics), [""; 0], "{type_name}");
            let read = client.read(&type_name, &made).await;
            let again = client.plan(&type_name, &read, &config).await;
            assert_eq!(again.state, read.state, "{type_name} {}", place.path);
            let id = made.state.get("id").as_str().unwrap();
            let imported = client.import(&type_name, id).await;
            let imported = client.read(&type_name, &imported).await;
            let (listed, _) = client.list(&type_name, nothing(), true, 0).await;
            for (what, shown) in [
                ("validation", format!("{validated:?}")),
                ("plan", shown(&planned.state, &planned.private, &planned.diagnostics)),
                ("apply", shown(&made.state, &made.private, &made.diagnostics)),
                ("refresh", shown(&read.state, &read.private, &read.diagnostics)),
                ("second plan", shown(&again.state, &again.private, &again.diagnostics)),
                ("import", shown(&imported.state, &imported.private, &imported.diagnostics)),
                ("list", format!("{listed:?}")),
                ("generated configuration", format!("{:?}", client.generate(&type_name, read.state.clone()).await)),
            ] {
                let found = [SECRET, "UzNjcmV0LTc3MzE"].iter().any(|secret| shown.contains(secret));
                assert!(!found, "{type_name} {}: the {what} has it", place.path);
            }
            tried.push(format!("{type_name} {}", place.path));
            client.change(&type_name, &made, &Value::Null).await;
        }
    }
    let expected = [
        "simcloud_auto_provisioning_group launch_configuration[0].password_wo",
        "simcloud_instance password_wo",
        "simcloud_instance user_data_wo",
        "simcloud_run_instances user_data_wo",
    ];
    assert_eq!(tried, expected);
}

fn shown(state: &Value, private: &[u8], diagnostics: &[Said]) -> String {
    format!("{state:?} {} {diagnostics:?}", String::from_utf8_lossy(private))
}

/// The value alone is never compared; its version replaces, as the value of the other argument does.
#[tokio::test]
async fn only_a_change_of_the_version_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    let config = |data: &str, version: i64| {
        reservation(&[("user_data_wo", data.into()), ("user_data_wo_version", version.into())])
    };
    let made = create(&mut client, RESERVATION, &config("one", 1)).await;
    let same = client.plan(RESERVATION, &made, &config("two", 1)).await;
    assert_eq!((&same.state, &same.requires_replace[..]), (&made.state, &[][..]));
    let raised = client.plan(RESERVATION, &made, &config("two", 2)).await;
    assert_eq!(raised.requires_replace, ["user_data_wo_version"]);

    let config = |password: &str, version: i64| {
        group(&[("password_wo", password.into()), ("password_wo_version", version.into())])
    };
    let made = create(&mut client, GROUP, &config("Passw0rd-1", 1)).await;
    let same = client.plan(GROUP, &made, &config("Passw0rd-2", 1)).await;
    assert_eq!((&same.state, &same.requires_replace[..]), (&made.state, &[][..]));
    let raised = client.plan(GROUP, &made, &config("Passw0rd-2", 2)).await;
    assert_eq!(raised.requires_replace, ["launch_configuration"]);
}

#[tokio::test]
async fn write_only_arguments_conflict_with_their_readable_twins() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    for (type_name, config, expected) in [
        (
            RESERVATION,
            reservation(&[("user_data", "a".into()), ("user_data_wo", "b".into())]),
            "user_data_wo: Conflicting Arguments",
        ),
        (
            RESERVATION,
            reservation(&[("user_data_base64", "YQ==".into()), ("user_data_wo", "b".into())]),
            "user_data_wo: Conflicting Arguments",
        ),
        (RESERVATION, reservation(&[("user_data_wo", "x".repeat(16_385).into())]), "user_data_wo: Invalid User Data"),
        (
            GROUP,
            group(&[("password", "Passw0rd-1".into()), ("password_wo", "Passw0rd-2".into())]),
            "launch_configuration[0].password_wo: Conflicting Arguments",
        ),
        (GROUP, group(&[("password_wo", "short".into())]), "launch_configuration[0].password_wo: Invalid Password"),
    ] {
        let said = client.validate(type_name, config).await;
        assert_eq!(errors(&said), [expected]);
        assert!(said.iter().any(|said| said.summary == "Write-Only Value Without Version"), "{said:?}");
        assert!(said.iter().all(|said| !said.detail.contains("Passw0rd")), "{said:?}");
    }
}

/// An old CLI would store a write-only value, and sends null for one that is not set.
#[tokio::test]
async fn a_client_without_write_only_may_leave_them_null_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(&folder).await;
    let mut validate = async |config: Value| {
        let request = proto::validate_resource_config::Request {
            type_name: RESERVATION.to_owned(),
            config: Some(crate::client::encode(client.resource(RESERVATION), config)),
            client_capabilities: None,
        };
        crate::client::said(client.provider.validate_resource_config(request).await.unwrap().into_inner().diagnostics)
    };
    assert_eq!(errors(&validate(reservation(&[("user_data_wo", Value::Null)])).await), [""; 0]);
    let set = reservation(&[("user_data_wo", "x".into()), ("user_data_wo_version", 1.into())]);
    assert_eq!(errors(&validate(set).await), ["user_data_wo: Write-Only Argument Not Supported"]);
}
