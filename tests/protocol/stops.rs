//! A stop and a signal end a provider within a second, whatever a call waits for or computes.

use std::process::Command;
use std::time::Duration;

use simcloud::plugin::proto::tfplugin6::stop_provider::Request as Stop;
use tokio::time::timeout;

use crate::client::{Handle, Process};
use crate::hostile_cases::{
    CREATION_OF_THE_LARGEST_GROUP, Case, Held, MakeCase, PASSES, Prepared, SOON_OVER, TEXTS, WAITS, WORLD_COMPUTATIONS,
};

/// A second, and another one for a busy machine: more only if something does not stop.
const SOON: Duration = Duration::from_secs(2);

/// What a stop is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StopEnds {
    /// A wait without an end, of a call that then answers.
    Wait,
    /// The call, which answers then, if it has not before.
    Call,
    /// Nothing yet: the process ends with `Shutdown`, as the CLIs send it.
    Process,
}

/// A call that has begun.
struct Running {
    call: tokio::task::JoinHandle<()>,
    process: Process,
    beside: Handle,
    _folder: tempfile::TempDir,
    _held: Option<Held>,
}

impl Running {
    async fn start(make: MakeCase) -> Self {
        let Prepared { mut client, folder, case, object, held } = Case::prepare(make).await;
        let (process, beside) = (client.take_process(), client.handle());
        let stop_after = case.stop_after;
        let call = tokio::spawn(async move {
            case.call.send(&mut client, &object).await;
        });
        tokio::time::sleep(stop_after).await;
        Self { call, process, beside, _folder: folder, _held: held }
    }
}

#[expect(clippy::print_stdout, reason = "shows which cases a stop met while they ran")]
async fn check(cases: &[(&str, MakeCase)], ends: StopEnds) {
    for (name, make) in cases {
        let mut running = Running::start(*make).await;
        let is_over = running.call.is_finished();
        println!("{name}: {}", if is_over { "over before the stop" } else { "runs" });
        assert!(!is_over || ends != StopEnds::Wait, "{name}: nothing is waited for");
        let answered = timeout(SOON, running.beside.provider.stop_provider(Stop {})).await;
        assert!(matches!(answered, Ok(Ok(_))), "{name}: StopProvider is not answered");
        if ends != StopEnds::Process {
            assert!(timeout(SOON, running.call).await.is_ok(), "{name}: the call goes on after StopProvider");
        }
        let answered = timeout(SOON, running.beside.shut_down()).await;
        assert!(answered.is_ok(), "{name}: Shutdown is not answered");
        assert!(timeout(SOON, running.process.ended()).await.is_ok(), "{name}: the process goes on after Shutdown");

        let mut running = Running::start(*make).await;
        let process = running.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
        assert!(timeout(SOON, running.process.ended()).await.is_ok(), "{name}: the process goes on after SIGTERM");
    }
}

/// A wait for a server that connects was ended only by its own limit of 10 seconds.
#[tokio::test]
async fn waits_end() {
    check(WAITS, StopEnds::Wait).await;
}

#[tokio::test]
async fn what_is_soon_over_ends() {
    check(SOON_OVER, StopEnds::Call).await;
}

/// Steps of time and markets were computed to the end.
#[tokio::test]
async fn computations_of_a_world_end() {
    check(WORLD_COMPUTATIONS, StopEnds::Call).await;
}

#[tokio::test]
async fn a_pass_ends_with_the_process() {
    check(&[PASSES, CREATION_OF_THE_LARGEST_GROUP].concat(), StopEnds::Process).await;
}

#[tokio::test]
async fn huge_texts_end_with_the_process() {
    check(TEXTS, StopEnds::Process).await;
}
