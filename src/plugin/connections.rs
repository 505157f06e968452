//! Connections: accepted, secured, counted.

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

/// How long a client may take to prove who it is.
const TLS_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait when the system has no connection to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The connections of one listener.
#[derive(Debug)]
pub(super) struct Connections {
    acceptor: JoinHandle<()>,
    count: watch::Receiver<Count>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    open: usize,
    ever: usize,
}

impl Connections {
    /// Accepts connections until [`Self::stop`]. With TLS, clients that fail it are dropped and never counted.
    pub(super) fn accept(
        listener: Listener,
        tls: Option<Arc<ServerConfig>>,
    ) -> (Self, ReceiverStream<io::Result<Connection>>) {
        let (sender, receiver) = mpsc::channel(1);
        let count = watch::Sender::new(Count::default());
        let observed = count.subscribe();
        let acceptor = tokio::spawn(accept_all(listener, tls.map(TlsAcceptor::from), sender, count));
        (Self { acceptor, count: observed }, ReceiverStream::new(receiver))
    }

    /// Waits until every connection is closed, or was never made.
    async fn closed(&self) {
        // An error means that nothing is accepted any more and everything accepted is closed.
        let _ = self.count.clone().wait_for(|count| count.open == 0).await;
    }

    /// Waits until the last client has gone, or for some time if none comes at all.
    pub(super) async fn abandoned(&self, patience: Duration) {
        let mut count = self.count.clone();
        if timeout(patience, count.wait_for(|count| count.ever > 0)).await.is_ok() {
            self.closed().await;
        }
    }

    /// Accepts nothing more and lets the listener go.
    pub(super) async fn stop(self) {
        self.acceptor.abort();
        // It was cancelled, which is no error here.
        let _ = self.acceptor.await;
    }
}

async fn accept_all(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    sender: mpsc::Sender<io::Result<Connection>>,
    count: watch::Sender<Count>,
) {
    loop {
        match listener.accept().await {
            Ok(socket) => {
                let (tls, sender, count) = (tls.clone(), sender.clone(), count.clone());
                tokio::spawn(async move {
                    match secure(socket, tls).await {
                        // The server may be gone already.
                        Ok(socket) => drop(sender.send(Ok(Connection::new(socket, count))).await),
                        Err(error) => tracing::warn!(%error, "refused a client"),
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no connection accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn secure(socket: BoxedSocket, tls: Option<TlsAcceptor>) -> io::Result<BoxedSocket> {
    match tls {
        Some(tls) => Ok(Box::pin(timeout(TLS_TIMEOUT, tls.accept(socket)).await??)),
        None => Ok(socket),
    }
}

/// A connection that is counted as long as it is open.
pub(super) struct Connection {
    socket: BoxedSocket,
    count: watch::Sender<Count>,
}

impl Connection {
    fn new(socket: BoxedSocket, count: watch::Sender<Count>) -> Self {
        count.send_modify(|count| {
            count.open += 1;
            count.ever += 1;
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
