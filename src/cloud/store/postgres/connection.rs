//! One connection to a PostgreSQL server, and what its errors mean.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, SimpleQueryMessage};

use super::pipeline::{Answer, Parameters, PendingStatement, in_order, query};
use super::stream::{BoundedSocket, Budget, Tls};
use super::tls::client_config;
use super::url::{Host, PostgresUrl, TlsMode};
use super::values::{array_of, types_of};
use super::{many, password};
use crate::cloud::store::stop::is_stop_requested;
use crate::cloud::store::{Row, SqlValue, Stopwatch, WorldError};

/// Waits that end by themselves. The server gives up first, so that it can say why.
pub(super) const LOCK_SECONDS: u64 = 60;
pub(super) const STATEMENT_SECONDS: u64 = 120;
const ANSWER: Duration = Duration::from_secs(STATEMENT_SECONDS + 30);
/// How often a wait looks whether a stop was requested.
const TICK: Duration = Duration::from_millis(200);
/// After this long it is logged what is waited for.
const LOGGED_AFTER: Duration = Duration::from_secs(3);
/// A server may be silent while it waits for a lock. After this long it is asked on another connection whether it still
/// answers, for at most as long again.
const PROBED_AFTER: Duration = Duration::from_secs(8);

/// More would only need memory.
const MAX_PENDING: usize = 64;

/// What a server may send until it is ready, and for one answer: the largest are pages of a world that is copied.
const GREETING_BYTES: usize = 1 << 20;
const ANSWER_BYTES: usize = 128 << 20;

pub(super) struct Connection {
    place: PostgresUrl,
    config: Config,
    client: Client,
    budget: Budget,
    /// Drives the client and nothing else, on the thread that waits for an answer.
    runtime: Option<Runtime>,
    /// Statements whose results are not needed yet, in order.
    unsent: Vec<PendingStatement>,
}

