//! One connection to a PostgreSQL server. No other file names this database's crate.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, SimpleQueryMessage, Socket, Statement};

use super::place::{Host, PostgresPlace, TlsMode};
use super::tls::client_config;
use super::{many, password};
use crate::cloud::store::{Row, SqlValue, WorldError};

/// Waits that end by themselves. The server gives up first, so that it can say why.
pub(super) const LOCK_SECONDS: u64 = 60;
pub(super) const STATEMENT_SECONDS: u64 = 120;
const ANSWER: Duration = Duration::from_secs(STATEMENT_SECONDS + 30);
const SILENCE: Duration = Duration::from_secs(30);

/// Statements kept ready; there are fewer than that in all.
const MOST_STATEMENTS: usize = 256;

pub(super) struct Connection {
    place: String,
    client: Client,
    /// Drives the client and nothing else, on the thread that waits for an answer.
    runtime: Option<Runtime>,
    statements: BTreeMap<String, Statement>,
}

impl Connection {
    pub(super) fn open(place: &PostgresPlace) -> Result<Self, WorldError> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| other(place.to_string(), error.to_string()))?;
        let password = password::of(place);
        let config = config(place, password.given.as_deref());
        let connected = runtime.block_on(connect(place, &config));
        let client = match connected {
            Ok(client) => client,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error.told(place, password.note));
            }
        };
        let connection = Self { place: place.to_string(), client, runtime: Some(runtime), statements: BTreeMap::new() };
        Ok(connection)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs statements without parameters in one round trip.
    pub(super) fn batch(&self, sql: &str) -> Result<(), WorldError> {
        self.wait(self.client.batch_execute(sql))
    }

    /// The first row's columns as texts; `None` if there is no row.
    pub(super) fn look(&self, sql: &str) -> Result<Option<Vec<Option<String>>>, WorldError> {
        let messages = self.wait(self.client.simple_query(sql))?;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect())
            }
            _ => None,
        }))
    }

    pub(super) fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<u64, WorldError> {
        let statement = self.prepared(sql)?;
        self.wait(self.client.execute_raw(&statement, parameters))
    }

    pub(super) fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<Row>, WorldError> {
        let statement = self.prepared(sql)?;
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| value as _).collect();
        let rows = self.wait(self.client.query(&statement, &parameters))?;
        let read = rows.iter().map(|row| (0..row.len()).map(|column| row.try_get(column)).collect::<Result<_, _>>());
        read.map(|row| row.map(Row)).collect::<Result<_, _>>().map_err(|error| self.failed(&error))
    }

    /// Runs a statement once per row of parameters: as one statement over arrays of them.
    pub(super) fn insert_many(&mut self, sql: &str, rows: &[Vec<SqlValue>]) -> Result<(), WorldError> {
        let types = self.prepared(sql)?.params().to_vec();
        let names: Vec<&str> = types.iter().map(Type::name).collect();
        let statement = self.prepared(&many::over_arrays(sql, &names))?;
        for rows in rows.chunks(many::MOST_ROWS) {
            let columns: Vec<Column<'_>> = (0..types.len()).map(|column| Column { rows, column }).collect();
            self.wait(self.client.execute_raw(&statement, columns))?;
        }
        Ok(())
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, WorldError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.wait(self.client.prepare(sql))?;
        if self.statements.len() >= MOST_STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, WorldError> {
        let Some(runtime) = &self.runtime else { return Err(interrupted(&self.place, "the connection is closed")) };
        match runtime.block_on(async { tokio::time::timeout(ANSWER, answer).await }) {
            Ok(answered) => answered.map_err(|error| self.failed(&error)),
            Err(_) => Err(interrupted(&self.place, "the server does not answer any more")),
        }
    }

    fn failed(&self, error: &tokio_postgres::Error) -> WorldError {
        failed(&self.place, error)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Without waiting: whoever drops it may be a thread of another runtime, which must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("place", &self.place).finish_non_exhaustive()
    }
}

