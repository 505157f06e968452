//! Accepts connections, secures them with TLS, counts them and serves them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::listener::{BoxedSocket, Listener};
use super::server::{self, Methods};

/// The time in which a client must complete the TLS handshake.
const TLS_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause after a failed accept.
const ACCEPT_RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// The connections of one listener.
#[derive(Debug)]
pub(super) struct Connections {
    acceptor: JoinHandle<()>,
    count: watch::Receiver<ConnectionCount>,
}

#[derive(Clone, Copy, Debug, Default)]
struct ConnectionCount {
    open: usize,
    accepted: usize,
}

impl Connections {
    /// Accepts connections until [`Self::stop`]. A client that fails the TLS handshake is dropped and not counted.
    pub(super) fn accept(listener: Listener, tls: Option<Arc<ServerConfig>>, methods: Arc<dyn Methods>) -> Self {
        let count = watch::Sender::new(ConnectionCount::default());
        let observed = count.subscribe();
        let acceptor = tokio::spawn(accept_all(listener, tls.map(TlsAcceptor::from), methods, count));
        Self { acceptor, count: observed }
    }

    /// Waits until no connection is open.
    async fn wait_until_closed(&self) {
        // An error means that nothing is accepted any more and every connection is closed.
        let _ = self.count.clone().wait_for(|count| count.open == 0).await;
    }

    /// Waits until the last client has disconnected, or until the timeout if no client connects.
    pub(super) async fn wait_until_disconnected(&self, connect_timeout: Duration) {
        let mut count = self.count.clone();
        if timeout(connect_timeout, count.wait_for(|count| count.accepted > 0)).await.is_ok() {
            self.wait_until_closed().await;
        }
    }

    /// Stops accepting and drops the listener.
    pub(super) async fn stop(self) {
        self.acceptor.abort();
        // The error says that the task was cancelled, as intended.
        let _ = self.acceptor.await;
    }
}

async fn accept_all(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    methods: Arc<dyn Methods>,
    count: watch::Sender<ConnectionCount>,
) {
    loop {
        match listener.accept().await {
            Ok(socket) => {
                tokio::spawn(serve(socket, tls.clone(), Arc::clone(&methods), count.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                sleep(ACCEPT_RETRY_INTERVAL).await;
            }
        }
    }
}

async fn serve(
    socket: BoxedSocket,
    tls: Option<TlsAcceptor>,
    methods: Arc<dyn Methods>,
    count: watch::Sender<ConnectionCount>,
) {
    let socket = match accept_tls(socket, tls).await {
        Ok(socket) => socket,
        Err(error) => return tracing::warn!(%error, "client refused"),
    };
    let _open = OpenConnection::start(&count);
    if let Err(error) = server::serve(socket, methods).await {
        tracing::debug!(%error, "a connection broke off");
    }
}

async fn accept_tls(socket: BoxedSocket, tls: Option<TlsAcceptor>) -> io::Result<BoxedSocket> {
    match tls {
        Some(tls) => Ok(Box::pin(timeout(TLS_TIMEOUT, tls.accept(socket)).await??)),
        None => Ok(socket),
    }
}

/// Counts a connection as open until it is dropped.
struct OpenConnection(watch::Sender<ConnectionCount>);

impl OpenConnection {
    fn start(count: &watch::Sender<ConnectionCount>) -> Self {
        count.send_modify(|count| {
            count.open += 1;
            count.accepted += 1;
        });
        Self(count.clone())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.send_modify(|count| count.open -= 1);
    }
}
