//! Makes the connection that a URL describes: the socket, encryption as `sslmode` says, the user.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use super::failure::{cause_of, failed, flooded, io_error};
use super::password::Password;
use super::stream::{BoundedSocket, Budget, Stream, encrypt, offers_tls};
use super::tls::client_config;
use super::tls_refusal::{no_tls, refusal, rustls_error};
use super::url::{Host, PostgresUrl, TlsMode};
use crate::cloud::store::WorldError;

/// One attempt to connect, from the first packet to the server's readiness.
pub(super) const MAX_CONNECT: Duration = Duration::from_secs(15);
/// What a server may send until it is ready.
const GREETING_BYTES: usize = 1 << 20;

/// Why no connection came about.
pub(super) enum Unconnected {
    /// What is wrong with the trusted authorities.
    Authorities(String),
    /// `sslmode` asks for TLS, and the server has none.
    NoTls,
    Tls(rustls::Error),
    Silent,
    Flooded,
    Unconnectable(io::Error),
    Failed(tokio_postgres::Error),
}

pub(super) fn config(place: &PostgresUrl, password: Option<&str>) -> Config {
    let mut config = Config::new();
    config.user(&place.user).dbname(&place.database).application_name(format!("simcloud {}", place.world));
    // The stream is encrypted before the client crate gets it: that crate tells only by a text that a server has no TLS.
    config.ssl_mode(SslMode::Disable);
    if let Some(password) = password {
        config.password(password);
    }
    config
}

/// One attempt, which takes at most `limit`.
pub(super) async fn connect(
    place: &PostgresUrl,
    config: &Config,
    limit: Duration,
) -> Result<(Client, Budget), Unconnected> {
    // Zero is libpq's word for waiting without an end; here even that has one.
    let asked_for = Some(Duration::from_secs(place.connect_seconds)).filter(|asked_for| !asked_for.is_zero());
    let limit = asked_for.map_or(limit, |asked_for| asked_for.min(limit));
    let connected = async {
        let tls = tls_config(place)?;
        let budget = Budget::of(GREETING_BYTES);
        let connected = async {
            let socket = BoundedSocket::connect(place, budget.clone()).await.map_err(Unconnected::of_socket)?;
            let stream = secured(socket, place, tls).await?;
            config.connect_raw(stream, NoTls).await.map_err(Unconnected::of_client)
        };
        let (client, connection) = match connected.await {
            Err(_) if budget.is_spent() => return Err(Unconnected::Flooded),
            connected => connected?,
        };
        tokio::spawn(connection);
        Ok((client, budget))
    };
    tokio::time::timeout(limit, connected).await.unwrap_or(Err(Unconnected::Silent))
}

/// How to encrypt; `None` where nothing is to be encrypted.
fn tls_config(place: &PostgresUrl) -> Result<Option<Arc<ClientConfig>>, Unconnected> {
    match (&place.host, place.tls) {
        // Only the kernel is between the two ends of a Unix socket; servers have no TLS there.
        (Host::Socket(_), _) | (_, TlsMode::Disable) => Ok(None),
        (Host::Name(_), mode) => client_config(mode, &place.roots).map(Some).map_err(Unconnected::Authorities),
    }
}

/// The stream over a socket: encrypted if there is a configuration and the server has TLS.
async fn secured(
    mut socket: BoundedSocket,
    place: &PostgresUrl,
    tls: Option<Arc<ClientConfig>>,
) -> Result<Stream, Unconnected> {
    let (Some(tls), Host::Name(server)) = (tls, &place.host) else { return Ok(Box::new(socket)) };
    if offers_tls(&mut socket).await.map_err(Unconnected::of_socket)? {
        return encrypt(socket, tls, server.clone()).await.map_err(Unconnected::of_socket);
    }
    if place.tls == TlsMode::Prefer { Ok(Box::new(socket)) } else { Err(Unconnected::NoTls) }
}

/// Whether the server said anything, even only that it has no connection left.
pub(super) fn is_answer(connected: &Result<(Client, Budget), Unconnected>) -> bool {
    match connected {
        Ok(_) => true,
        Err(Unconnected::Failed(error)) => error.as_db_error().is_some(),
        Err(_) => false,
    }
}

impl Unconnected {
    fn of_socket(error: io::Error) -> Self {
        rustls_error(&error).cloned().map_or(Self::Unconnectable(error), Self::Tls)
    }

    /// In TLS 1.3 a server refuses a client after the handshake, in its first answer.
    fn of_client(error: tokio_postgres::Error) -> Self {
        io_error(&error).and_then(rustls_error).cloned().map_or(Self::Failed(error), Self::Tls)
    }

    pub(super) fn into_world_error(self, place: &PostgresUrl, password: Password) -> WorldError {
        let world = place.to_string();
        match self {
            Self::Authorities(detail) => WorldError::Untrusted { world, detail },
            Self::NoTls => no_tls(place),
            Self::Tls(error) => refusal(place, &error),
            Self::Silent => WorldError::Unreachable { world, detail: "it does not answer".to_owned() },
            Self::Flooded => flooded(place, GREETING_BYTES),
            Self::Unconnectable(error) => WorldError::Unreachable { world, detail: error.to_string() },
            Self::Failed(error) => login_error(place, &error, password),
        }
    }
}

fn login_error(place: &PostgresUrl, error: &tokio_postgres::Error, password: Password) -> WorldError {
    let world = place.to_string();
    let refused = |detail: String| WorldError::Refused { world: world.clone(), detail };
    match error.code() {
        Some(code) if *code == SqlState::INVALID_PASSWORD || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            // A server that demands a client certificate of PostgreSQL's own rules has the code of every other rule.
            let detail = format!("user, password or the server's rules of access are wrong ({})", code.code());
            refused(with_note(&detail, password.note))
        }
        Some(code) if *code == SqlState::INVALID_CATALOG_NAME => refused("there is no such database".to_owned()),
        Some(_) => failed(place, error),
        // The client crate has no type for a password that is missing: it is the one error with a cause that is neither the
        // server's nor the socket's, except for ways to log in that the crate does not know.
        None if std::error::Error::source(error).is_some() && io_error(error).is_none() => {
            let detail = match password.given {
                None => "it asks for a password and none is given; set PGPASSWORD or write ~/.pgpass".to_owned(),
                Some(_) => format!("it wants another way to log in than by password ({})", cause_of(error)),
            };
            refused(with_note(&detail, password.note))
        }
        None => WorldError::Unreachable { world, detail: cause_of(error) },
    }
}

fn with_note(detail: &str, note: Option<String>) -> String {
    note.map_or_else(|| detail.to_owned(), |note| format!("{detail}; {note}"))
}
