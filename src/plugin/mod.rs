//! go-plugin and the provider protocol on the wire: handshake, mutual TLS, gRPC, the end of the process.
//!
//! Knows the traits of `tf` and has never heard of a cloud.

mod connections;
mod control;
mod convert;
mod environment;
mod handshake;
mod listener;
mod log;
mod mtls;
mod panic;
mod validity;

pub mod proto;
pub mod service;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tonic::transport::Server;

use self::connections::Connections;
use self::control::{Controller, Silent};
pub use self::environment::{Environment, MAGIC_COOKIE};
use self::handshake::Handshake;
use self::listener::Listener;
use self::mtls::ServerTls;
pub use self::mtls::TlsError;
use self::proto::go_plugin::grpc_broker_server::GrpcBrokerServer;
use self::proto::go_plugin::grpc_controller_server::GrpcControllerServer;
use self::proto::go_plugin::grpc_stdio_server::GrpcStdioServer;
use self::proto::tfplugin6::provider_server::ProviderServer;
use self::service::Service;
use crate::tf::Provider;

/// How a provider is served.
#[derive(Clone, Debug)]
pub struct Options {
    pub environment: Environment,
    /// Serve whoever connects until Ctrl-C, without TLS, and say how to connect.
    pub debug: bool,
    /// The address under which configurations name the provider: `registry.terraform.io/simcloud/simcloud`.
    pub provider_address: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("no connections can be taken: {0}")]
    Io(#[from] io::Error),
}

/// The size of a request: plugins written in Go take as much. The library's own limit of 4 MiB is soon reached.
const MAX_REQUEST: usize = 256 * 1024 * 1024;

/// How long Terraform may take to connect; it waits no longer for the handshake itself.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long changes may go on after the client is gone.
const FINISH_TIMEOUT: Duration = Duration::from_secs(5);

/// How many turns of the runtime the answer to `Shutdown` gets to leave; it needs three or four.
const FAREWELL_TURNS: usize = 16;

/// Serves a provider until Terraform is done with it or gone, or in debug mode until Ctrl-C.
///
/// # Errors
/// No TLS from the certificate in the environment; no socket; stdout closed.
pub fn serve(provider: Arc<dyn Provider>, options: &Options) -> Result<(), ServeError> {
    log::start(options.environment.log_level);
    panic::install_hook();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(run(provider, options));
    // Work that blocks a thread is not waited for.
    runtime.shutdown_background();
    result
}

async fn run(provider: Arc<dyn Provider>, options: &Options) -> Result<(), ServeError> {
    // The certificate in the environment says whether Terraform wants TLS; it always does unless told not to.
    let client = options.environment.client_certificate.as_deref().filter(|_| !options.debug);
    let tls = client.map(ServerTls::for_client).transpose()?;
    let signals = Signals::listen()?;
    let listener = Listener::bind(&options.environment.socket_directory).await?;
    let address = listener.address().clone();
    if options.debug {
        handshake::print_reattach(&options.provider_address, &address)?;
    } else {
        let certificate = tls.as_ref().map_or(&[][..], |tls| &tls.certificate);
        let asks_for_multiplexing = options.environment.asks_for_multiplexing;
        Handshake { address: &address, certificate, asks_for_multiplexing }.print()?;
    }

    // What follows happens while Terraform reads the handshake.
    let shutdown = Arc::new(Notify::new());
    let service = Service::new(provider);
    let running = service.running();
    let (connections, incoming) = Connections::accept(listener, tls.map(|tls| tls.config));
    let server = Server::builder()
        .add_service(ProviderServer::new(service).max_decoding_message_size(MAX_REQUEST))
        .add_service(GrpcControllerServer::new(Controller { shutdown: shutdown.clone() }))
        .add_service(GrpcStdioServer::new(Silent))
        .add_service(GrpcBrokerServer::new(Silent));
    let server = tokio::spawn(server.serve_with_incoming(incoming));
    tracing::debug!(address = %address, "serving");

    let reason = tokio::select! {
        () = shutdown.notified() => {
            say_farewell().await;
            "asked to"
        }
        () = connections.abandoned(CONNECT_TIMEOUT), if !options.debug => {
            let _ = timeout(FINISH_TIMEOUT, idle(running)).await;
            "the client is gone"
        }
        () = signals.end(options.debug) => "a signal",
    };
    tracing::debug!(reason, "ending");
    server.abort();
    // The listener, its socket and the socket's directory go with this.
    connections.stop().await;
    Ok(())
}

/// Lets the tasks that write the answer to `Shutdown` finish. Terraform waits for the end of the process, so this waits
/// for nothing: neither for a timer nor for the client to hang up.
async fn say_farewell() {
    for _ in 0..FAREWELL_TURNS {
        tokio::task::yield_now().await;
    }
}

async fn idle(mut running: watch::Receiver<usize>) {
    // An error means that the service is gone, and with it all calls.
    let _ = running.wait_for(|&running| running == 0).await;
}

/// Ctrl-C reaches the whole process group: the CLI then sends `StopProvider` and `Shutdown`, and until then the
/// provider carries on. In debug mode it is the way to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// From here on the signals no longer end the process by themselves.
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn end(mut self, by_interrupt: bool) {
        tokio::select! {
            _ = self.interrupt.recv(), if by_interrupt => {}
            _ = self.terminate.recv() => {}
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

    async fn end(self, by_interrupt: bool) {
        loop {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            if by_interrupt {
                return;
            }
        }
    }
}
