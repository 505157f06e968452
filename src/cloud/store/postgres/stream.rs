//! The socket under a connection, which bounds what a server may send at once, and TLS by rustls above it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::url::{Host, PostgresUrl};

/// A connection that is dead counts as broken after this long.
const SILENCE: Duration = Duration::from_secs(30);

pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// What a connection speaks over, encrypted or not.
pub(super) type Stream = Box<dyn Duplex>;

/// How many bytes the server may still send before the call is given up: a server that floods must not fill the memory.
#[derive(Clone, Debug)]
pub(super) struct Budget(Arc<BudgetState>);

#[derive(Debug)]
struct BudgetState {
    bytes: AtomicUsize,
    left: AtomicUsize,
    renewals: AtomicUsize,
}

/// What has come of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Received {
    /// The number of the answer.
    pub(super) answer: usize,
    pub(super) bytes: u64,
}

impl Budget {
    pub(super) fn of(bytes: usize) -> Self {
        let (left, renewals) = (AtomicUsize::new(bytes), AtomicUsize::default());
        Self(Arc::new(BudgetState { bytes: AtomicUsize::new(bytes), left, renewals }))
    }

    /// For the next answer.
    pub(super) fn renew(&self, bytes: usize) {
        self.0.bytes.store(bytes, Ordering::Relaxed);
        self.0.left.store(bytes, Ordering::Relaxed);
        self.0.renewals.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left() == 0
    }

    pub(super) fn received(&self) -> Received {
        let bytes = self.0.bytes.load(Ordering::Relaxed).saturating_sub(self.left());
        Received { answer: self.0.renewals.load(Ordering::Relaxed), bytes: bytes.try_into().unwrap_or(u64::MAX) }
    }

    fn left(&self) -> usize {
        self.0.left.load(Ordering::Relaxed)
    }

    fn spend(&self, bytes: usize) {
        self.0.left.store(self.left().saturating_sub(bytes), Ordering::Relaxed);
    }
}

/// A socket that fails once its budget is spent.
pub(super) struct BoundedSocket {
    socket: Stream,
    budget: Budget,
}

impl BoundedSocket {
    pub(super) async fn connect(place: &PostgresUrl, budget: Budget) -> io::Result<Self> {
        let socket: Stream = match &place.host {
            #[cfg(unix)]
            Host::Socket(folder) => {
                Box::new(UnixStream::connect(folder.join(format!(".s.PGSQL.{}", place.port))).await?)
            }
            #[cfg(not(unix))]
            Host::Socket(_) => return Err(io::Error::other("this system has no Unix sockets")),
            Host::Name(name) => {
                let socket = TcpStream::connect((name.as_str(), place.port)).await?;
                socket.set_nodelay(true)?;
                notice_silence(&SockRef::from(&socket))?;
                Box::new(socket)
            }
        };
        Ok(Self { socket, budget })
    }
}

/// Lets the system find out that the other end is gone.
fn notice_silence(socket: &SockRef<'_>) -> io::Result<()> {
    let keepalive = TcpKeepalive::new().with_time(Duration::from_secs(10)).with_interval(Duration::from_secs(5));
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(SILENCE))?;
    Ok(())
}

impl AsyncRead for BoundedSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.budget.is_spent() {
            return Poll::Ready(Err(io::Error::other("the server sent too much")));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut *self.socket).poll_read(context, buffer);
        self.budget.spend(buffer.filled().len().saturating_sub(before));
        polled
    }
}

impl AsyncWrite for BoundedSocket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.socket).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.socket).poll_shutdown(context)
    }
}

/// The request for encryption: its length, and the number that stands for it in the protocol.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Asks the server whether it has TLS. If it has, its next byte is of the handshake.
pub(super) async fn offers_tls(socket: &mut BoundedSocket) -> io::Result<bool> {
    socket.write_all(&TLS_REQUEST).await?;
    Ok(socket.read_u8().await? == b'S')
}

/// The socket encrypted; `server` is the name that its certificate must have.
pub(super) async fn encrypt(socket: BoundedSocket, config: Arc<ClientConfig>, server: String) -> io::Result<Stream> {
    let server = ServerName::try_from(server).map_err(io::Error::other)?;
    Ok(Box::new(tokio_rustls::TlsConnector::from(config).connect(server, socket).await?))
}
