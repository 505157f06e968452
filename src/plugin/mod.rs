//! Serves a provider over go-plugin and the provider protocol: handshake, mutual TLS, gRPC, shutdown.
//!
//! This layer uses the traits of `tf` and does not depend on the cloud.

mod connections;
mod control;
pub(crate) mod convert;
mod environment;
mod handshake;
mod listener;
mod log;
mod message;
mod mtls;
mod panic;
mod server;
mod validity;

pub mod proto;
pub mod service;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use self::connections::Connections;
pub use self::environment::{Environment, MAGIC_COOKIE};
use self::handshake::Handshake;
use self::listener::Listener;
pub use self::mtls::{ServerTls, TlsError};
use self::server::{Method, Methods};
use self::service::Service;
use crate::tf::Provider;

/// Settings of [`serve`].
#[derive(Clone, Debug)]
pub struct Options {
    pub environment: Environment,
    /// Accepts any client without TLS until Ctrl-C, and prints how to connect.
    pub debug: bool,
    /// The address under which configurations name the provider: `registry.terraform.io/simcloud/simcloud`.
    pub provider_address: String,
}

/// The reason why a provider cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("connections cannot be accepted: {0}")]
    Io(#[from] io::Error),
    #[error("the process may open too few files ({0}); raise the limit, for example with `ulimit -n 256`")]
    TooFewFiles(io::Error),
}

/// The time in which Terraform must connect. Terraform waits as long for the handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// The time in which running calls may finish after the client has disconnected.
const FINISH_TIMEOUT: Duration = Duration::from_secs(5);

/// How often [`flush_shutdown_reply`] yields to the runtime. Writing the reply takes three or four yields.
const SHUTDOWN_YIELDS: usize = 16;

/// Serves a provider until Terraform asks it to shut down or disconnects; in debug mode until Ctrl-C.
///
/// # Errors
/// The certificate in the environment is invalid, no socket can be opened, or stdout is closed.
pub fn serve(provider: &Arc<dyn Provider>, options: &Options) -> Result<(), ServeError> {
    log::install(options.environment.log_level);
    panic::install_hook();
    check_open_files().map_err(ServeError::TooFewFiles)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(run(Arc::clone(provider), options));
    // Nothing that is done from here on may wait for a lock or a server.
    runtime.block_on(provider.stop());
    // Does not wait for threads that are blocked.
    runtime.shutdown_background();
    provider.shut_down();
    result
}

/// Files that the process has open at once before the first call: the runtime panics where it cannot open its own.
#[cfg(unix)]
const OPEN_FILES: usize = 16;

/// Fails if the process may not open as many files as it needs.
#[cfg(unix)]
fn check_open_files() -> io::Result<()> {
    let first = std::fs::File::open("/dev/null")?;
    (1..OPEN_FILES).map(|_| first.try_clone()).collect::<io::Result<Vec<_>>>().map(|_| ())
}

#[cfg(not(unix))]
fn check_open_files() -> io::Result<()> {
    Ok(())
}

async fn run(provider: Arc<dyn Provider>, options: &Options) -> Result<(), ServeError> {
    // Terraform sends a certificate unless it was told to do without TLS.
    let client = options.environment.client_certificate.as_deref().filter(|_| !options.debug);
    let tls = client.map(ServerTls::for_client).transpose()?;
    let signals = Signals::listen()?;
    let listener = Listener::bind(&options.environment.socket_directory).await?;
    let address = listener.address().clone();
    if options.debug {
        handshake::print_reattach(&options.provider_address, &address)?;
    } else {
        let certificate = tls.as_ref().map_or(&[][..], |tls| &tls.certificate);
        let multiplexing_requested = options.environment.multiplexing_requested;
        Handshake { address: &address, certificate, multiplexing_requested }.print()?;
    }

    // Terraform reads the handshake while the rest of the server starts.
    let shutdown = Arc::new(Notify::new());
    let service = Service::new(provider);
    let running_calls = service.running_calls();
    let methods = Arc::new(PluginMethods { service, shutdown: Arc::clone(&shutdown) });
    let connections = Connections::accept(listener, tls.map(|tls| tls.config), methods);
    tracing::debug!(address = %address, "serving");
    // Beside the runtime and after the handshake, so that no call waits for it.
    tokio::task::spawn_blocking(move || listener::remove_stale_directories(&address));

    let reason = tokio::select! {
        () = shutdown.notified() => {
            flush_shutdown_reply().await;
            "shutdown was requested"
        }
        () = connections.wait_until_disconnected(CONNECT_TIMEOUT), if !options.debug => {
            let _ = timeout(FINISH_TIMEOUT, wait_until_idle(running_calls)).await;
            "the client disconnected"
        }
        () = signals.wait_for_exit(options.debug) => "a signal arrived",
    };
    tracing::debug!(reason, "exiting");
    // Dropping the listener removes the socket and its directory.
    connections.stop().await;
    Ok(())
}

/// The calls of a plugin: the provider's, and go-plugin's own.
struct PluginMethods {
    service: Service,
    shutdown: Arc<Notify>,
}

impl Methods for PluginMethods {
    fn find(&self, path: &str) -> Option<Method> {
        self.service.find(path).or_else(|| control::find(path, &self.shutdown))
    }
}

/// Yields until the tasks that write the reply to `Shutdown` have finished. Terraform waits for the process to exit, so
/// there is no timer here and no wait for the client to disconnect.
async fn flush_shutdown_reply() {
    for _ in 0..SHUTDOWN_YIELDS {
        tokio::task::yield_now().await;
    }
}

async fn wait_until_idle(mut running_calls: watch::Receiver<usize>) {
    // An error means that the service was dropped, so no call is running.
    let _ = running_calls.wait_for(|&running| running == 0).await;
}

/// The signals that may end the process. Ctrl-C reaches the whole process group: the CLI then sends `StopProvider` and
/// `Shutdown`, so the provider ignores it. In debug mode Ctrl-C ends the process.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Installs handlers, so that the signals no longer end the process by themselves.
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn wait_for_exit(mut self, interrupt_exits: bool) {
        tokio::select! {
            _ = self.interrupt.recv(), if interrupt_exits => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn wait_for_exit(self, interrupt_exits: bool) {
        loop {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            if interrupt_exits {
                return;
            }
        }
    }
}