impl Connection {
    pub(super) fn open(place: &PostgresUrl) -> Result<Self, WorldError> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| other(place.to_string(), error.to_string()))?;
        let password = password::of(place);
        let config = config(place, password.given.as_deref());
        let connected = runtime.block_on(connect(place, &config));
        let (client, budget) = match connected {
            Ok(connected) => connected,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error.told(place, password.note));
            }
        };
        Ok(Self { place: place.clone(), config, client, budget, runtime: Some(runtime), unsent: Vec::new() })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs statements without parameters in one round trip.
    pub(super) fn batch(&self, sql: &str) -> Result<(), WorldError> {
        self.wait(self.client.batch_execute(sql))
    }

    /// The last row's columns as texts; `None` if there is no row.
    pub(super) fn look(&self, sql: &str) -> Result<Option<Vec<Option<String>>>, WorldError> {
        let messages = self.wait(self.client.simple_query(sql))?;
        Ok(messages.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect())
            }
            _ => None,
        }))
    }

    /// Sends a statement together with the next one whose answer is needed, which also tells whether this one failed.
    pub(super) fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<(), WorldError> {
        self.defer(PendingStatement { sql: sql.to_owned(), parameters: Parameters::Row(parameters.to_vec()) })
    }

    pub(super) fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<Row>, WorldError> {
        let unsent = std::mem::take(&mut self.unsent);
        let rows = self.send(&unsent, Some(query(&self.client, sql, parameters)))?;
        let read = rows.iter().map(|row| (0..row.len()).map(|column| row.try_get(column)).collect::<Result<_, _>>());
        read.map(|row| row.map(Row)).collect::<Result<_, _>>().map_err(|error| self.failed(&error))
    }

    /// Runs a statement once per row of parameters: as one statement over arrays of them, sent like [`Self::execute`]'s.
    pub(super) fn execute_many(&mut self, sql: &str, mut rows: Vec<Vec<SqlValue>>) -> Result<(), WorldError> {
        while !rows.is_empty() {
            let later = rows.split_off(rows.len().min(many::MAX_ROWS));
            self.execute_arrays(sql, rows)?;
            rows = later;
        }
        Ok(())
    }

    fn execute_arrays(&mut self, sql: &str, rows: Vec<Vec<SqlValue>>) -> Result<(), WorldError> {
        let types = match types_of(&rows) {
            Some(types) => types,
            // Only the server knows what a column is that is null throughout. What is prepared for the question is
            // closed before the transaction ends, because its name is dropped here.
            None => self.wait(self.client.prepare(sql))?.params().to_vec(),
        };
        let names: Vec<&str> = types.iter().map(Type::name).collect();
        let sql = many::over_arrays(sql, &names);
        let arrays = types.iter().map(array_of).collect();
        self.defer(PendingStatement { sql, parameters: Parameters::Arrays(rows, arrays) })
    }

    fn defer(&mut self, unsent: PendingStatement) -> Result<(), WorldError> {
        self.unsent.push(unsent);
        let rows: usize = self.unsent.iter().map(PendingStatement::rows).sum();
        if self.unsent.len() < MAX_PENDING && rows < many::MAX_ROWS {
            return Ok(());
        }
        let unsent = std::mem::take(&mut self.unsent);
        self.send(&unsent, None).map(|_| ())
    }

    /// Ends the transaction with statements that have no parameters.
    pub(super) fn finish(&mut self, sql: &str) -> Result<(), WorldError> {
        let unsent = std::mem::take(&mut self.unsent);
        let end = Box::pin(async { self.client.batch_execute(sql).await.map(|()| Vec::new()) });
        let answers = unsent.iter().map(|unsent| unsent.answer(&self.client)).chain([end as Answer<'_>]).collect();
        // A change that is being made final is not given up.
        self.wait_for(in_order(answers), || false).map(|_| ())
    }

    /// What waits to be sent is not wanted any more.
    pub(super) fn discard_pending(&mut self) {
        self.unsent.clear();
    }

    /// The answer to `last`, which is sent after what waits.
    fn send(
        &self,
        unsent: &[PendingStatement],
        last: Option<Answer<'_>>,
    ) -> Result<Vec<tokio_postgres::Row>, WorldError> {
        let answers = unsent.iter().map(|unsent| unsent.answer(&self.client)).chain(last).collect();
        self.wait(in_order(answers))
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, WorldError> {
        self.wait_for(answer, is_stop_requested)
    }

    /// Waits for an answer until the server stops answering at all, the longest wait is over, or `is_ended`.
    fn wait_for<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
        is_ended: fn() -> bool,
    ) -> Result<T, WorldError> {
        let world = self.place.to_string();
        let Some(runtime) = &self.runtime else { return Err(interrupted(&world, "the connection is closed")) };
        runtime.block_on(async {
            let mut answer = pin!(answer);
            self.budget.renew(ANSWER_BYTES);
            let begun = Stopwatch::start();
            let (mut is_logged, mut is_probed) = (false, false);
            loop {
                if let Ok(answered) = tokio::time::timeout(TICK, answer.as_mut()).await {
                    return answered.map_err(|error| self.failed(&error));
                }
                if is_ended() {
                    return Err(WorldError::Stopped { world });
                }
                if begun.elapsed() >= LOGGED_AFTER && !is_logged {
                    is_logged = true;
                    tracing::warn!(world, "waiting for the server, or for others who change this world");
                }
                if begun.elapsed() >= PROBED_AFTER && !is_probed {
                    is_probed = true;
                    let probe = tokio::time::timeout(PROBED_AFTER, connect(&self.place, &self.config));
                    let is_alive = tokio::select! {
                        answered = answer.as_mut() => return answered.map_err(|error| self.failed(&error)),
                        probed = probe => matches!(probed, Ok(probed) if is_answer(&probed)),
                    };
                    if !is_alive {
                        let detail = format!("it has not answered for {} s", begun.elapsed().as_secs());
                        return Err(WorldError::Unreachable { world, detail });
                    }
                }
                if begun.elapsed() >= ANSWER {
                    return Err(interrupted(&world, "the server does not answer any more"));
                }
            }
        })
    }

    fn failed(&self, error: &tokio_postgres::Error) -> WorldError {
        if self.budget.is_spent() {
            return flooded(&self.place, ANSWER_BYTES);
        }
        failed(&self.place.to_string(), error)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Without waiting: it may be dropped on a thread of another runtime, which must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("place", &self.place.to_string()).finish_non_exhaustive()
    }
}

fn config(place: &PostgresUrl, password: Option<&str>) -> Config {
    let mut config = Config::new();
    config.user(&place.user).dbname(&place.database).application_name(format!("simcloud {}", place.world));
    config.ssl_mode(match (&place.host, place.tls) {
        // Only the kernel is between the two ends of a Unix socket; servers have no TLS there.
        (Host::Socket(_), _) | (_, TlsMode::Disable) => SslMode::Disable,
        (_, TlsMode::Prefer) => SslMode::Prefer,
        (_, TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull) => SslMode::Require,
    });
    if let Some(password) = password {
        config.password(password);
    }
    config
}

/// One attempt to connect, from the first packet to the server's readiness.
const MAX_CONNECT: Duration = Duration::from_secs(15);

/// Why no connection came about.
enum Unconnected {
    Tls(String),
    Silent,
    Flooded,
    Unconnectable(io::Error),
    Failed(tokio_postgres::Error),
}

/// Whether the server said anything, be it that it has no connection left.
fn is_answer(connected: &Result<(Client, Budget), Unconnected>) -> bool {
    match connected {
        Ok(_) => true,
        Err(Unconnected::Failed(error)) => error.as_db_error().is_some(),
        Err(Unconnected::Tls(_) | Unconnected::Silent | Unconnected::Flooded | Unconnected::Unconnectable(_)) => false,
    }
}

async fn connect(place: &PostgresUrl, config: &Config) -> Result<(Client, Budget), Unconnected> {
    // Zero is libpq's word for waiting without an end; here even that has one.
    let limit = Some(Duration::from_secs(place.connect_seconds)).filter(|limit| !limit.is_zero());
    let limit = limit.map_or(MAX_CONNECT, |limit| limit.min(MAX_CONNECT));
    let connected = async {
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(client_config(place.tls, &place.roots).map_err(Unconnected::Tls)?),
        };
        let budget = Budget::of(GREETING_BYTES);
        let socket = BoundedSocket::connect(place, budget.clone()).await.map_err(Unconnected::Unconnectable)?;
        let server = match &place.host {
            Host::Name(name) => name.clone(),
            Host::Socket(_) => String::new(),
        };
        let failed = |error| if budget.is_spent() { Unconnected::Flooded } else { Unconnected::Failed(error) };
        let (client, connection) = config.connect_raw(socket, Tls { config: tls, server }).await.map_err(failed)?;
        tokio::spawn(connection);
        Ok((client, budget))
    };
    tokio::time::timeout(limit, connected).await.unwrap_or(Err(Unconnected::Silent))
}

