//! Where clients connect: a Unix socket in a directory of its own, or TCP where there are none.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// Bytes in both directions, whatever carries them.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Socket for T {}

pub(super) type BoxedSocket = Pin<Box<dyn Socket>>;

/// Ends with its directory: nothing is left behind.
#[derive(Debug)]
pub(super) struct Listener {
    kind: Kind,
    address: Address,
}

#[derive(Debug)]
enum Kind {
    #[cfg(unix)]
    Unix {
        listener: tokio::net::UnixListener,
        _directory: SocketDirectory,
    },
    Tcp(TcpListener),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    #[cfg(unix)]
    Unix(PathBuf),
    Tcp(SocketAddr),
}

/// Bytes a socket's path may have on the systems that allow the fewest (macOS), the terminating zero not counted.
#[cfg(unix)]
const MAX_PATH: usize = 103;

impl Listener {
    /// Listens in a directory, or in the system's own where that one's path is too long for a socket.
    ///
    /// # Errors
    /// A directory that cannot be written; no port on the loopback interface.
    pub(super) async fn bind(directory: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        for directory in [directory, Path::new("/tmp")] {
            if directory.as_os_str().len() + "/simcloud-4294967295-999/plugin".len() <= MAX_PATH {
                return Self::bind_unix(directory);
            }
        }
        #[cfg(not(unix))]
        let _ = directory;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = Address::Tcp(listener.local_addr()?);
        Ok(Self { kind: Kind::Tcp(listener), address })
    }

    #[cfg(unix)]
    fn bind_unix(parent: &Path) -> io::Result<Self> {
        let directory = SocketDirectory::create(parent)?;
        let path = directory.0.join("plugin");
        let listener = tokio::net::UnixListener::bind(&path)?;
        Ok(Self { kind: Kind::Unix { listener, _directory: directory }, address: Address::Unix(path) })
    }

    #[must_use]
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// # Errors
    /// What the system reports, too many open files for one; the next call may succeed.
    pub(super) async fn accept(&self) -> io::Result<BoxedSocket> {
        match &self.kind {
            #[cfg(unix)]
            Kind::Unix { listener, .. } => Ok(Box::pin(listener.accept().await?.0)),
            Kind::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Without it small answers wait for acknowledgements that are themselves delayed: 44 ms each.
                stream.set_nodelay(true)?;
                Ok(Box::pin(stream))
            }
        }
    }
}

impl Address {
    #[must_use]
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => write!(f, "{}", path.display()),
            Self::Tcp(address) => write!(f, "{address}"),
        }
    }
}

/// A directory that only this user may enter, removed with what is in it.
#[cfg(unix)]
#[derive(Debug)]
struct SocketDirectory(PathBuf);

#[cfg(unix)]
impl SocketDirectory {
    /// A process that was killed may have left a directory under the same process id, so there is a counter too.
    fn create(parent: &Path) -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;

        let process = std::process::id();
        for attempt in 0..1000 {
            let path = parent.join(format!("simcloud-{process}-{attempt}"));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(Self(path)),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many directories of this process id"))
    }
}

#[cfg(unix)]
impl Drop for SocketDirectory {
    fn drop(&mut self) {
        // Nobody is left to be told of a failure.
        let _ = std::fs::remove_file(self.0.join("plugin"));
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn the_directory_is_private_and_goes_with_the_listener() {
        let parent = tempfile::tempdir().unwrap();
        let listener = Listener::bind(parent.path()).await.unwrap();
        let Address::Unix(socket) = listener.address().clone() else { panic!("not a Unix socket") };
        let directory = socket.parent().unwrap().to_owned();
        assert_eq!(std::fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
        let second = Listener::bind(parent.path()).await.unwrap();
        assert_ne!(second.address(), listener.address());
        drop(listener);
        assert!(!directory.exists());
    }

    #[tokio::test]
    async fn a_path_too_long_for_a_socket_gives_way() {
        let listener = Listener::bind(Path::new(&"/long".repeat(30))).await.unwrap();
        assert!(listener.address().to_string().len() <= MAX_PATH);
    }
}
