//! The server: one port on the loopback interface, HTTP/1.1 in clear and over TLS.

mod authority; // a certificate authority for this process
mod connections; // how many there may be, and which is closed for a new one
mod service; // from one HTTP request to its response

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub use self::authority::{Authority, AuthorityError, pem};
use self::connections::Connections;
use self::service::Service;
use crate::cloud::SimCloud;

/// How long a client may take for the head of a request, for its body, and for the TLS handshake; and how long a connection may be idle.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// How long calls may go on after the end: a signal is to be heard within a second.
const FINISH_TIMEOUT: Duration = Duration::from_millis(700);
/// The head of a request with its query, in which whole requests may stand.
const MAX_HEAD_BYTES: usize = 256 * 1024;
/// The first byte of a TLS connection: a handshake record.
const TLS_HANDSHAKE: u8 = 0x16;

/// What is served.
#[derive(Clone, Debug)]
pub struct Options {
    pub cloud: SimCloud,
    /// 0 chooses a free one.
    pub port: u16,
    /// Texts of parameters that stand for others: ids of a real account for those of the simulated one.
    pub aliases: BTreeMap<String, String>,
    /// Hears a line for each request.
    pub log: fn(&str),
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    service: Arc<Service>,
    tls: TlsAcceptor,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("listener", &self.listener).finish_non_exhaustive()
    }
}

impl Server {
    /// # Errors
    /// The port is taken, or the certificate cannot be used.
    pub async fn bind(options: Options, authority: &Authority) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let tls = TlsAcceptor::from(authority.server_config().map_err(io::Error::other)?);
        Ok(Self { listener, service: Arc::new(Service::new(options)), tls })
    }

    /// # Errors
    /// The system does not know the address any more.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `end` is done. Then `stop` is called, which ends what calls wait for; those that go on computing are
    /// given up soon afterwards.
    pub async fn run(self, end: impl Future<Output = ()>, stop: fn()) {
        let mut connections = Connections::default();
        tokio::pin!(end);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut end => break,
            };
            if let Ok((stream, _)) = accepted {
                let (service, tls) = (Arc::clone(&self.service), self.tls.clone());
                connections
                    .spawn(|running_calls| async move { serve(stream, &service.counting(running_calls), tls).await });
            } else {
                // The process has no file descriptors left: connections have to end first.
                connections.close_oldest_idle();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        stop();
        // What is given up has changed nothing, or all of what it was to change.
        let _ = tokio::time::timeout(FINISH_TIMEOUT, connections.finish()).await;
    }
}

/// Serves one connection. A client that breaks off, or never speaks HTTP, ends its own connection alone.
async fn serve(stream: TcpStream, service: &Service, tls: TlsAcceptor) {
    // A reply is written at once and small.
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    let Ok(Ok(1)) = tokio::time::timeout(READ_TIMEOUT, stream.peek(&mut first)).await else { return };
    if first[0] != TLS_HANDSHAKE {
        return serve_http(stream, service).await;
    }
    if let Ok(Ok(stream)) = tokio::time::timeout(READ_TIMEOUT, tls.accept(stream)).await {
        serve_http(stream, service).await;
    }
}

async fn serve_http(stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, service: &Service) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    // Whatever goes wrong on a connection concerns its client, who sees it.
    let _ = connection.await;
}