impl Unconnected {
    fn told(self, place: &PostgresUrl, note: Option<String>) -> WorldError {
        let world = place.to_string();
        let error = match self {
            Self::Tls(detail) => return WorldError::Untrusted { world, detail },
            Self::Silent => {
                return WorldError::Unreachable { world, detail: "it does not answer".to_owned() };
            }
            Self::Flooded => return flooded(place, GREETING_BYTES),
            Self::Unconnectable(error) => return WorldError::Unreachable { world, detail: error.to_string() },
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
    if told.message().contains("statement pooling") {
        let detail = "PgBouncer pools single statements there, and a world needs transactions: set pool_mode to \
                      transaction or session"
            .to_owned();
        return WorldError::Refused { world, detail };
    }
    match told.code().code() {
        // Serialization failures and deadlocks; the server shuts down, has crashed, starts; an idle transaction.
        "40001" | "40P01" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "08006" | "08003" | "08P01" => {
            WorldError::Interrupted { world, detail }
        }
        "55P03" => WorldError::Busy { world, seconds: LOCK_SECONDS },
        "53100" => WorldError::DiskFull { world },
        "53300" => {
            let limit = if told.message().contains("role") {
                "the CONNECTION LIMIT of the role"
            } else if told.message().contains("database") {
                "the CONNECTION LIMIT of the database"
            } else {
                "max_connections"
            };
            let detail = format!(
                "the server has no connection left: let others end, raise {limit}, or put PgBouncer before it ({detail})"
            );
            WorldError::Interrupted { world, detail }
        }
        "42501" if told.message().contains("schema") => {
            let detail = format!("{detail}: the role needs USAGE on that schema, which its owner grants");
            WorldError::NotAllowed { world, detail }
        }
        "42501" => WorldError::NotAllowed { world, detail },
        "25006" => WorldError::NotAllowed { world, detail: "the server only reads; name the primary".to_owned() },
        // A page is damaged; a table or a column of the world is missing.
        "XX001" | "XX002" | "42P01" | "42703" => WorldError::Damaged { world, detail },
        _ => WorldError::Other { world, detail },
    }
}

/// The server sent more than an answer may have; the same again would do no better.
fn flooded(place: &PostgresUrl, bytes: usize) -> WorldError {
    let mebibytes = bytes >> 20;
    other(
        place.to_string(),
        format!("the server sent more than {mebibytes} MiB for one answer; see what answers there"),
    )
}

pub(super) fn interrupted(place: &str, detail: &str) -> WorldError {
    WorldError::Interrupted { world: place.to_owned(), detail: detail.to_owned() }
}

fn other(world: String, detail: String) -> WorldError {
    WorldError::Other { world, detail }
}