fn config(place: &PostgresPlace, password: Option<&str>) -> Config {
    let mut config = Config::new();
    config
        .user(&place.user)
        .dbname(&place.database)
        .port(place.port)
        .application_name(format!("simcloud {}", place.world))
        .connect_timeout(Duration::from_secs(place.connect_seconds))
        .keepalives(true)
        .keepalives_idle(Duration::from_secs(10))
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3)
        .tcp_user_timeout(SILENCE);
    match &place.host {
        Host::Name(name) => config.host(name),
        #[cfg(unix)]
        Host::Socket(folder) => config.host_path(folder),
        #[cfg(not(unix))]
        Host::Socket(folder) => config.host(folder.to_string_lossy()),
    };
    config.ssl_mode(match (&place.host, place.tls) {
        // Nobody but the kernel is between the two ends of a Unix socket; servers have no TLS there.
        (Host::Socket(_), _) | (_, TlsMode::Disable) => SslMode::Disable,
        (_, TlsMode::Prefer) => SslMode::Prefer,
        (_, TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull) => SslMode::Require,
    });
    if let Some(password) = password {
        config.password(password);
    }
    config
}

/// Why no connection came about.
enum Unconnected {
    Tls(String),
    Silent,
    Failed(tokio_postgres::Error),
}

async fn connect(place: &PostgresPlace, config: &Config) -> Result<Client, Unconnected> {
    let limit = Duration::from_secs(place.connect_seconds.saturating_mul(2));
    let connected = async {
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(client_config(place.tls, &place.roots).map_err(Unconnected::Tls)?),
        };
        let (client, connection) = config.connect(MakeTls(tls)).await.map_err(Unconnected::Failed)?;
        tokio::spawn(connection);
        Ok(client)
    };
    // Zero is libpq's word for waiting without an end.
    if limit.is_zero() {
        return connected.await;
    }
    tokio::time::timeout(limit, connected).await.unwrap_or(Err(Unconnected::Silent))
}

impl Unconnected {
    fn told(self, place: &PostgresPlace, note: Option<String>) -> WorldError {
        let world = place.to_string();
        let error = match self {
            Self::Tls(detail) => return WorldError::Untrusted { world, detail },
            Self::Silent => {
                return WorldError::Unreachable { world, detail: "it does not answer".to_owned() };
            }
            Self::Failed(error) => error,
        };
        match error.code() {
            Some(code)
                if *code == SqlState::INVALID_PASSWORD || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION =>
            {
                let detail = format!("user, password or the server's rules of access are wrong ({})", code.code());
                WorldError::Refused { world, detail: with_note(&detail, note) }
            }
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
                WorldError::Refused { world, detail: "there is no such database".to_owned() }
            }
            Some(_) => failed(&world, &error),
            None => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                let text = cause.unwrap_or_else(|| error.to_string());
                let refused = error.to_string();
                if refused.contains("password") || text.contains("password missing") {
                    let detail =
                        "it asks for a password and none is given; set PGPASSWORD or write ~/.pgpass".to_owned();
                    return WorldError::Refused { world, detail: with_note(&detail, note) };
                }
                if refused.contains("TLS") {
                    let hint = if text.contains("does not support") { "" } else { "; see sslmode and sslrootcert" };
                    return WorldError::Untrusted { world, detail: format!("{text}{hint}") };
                }
                WorldError::Unreachable { world, detail: text }
            }
        }
    }
}

fn with_note(detail: &str, note: Option<String>) -> String {
    note.map_or_else(|| detail.to_owned(), |note| format!("{detail}; {note}"))
}

fn failed(place: &str, error: &tokio_postgres::Error) -> WorldError {
    let world = place.to_owned();
    let Some(told) = error.as_db_error() else {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        let detail = cause.unwrap_or_else(|| error.to_string());
        let is_broken =
            error.is_closed() || std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<io::Error>);
        return if is_broken { WorldError::Interrupted { world, detail } } else { WorldError::Other { world, detail } };
    };
    // Without the server's detail, which repeats values.
    let detail = format!("{} ({})", told.message(), told.code().code());
    match told.code().code() {
        // Serialization failures and deadlocks; the server shuts down, has crashed, starts; an idle transaction.
        "40001" | "40P01" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "08006" | "08003" | "08P01" => {
            WorldError::Interrupted { world, detail }
        }
        "55P03" => WorldError::Busy { world, seconds: LOCK_SECONDS },
        "53100" => WorldError::DiskFull { world },
        "53300" => WorldError::Unreachable { world, detail },
        "42501" => WorldError::NotAllowed { world, detail },
        "25006" => WorldError::NotAllowed { world, detail: "the server only reads; name the primary".to_owned() },
        "XX001" | "XX002" => WorldError::Damaged { world, detail },
        _ => WorldError::Other { world, detail },
    }
}

