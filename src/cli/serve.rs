//! `serve`: the simulated cloud over the services' own wire APIs, for a command or until it is told to end.

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use clap::ArgMatches;
use tokio::process::Command;

use super::arguments::PROGRAM;
use super::output::{Failure, Output};
use super::surroundings::Surroundings;
use super::world_handle::WorldHandle;
use crate::catalogue::{self, Vendor};
use crate::cloud::request_stop;
use crate::wire::{Authority, Options, Server, pem};

/// Credentials that mean nothing: signatures are not checked.
const CREDENTIALS: [(&str, &str); 6] = [
    ("ALICLOUD_ACCESS_KEY", "simcloud"),
    ("ALICLOUD_SECRET_KEY", "simcloud"),
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "simcloud"),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "simcloud"),
    ("AWS_ACCESS_KEY_ID", "simcloud"),
    ("AWS_SECRET_ACCESS_KEY", "simcloud"),
];

/// The services of the real alicloud provider, whose endpoints are host and port without a scheme.
const ENDPOINTS: [&str; 6] = ["ECS", "VPC", "ESS", "STS", "BSSOPENAPI", "LOCATION"];

/// Variables that name a file of trusted authorities, for Go, Python and others.
const TRUST: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"];

/// The region of Amazon's clients where the world's own is not one of Amazon's.
const AWS_REGION: &str = "us-east-1";

/// Serves until a signal, or until the command that was given ends; its exit status is this program's.
pub(super) fn run(matches: &ArgMatches, surroundings: &Surroundings, output: &mut Output) -> Result<ExitCode, Failure> {
    let world = WorldHandle::open_with_clock(matches, &surroundings.settings)?;
    let options = Options {
        cloud: world.cloud.clone(),
        port: matches.get_one::<u16>("port").copied().unwrap_or(0),
        aliases: aliases(matches)?,
        log: |line| Output::default().error(&format!("{line}\n")),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("the server cannot start: {error}")))?;
    let command: Vec<&String> = matches.get_many::<String>("command").into_iter().flatten().collect();
    let code = runtime.block_on(serve(options, &world, &command, surroundings, output));
    // Does not wait for calls that were given up.
    runtime.shutdown_background();
    code
}

