//! Malformed bytes: every call answers, and the process goes on serving.

use bytes::Bytes;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::Value;

use crate::client::Client;

/// Sends one value in every place of every call that takes one.
async fn send_everywhere(client: &mut Client, type_name: &str, bytes: &[u8]) {
    let type_name = type_name.to_owned();
    let value = || Some(proto::DynamicValue { msgpack: Bytes::copy_from_slice(bytes), json: Vec::new() });
    let json = || Some(proto::DynamicValue { msgpack: Bytes::new(), json: bytes.to_vec() });
    let raw = || Some(proto::RawState { json: Bytes::copy_from_slice(bytes), ..proto::RawState::default() });
    let identity = || Some(proto::ResourceIdentityData { identity_data: value() });
    macro_rules! call {
        ($($method:ident $request:expr;)*) => {$(
            let outcome = client.provider.$method($request).await;
            assert!(outcome.is_ok(), concat!(stringify!($method), " failed: {:?}"), outcome);
        )*};
    }
    for config in [value(), json()] {
        let request = proto::list_resource::Request { type_name: type_name.clone(), config, ..Default::default() };
        let mut events = client.provider.list_resource(request).await.expect("a stream").into_inner();
        while let Some(event) = events.message().await.expect("the stream goes on") {
            assert!(event.identity.is_some() || !event.diagnostic.is_empty());
        }
    }
    call! {
        validate_list_resource_config proto::validate_list_resource_config::Request {
            type_name: type_name.clone(), config: value(), include_resource_object: value(), limit: value(),
        };
        generate_resource_config proto::generate_resource_config::Request {
            type_name: type_name.clone(), state: value(),
        };
        validate_provider_config proto::validate_provider_config::Request { config: value() };
        validate_provider_config proto::validate_provider_config::Request { config: json() };
        configure_provider proto::configure_provider::Request { config: value(), ..Default::default() };
        validate_resource_config proto::validate_resource_config::Request {
            type_name: type_name.clone(), config: value(), ..Default::default()
        };
        read_resource proto::read_resource::Request {
            type_name: type_name.clone(), current_state: value(), current_identity: identity(), ..Default::default()
        };
        plan_resource_change proto::plan_resource_change::Request {
            type_name: type_name.clone(), prior_state: value(), proposed_new_state: value(), config: value(),
            prior_identity: identity(), ..Default::default()
        };
        apply_resource_change proto::apply_resource_change::Request {
            type_name: type_name.clone(), prior_state: value(), planned_state: value(), config: value(),
            planned_identity: identity(), ..Default::default()
        };
        upgrade_resource_state proto::upgrade_resource_state::Request {
            type_name: type_name.clone(), raw_state: raw(), ..Default::default()
        };
        upgrade_resource_identity proto::upgrade_resource_identity::Request {
            type_name: type_name.clone(), raw_identity: raw(), ..Default::default()
        };
        import_resource_state proto::import_resource_state::Request {
            type_name: type_name.clone(), identity: identity(), ..Default::default()
        };
        move_resource_state proto::move_resource_state::Request {
            target_type_name: type_name.clone(), source_state: raw(), ..Default::default()
        };
        validate_ephemeral_resource_config proto::validate_ephemeral_resource_config::Request {
            type_name: type_name.clone(), config: value()
        };
        open_ephemeral_resource proto::open_ephemeral_resource::Request {
            type_name: type_name.clone(), config: value(), ..Default::default()
        };
        renew_ephemeral_resource proto::renew_ephemeral_resource::Request {
            type_name: type_name.clone(), private: Some(bytes.to_vec())
        };
        close_ephemeral_resource proto::close_ephemeral_resource::Request {
            type_name: type_name.clone(), private: Some(bytes.to_vec())
        };
    }
    for action in ACTIONS {
        send_to_action(client, action, value()).await;
    }
}

const ACTIONS: [&str; 3] = ["simcloud_change_market", "simcloud_reclaim_spot", "simcloud_nothing"];

/// Whatever the bytes are, a stream ends as every other.
async fn send_to_action(client: &mut Client, action: &str, config: Option<proto::DynamicValue>) {
    use proto::invoke_action::event::Type as Event;

    let action = action.to_owned();
    let request = proto::validate_action_config::Request { type_name: action.clone(), config: config.clone() };
    assert!(client.provider.validate_action_config(request).await.is_ok());
    let request =
        proto::plan_action::Request { action_type: action.clone(), config: config.clone(), ..Default::default() };
    assert!(client.provider.plan_action(request).await.is_ok());
    let request = proto::invoke_action::Request { action_type: action, config, ..Default::default() };
    let mut events = client.provider.invoke_action(request).await.unwrap().into_inner();
    let mut last = None;
    while let Some(event) = events.message().await.unwrap() {
        last = event.r#type;
    }
    assert!(matches!(last, Some(Event::Completed(_))), "the stream ended with {last:?}");
}