pub(super) fn interrupted(place: &str, detail: &str) -> WorldError {
    WorldError::Interrupted { world: place.to_owned(), detail: detail.to_owned() }
}

fn other(world: String, detail: String) -> WorldError {
    WorldError::Other { world, detail }
}

type Trouble = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for SqlValue {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Integer(number) if *kind == Type::INT8 => number.to_sql(kind, out),
            Self::Text(text) if <String as ToSql>::accepts(kind) => text.to_sql(kind, out),
            Self::Bytes(bytes) if *kind == Type::BYTEA => bytes.to_sql(kind, out),
            Self::Integer(_) | Self::Text(_) | Self::Bytes(_) => {
                Err(format!("a parameter stands where the server expects {kind}").into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for SqlValue {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Trouble> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Integer),
            Type::INT4 => i32::from_sql(kind, raw).map(|number| Self::Integer(number.into())),
            Type::BYTEA => Ok(Self::Bytes(raw.to_vec())),
            Type::NUMERIC => integral(raw).map(Self::Integer).ok_or_else(|| "a sum is no 64-bit integer".into()),
            _ if <String as FromSql>::accepts(kind) => String::from_sql(kind, raw).map(Self::Text),
            _ => Err(format!("the store has no values of type {kind}").into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Trouble> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The whole number that a NUMERIC is: what sums of BIGINT are to this engine. Its form is four numbers of two bytes,
/// how many digits, the place of the first, the sign and the decimals, and then the digits to the base 10,000.
fn integral(raw: &[u8]) -> Option<i64> {
    let numbers: Vec<u16> = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let [_, first_place, sign, _, digits @ ..] = numbers.as_slice() else { return None };
    // Zeros at the end are left out, and zero has no digits at all. Five digits are more than 64 bits hold.
    let places = if digits.is_empty() { 0 } else { usize::from(first_place.wrapping_add(1)) };
    if digits.len() > places || places > 5 {
        return None;
    }
    let digit = |place: usize| i128::from(digits.get(place).copied().unwrap_or(0));
    let value = (0..places).fold(0, |value, place| value * 10_000 + digit(place));
    match sign {
        0 => i64::try_from(value).ok(),
        0x4000 => i64::try_from(-value).ok(),
        _ => None,
    }
}

/// One column of many rows, as an array.
#[derive(Debug)]
struct Column<'a> {
    rows: &'a [Vec<SqlValue>],
    column: usize,
}

impl ToSql for Column<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        let values: Vec<&SqlValue> = self.rows.iter().map(|row| &row[self.column]).collect();
        values.to_sql(kind, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// rustls as the client crate wants it; without a configuration where nothing is encrypted, so that the crate is
/// compiled for one kind of connection only.
#[derive(Clone)]
struct MakeTls(Option<Arc<ClientConfig>>);

struct Tls {
    config: Option<Arc<ClientConfig>>,
    server: String,
}

struct Encrypted(Box<tokio_rustls::client::TlsStream<Socket>>);

impl MakeTlsConnect<Socket> for MakeTls {
    type Stream = Encrypted;
    type TlsConnect = Tls;
    type Error = io::Error;

    fn make_tls_connect(&mut self, domain: &str) -> io::Result<Tls> {
        Ok(Tls { config: self.0.clone(), server: domain.to_owned() })
    }
}

impl TlsConnect<Socket> for Tls {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async {
            let server = ServerName::try_from(self.server).map_err(io::Error::other)?;
            let config = self.config.ok_or_else(|| io::Error::other("nothing is to be encrypted"))?;
            let stream = tokio_rustls::TlsConnector::from(config).connect(server, stream).await?;
            Ok(Encrypted(Box::new(stream)))
        })
    }
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(context)
    }
}
