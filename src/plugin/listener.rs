//! The address where clients connect: a Unix socket in a private directory, or TCP on systems without Unix sockets.

use std::fmt;
#[cfg(unix)]
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use std::pin::Pin;
#[cfg(unix)]
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// A byte stream in both directions, over any transport.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Socket for T {}

pub(super) type BoxedSocket = Pin<Box<dyn Socket>>;

/// A listening socket. Dropping it removes the socket and its directory.
#[derive(Debug)]
pub(super) struct Listener {
    transport: Transport,
    address: Address,
}

#[derive(Debug)]
enum Transport {
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

/// The longest path of a Unix socket in bytes, without the terminating zero, on the system with the lowest limit (macOS).
#[cfg(unix)]
const MAX_SOCKET_PATH_BYTES: usize = 103;

impl Listener {
    /// Listens on a socket in the directory, or in `/tmp` if the directory's path is too long for a socket or no socket can
    /// be made in it.
    ///
    /// # Errors
    /// The directory is not writable, or no loopback port is free.
    pub(super) async fn bind(directory: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        for directory in [directory, Path::new("/tmp")] {
            if directory.as_os_str().len() + "/simcloud-4294967295-999/plugin".len() <= MAX_SOCKET_PATH_BYTES {
                match Self::bind_unix(directory) {
                    // TMPDIR may name what is missing, read-only or no directory at all.
                    Err(_) if directory != Path::new("/tmp") => {}
                    bound => return bound,
                }
            }
        }
        #[cfg(not(unix))]
        let _ = directory;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = Address::Tcp(listener.local_addr()?);
        Ok(Self { transport: Transport::Tcp(listener), address })
    }

    #[cfg(unix)]
    fn bind_unix(parent: &Path) -> io::Result<Self> {
        let directory = SocketDirectory::create(parent)?;
        let path = directory.path.join("plugin");
        let listener = tokio::net::UnixListener::bind(&path)?;
        Ok(Self { transport: Transport::Unix { listener, _directory: directory }, address: Address::Unix(path) })
    }

    #[must_use]
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Accepts the next connection.
    ///
    /// # Errors
    /// The system's error, for example too many open files; the next call may succeed.
    pub(super) async fn accept(&self) -> io::Result<BoxedSocket> {
        match &self.transport {
            #[cfg(unix)]
            Transport::Unix { listener, .. } => Ok(Box::pin(listener.accept().await?.0)),
            Transport::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Without TCP_NODELAY a small reply may wait 44 ms for a delayed acknowledgement.
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

/// A directory that only the current user may enter. Dropping it removes the socket and the directory.
#[cfg(unix)]
#[derive(Debug)]
struct SocketDirectory {
    path: PathBuf,
    /// Locked as long as the process lives, so that a directory without a lock is stale.
    _lock: File,
}

#[cfg(unix)]
impl SocketDirectory {
    /// Creates the directory, named by process id and a counter: a killed process may have left one with the same id.
    fn create(parent: &Path) -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;

        let process = std::process::id();
        for attempt in 0..1000 {
            let path = parent.join(format!("{DIRECTORY_PREFIX}{process}-{attempt}"));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    let lock = File::create(path.join(LOCK))?;
                    lock.try_lock()?;
                    return Ok(Self { path, _lock: lock });
                }
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many socket directories are left for this process id"))
    }
}

#[cfg(unix)]
impl Drop for SocketDirectory {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

#[cfg(unix)]
const DIRECTORY_PREFIX: &str = "simcloud-";

#[cfg(unix)]
const LOCK: &str = "lock";

/// Removes the socket directories that killed processes of this user left beside this one's. Others cannot be opened.
#[cfg(unix)]
pub(super) fn remove_stale_directories(address: &Address) {
    let Address::Unix(socket) = address else { return };
    let Some(parent) = socket.parent().and_then(Path::parent) else { return };
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(DIRECTORY_PREFIX) {
            // A process that has just created its directory may not have locked it yet, or not even made the file.
            let lock = File::open(entry.path().join(LOCK));
            if lock.is_ok_and(|lock| is_old(&lock) && lock.try_lock().is_ok()) {
                remove(&entry.path());
            }
        }
    }
}

#[cfg(not(unix))]
pub(super) fn remove_stale_directories(_: &Address) {}

/// Whether a lock was made more than a minute ago.
#[cfg(unix)]
fn is_old(lock: &File) -> bool {
    let age = lock.metadata().and_then(|lock| lock.modified()).ok().and_then(|made| made.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(60))
}

/// A failure cannot be reported.
#[cfg(unix)]
fn remove(directory: &Path) {
    for name in ["plugin", LOCK] {
        let _ = std::fs::remove_file(directory.join(name));
    }
    let _ = std::fs::remove_dir(directory);
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn the_directory_is_private_and_removed_with_the_listener() {
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

    /// Killed processes left thousands of them.
    #[tokio::test]
    async fn directories_of_dead_processes_are_removed_and_those_of_living_ones_stay() {
        let parent = tempfile::tempdir().unwrap();
        let listener = Listener::bind(parent.path()).await.unwrap();
        let other = Listener::bind(parent.path()).await.unwrap();
        let made = |name: &str, age_seconds: u64| {
            let directory = parent.path().join(name);
            std::fs::create_dir(&directory).unwrap();
            std::fs::write(directory.join("plugin"), "").unwrap();
            let lock = File::create(directory.join(LOCK)).unwrap();
            let age = Duration::from_secs(age_seconds);
            lock.set_modified(lock.metadata().unwrap().modified().unwrap() - age).unwrap();
            directory
        };
        let (dead, starting) = (made("simcloud-1-0", 3_600), made("simcloud-2-0", 0));
        let Address::Unix(living) = other.address() else { panic!("not a Unix socket") };
        let lock = File::open(living.parent().unwrap().join(LOCK)).unwrap();
        lock.set_modified(lock.metadata().unwrap().modified().unwrap() - Duration::from_secs(3_600)).unwrap();
        remove_stale_directories(listener.address());
        assert_eq!((dead.exists(), starting.exists(), living.exists()), (false, true, true));
    }

    /// The provider did not start, and the CLI showed a general text.
    #[tokio::test]
    async fn a_directory_that_cannot_be_used_is_replaced_by_tmp() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for directory in [Path::new("/no/such/directory"), file.path()] {
            let listener = Listener::bind(directory).await.unwrap();
            assert!(listener.address().to_string().starts_with("/tmp/simcloud-"), "{}", listener.address());
        }
    }

    #[tokio::test]
    async fn a_path_too_long_for_a_socket_is_replaced_by_tmp() {
        let listener = Listener::bind(Path::new(&"/long".repeat(30))).await.unwrap();
        assert!(listener.address().to_string().len() <= MAX_SOCKET_PATH_BYTES);
    }
}