fn hostile_bytes() -> Vec<Vec<u8>> {
    vec![
        b"\x92\xc4\x09\"dynamic\"".repeat(50_000),
        b"\x91".repeat(100_000),
        b"[".repeat(100_000),
        [&b"\x92\xdb\x00\x04\x93\xe0"[..], br#"["list","#.repeat(37_500).as_slice()].concat(),
        b"\xdd\xff\xff\xff\xff".to_vec(),
        b"\xdf\xff\xff\xff\xff".to_vec(),
        b"\xdb\xff\xff\xff\xff".to_vec(),
        b"\x81\xa6region\xc6\xff\xff\xff\xff".to_vec(),
        b"\x81\xa6region\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00".to_vec(),
        b"\xc1".to_vec(),
        b"{\"region\": 1e999999999}".to_vec(),
    ]
}

#[tokio::test]
async fn hostile_values_are_answered_by_every_call() {
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], directory.path()).await;
    let resources = client.schemas.resource_schemas.keys();
    let ephemeral = client.schemas.ephemeral_resource_schemas.keys();
    let types: Vec<_> = resources.chain(ephemeral).cloned().chain(["simcloud_nothing".to_owned()]).collect();
    for type_name in types {
        for bytes in hostile_bytes() {
            send_everywhere(&mut client, &type_name, &bytes).await;
        }
    }
    client.shut_down().await.unwrap();
    assert!(client.process().ended().await.success());
    assert_eq!(client.process().stderr(), "");
}

#[test]
fn random_values_are_answered_by_every_call() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut client = runtime.block_on(Client::start(&[], directory.path()));
    let type_name = client.schemas.resource_schemas.keys().next().cloned().unwrap_or_default();
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    let client = std::cell::RefCell::new(&mut client);
    let bytes = proptest::collection::vec(any::<u8>(), 0..64);
    runner
        .run(&bytes, |bytes| {
            runtime.block_on(send_everywhere(&mut client.borrow_mut(), &type_name, &bytes));
            Ok(())
        })
        .unwrap();
    let mut client = client.borrow_mut();
    runtime.block_on(client.shut_down()).unwrap();
    assert!(runtime.block_on(client.process().ended()).success());
}

/// The most memory that a process ever had, in MiB.
#[cfg(target_os = "linux")]
fn peak_mebibytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// Texts of 50 MB took 1 GB, and the answer repeated them whole.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_huge_text_is_refused_in_a_few_times_its_size() {
    const MEBIBYTES: usize = 32;
    let huge = "x".repeat(MEBIBYTES << 20);
    let texts = [
        ("description", Value::from(huge.as_str())),
        ("tags", Value::object([("key", huge.as_str())])),
        ("tags", Value::object([(huge.as_str(), "value")])),
    ];
    for (name, value) in texts {
        let directory = tempfile::tempdir().unwrap();
        let mut client = Client::start(&[], directory.path()).await;
        let process = client.process().id();
        let before = peak_mebibytes(process);
        let said =
            client.validate("simcloud_vpc", Value::object([("cidr_block", "10.0.0.0/8".into()), (name, value)])).await;
        assert!(said.iter().any(|said| said.is_error), "{name}");
        let length: usize = said.iter().map(|said| said.summary.len() + said.detail.len() + said.path.len()).sum();
        assert!(length < 5_000, "{name}: the answer has {length} bytes");
        let grown = peak_mebibytes(process) - before;
        println!("{name}: {grown} MiB more for a text of {MEBIBYTES} MiB");
        assert!(grown < 64, "{name}: {grown} MiB");
    }
    let directory = tempfile::tempdir().unwrap();
    let mut client = Client::start(&[], directory.path()).await;
    let process = client.process().id();
    let before = peak_mebibytes(process);
    let request = proto::read_resource::Request { type_name: huge, ..Default::default() };
    let answer = client.provider.read_resource(request).await.unwrap().into_inner();
    assert!(answer.diagnostics.iter().all(|said| said.summary.len() + said.detail.len() < 1_000));
    let grown = peak_mebibytes(process) - before;
    assert!(grown < 6 * MEBIBYTES as u64, "a name of a type: {grown} MiB");
}