async fn serve(
    options: Options,
    world: &WorldHandle,
    command: &[&String],
    surroundings: &Surroundings,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let port = options.port;
    let authority = Authority::generate().map_err(|error| Failure::new(error.to_string()))?;
    let server = Server::bind(options, &authority).await.map_err(|error| {
        Failure::new(format!("port {port} of 127.0.0.1 cannot be used: {error}; name another with --port"))
    })?;
    let address = server.address().map_err(|error| Failure::new(error.to_string()))?;
    let bundle = Bundle::write(&authority, surroundings)?;
    let variables = variables(&address.to_string(), world.region.as_str(), &bundle);
    let Some((program, arguments)) = command.split_first() else {
        // From now on a signal ends the server in order, even if it comes before the first client.
        let end = shutdown_signal().map_err(|error| Failure::new(error.to_string()))?;
        for (name, value) in &variables {
            output.line(&format!("export {name}={}", quoted(value)));
        }
        output.flush()?;
        server.run(end, request_stop).await;
        return Ok(ExitCode::SUCCESS);
    };
    let signals = Signals::listen().map_err(|error| Failure::new(error.to_string()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .envs(variables)
        .spawn()
        .map_err(|error| Failure::new(format!("{program} cannot be started: {error}")))?;
    let mut ended = None;
    server.run(async { ended = Some(signals.wait_for(&mut child).await) }, request_stop).await;
    match ended {
        Some(Ok(status)) => Ok(exit_code(status)),
        Some(Err(error)) => Err(Failure::new(format!("{program} cannot be waited for: {error}"))),
        None => Ok(ExitCode::FAILURE),
    }
}

/// What clients find the server by.
fn variables(address: &str, region: &str, bundle: &Bundle) -> BTreeMap<String, String> {
    let endpoints = ENDPOINTS.map(|service| (format!("ALIBABA_CLOUD_ENDPOINT_{service}"), address.to_owned()));
    let credentials = CREDENTIALS.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let trust = TRUST.map(|name| (name.to_owned(), bundle.path.display().to_string()));
    let regions = ["ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"].map(|name| (name.to_owned(), region.to_owned()));
    let sells_ec2 = catalogue::region(region).is_some_and(|region| region.vendors.contains(&Vendor::Ec2));
    let aws_region = if sells_ec2 { region } else { AWS_REGION };
    let aws = [
        ("AWS_ENDPOINT_URL", format!("http://{address}")),
        ("AWS_DEFAULT_REGION", aws_region.to_owned()),
        ("AWS_REGION", aws_region.to_owned()),
        // Clients look for credentials of a virtual machine otherwise.
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ];
    let aws = aws.map(|(name, value)| (name.to_owned(), value));
    endpoints.into_iter().chain(credentials).chain(trust).chain(regions).chain(aws).collect()
}

/// A text as a shell reads it.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// `FROM=TO` options; ids have no `=`.
fn aliases(matches: &ArgMatches) -> Result<BTreeMap<String, String>, Failure> {
    let given = matches.get_many::<String>("alias").into_iter().flatten();
    let pair = |text: &String| {
        let (from, to) = text.split_once('=').filter(|(from, to)| !from.is_empty() && !to.is_empty())?;
        Some((from.to_owned(), to.to_owned()))
    };
    let mut aliases = BTreeMap::new();
    for text in given {
        let (from, to) =
            pair(text).ok_or_else(|| Failure::new(format!("--alias is {text:?}, which is not FROM=TO")))?;
        match aliases.get(&from) {
            Some(other) if *other != to => {
                return Err(Failure::new(format!(
                    "--alias says that {from} stands for {other} and for {to}; give one"
                )));
            }
            _ => aliases.insert(from, to),
        };
    }
    Ok(aliases)
}

/// The authorities that the system trusts, and this process's own; clients take one file for all. It is removed with the
/// value.
struct Bundle {
    path: PathBuf,
}

impl Bundle {
    fn write(authority: &Authority, surroundings: &Surroundings) -> Result<Self, Failure> {
        let path = surroundings.temporary_directory.join(format!("{PROGRAM}-{}.pem", std::process::id()));
        let system = rustls_native_certs::load_native_certs().certs;
        let text = system.iter().map(pem).chain([authority.certificate_pem().to_owned()]).collect::<String>();
        // A process of the same number that was killed may have left its file, and another user may have made a link of this name.
        let _ = std::fs::remove_file(&path);
        let written = std::fs::File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))?;
        Ok(Self { path })
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Listens for Ctrl-C, for the order to terminate, and for the end of the terminal.
#[cfg(unix)]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()>> {
    let Signals { mut interrupt, mut terminate, mut hang_up } = Signals::listen()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn shutdown_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// The signals that a command gets from this process.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the command to end, and passes on what comes in the meantime.
    async fn wait_for(mut self, child: &mut tokio::process::Child) -> std::io::Result<ExitStatus> {
        use rustix::process::Signal;
        // A terminal sends Ctrl-C to both processes, and many programs take a second one as an order to break off.
        let passes_interrupts_on = !std::io::stderr().is_terminal();
        loop {
            tokio::select! {
                status = child.wait() => return status,
                _ = self.interrupt.recv() => if passes_interrupts_on { send(child, Signal::INT) },
                _ = self.terminate.recv() => send(child, Signal::TERM),
                _ = self.hang_up.recv() => send(child, Signal::HUP),
            }
        }
    }
}

/// A process that has ended in the meantime needs no signal any more.
#[cfg(unix)]
fn send(child: &tokio::process::Child, signal: rustix::process::Signal) {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(id) = id {
        let _ = rustix::process::kill_process(id, signal);
    }
}

/// The exit code of a command; that of one which a signal ended is 128 and the signal's number, as in a shell.
fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let by_signal = None;
    let code = status.code().or(by_signal).and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(1))
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn wait_for(self, child: &mut tokio::process::Child) -> std::io::Result<ExitStatus> {
        child.wait().await
    }
}
