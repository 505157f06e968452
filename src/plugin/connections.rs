//! Accepts connections, secures them with TLS and counts them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::listener::{BoxedSocket, Listener};

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
    pub(super) fn accept(
        listener: Listener,
        tls: Option<Arc<ServerConfig>>,
    ) -> (Self, ReceiverStream<io::Result<Connection>>) {
        let (sender, receiver) = mpsc::channel(1);
        let count = watch::Sender::new(ConnectionCount::default());
        let observed = count.subscribe();
        let acceptor = tokio::spawn(accept_all(listener, tls.map(TlsAcceptor::from), sender, count));
        (Self { acceptor, count: observed }, ReceiverStream::new(receiver))
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
    sender: mpsc::Sender<io::Result<Connection>>,
    count: watch::Sender<ConnectionCount>,
) {
    loop {
        match listener.accept().await {
            Ok(socket) => {
                let (tls, sender, count) = (tls.clone(), sender.clone(), count.clone());
                tokio::spawn(async move {
                    match accept_tls(socket, tls).await {
                        // An error means that the server has stopped.
                        Ok(socket) => drop(sender.send(Ok(Connection::new(socket, count))).await),
                        Err(error) => tracing::warn!(%error, "client refused"),
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                sleep(ACCEPT_RETRY_INTERVAL).await;
            }
        }
    }
}

async fn accept_tls(socket: BoxedSocket, tls: Option<TlsAcceptor>) -> io::Result<BoxedSocket> {
    match tls {
        Some(tls) => Ok(Box::pin(timeout(TLS_TIMEOUT, tls.accept(socket)).await??)),
        None => Ok(socket),
    }
}

/// A connection, counted while it is open.
pub(super) struct Connection {
    socket: BoxedSocket,
    count: watch::Sender<ConnectionCount>,
}

impl Connection {
    fn new(socket: BoxedSocket, count: watch::Sender<ConnectionCount>) -> Self {
        count.send_modify(|count| {
            count.open += 1;
            count.accepted += 1;
        });
        Self { socket, count }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.count.send_modify(|count| count.open -= 1);
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.get_mut().socket.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().socket.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().socket.as_mut().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().socket.as_mut().poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().socket.as_mut().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}
