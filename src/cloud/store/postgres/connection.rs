//! One connection to a PostgreSQL server, and how long its answers are waited for.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, SimpleQueryMessage};

use super::connect::{MAX_CONNECT, config, connect, is_answer};
use super::failure::{failed, flooded, interrupted, other};
use super::pace::Pace;
use super::pipeline::{Answer, Parameters, PendingStatement, in_order, query};
use super::stream::Budget;
use super::url::PostgresUrl;
use super::values::{array_of, types_of};
use super::{many, password};
use crate::cloud::store::stop::is_stop_requested;
use crate::cloud::store::{LONG_WAIT, Row, SqlValue, Stopwatch, WorldError};

/// Waits that end by themselves. The server gives up first, so that it can say why.
pub(super) const LOCK_SECONDS: u64 = 60;
pub(super) const STATEMENT_SECONDS: u64 = 120;
/// All waits of one call together.
const CALL: Duration = Duration::from_secs(STATEMENT_SECONDS + 30);
/// How often a wait looks whether a stop was requested.
const TICK: Duration = Duration::from_millis(200);
/// A server may be silent while it waits for a lock. After this long it is asked on another connection whether it still
/// answers, for at most as long again.
const PROBED_AFTER: Duration = Duration::from_secs(8);

/// More would only need memory.
const MAX_PENDING: usize = 64;

/// What a server may send for one answer: the largest are pages of a world that is copied.
const ANSWER_BYTES: usize = 128 << 20;

pub(super) struct Connection {
    place: PostgresUrl,
    config: Config,
    client: Client,
    budget: Budget,
    /// How long this call has waited for answers.
    waited: Cell<Duration>,
    /// Whether the server was given up: nothing is asked of it any more.
    is_given_up: Cell<bool>,
    /// Drives the client and nothing else, on the thread that waits for an answer.
    runtime: Option<Runtime>,
    /// Statements whose results are not needed yet, in order.
    unsent: Vec<PendingStatement>,
}

impl Connection {
    pub(super) fn open(place: &PostgresUrl) -> Result<Self, WorldError> {
        Self::open_within(place, MAX_CONNECT)
    }

    pub(super) fn open_within(place: &PostgresUrl, limit: Duration) -> Result<Self, WorldError> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| other(place.to_string(), error.to_string()))?;
        let password = password::of(place);
        let config = config(place, password.given.as_deref());
        let connected = runtime.block_on(async {
            tokio::select! {
                biased;
                connected = connect(place, &config, limit) => connected.map_err(|error| error.into_world_error(place, password)),
                () = until(is_stop_requested) => Err(WorldError::Stopped),
                never = say_long_wait(place, "waiting for the server to accept a connection") => match never {},
            }
        });
        let (client, budget) = match connected {
            Ok(connected) => connected,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error);
            }
        };
        Ok(Self {
            place: place.clone(),
            config,
            client,
            budget,
            waited: Cell::default(),
            is_given_up: Cell::default(),
            runtime: Some(runtime),
            unsent: Vec::new(),
        })
    }

    /// From here on it counts how long answers are waited for.
    pub(super) fn begin_call(&self) {
        self.waited.set(Duration::ZERO);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_given_up.get() || self.client.is_closed()
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
        self.wait_for(self.in_order(answers), || false).map(|_| ())
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
        self.wait(self.in_order(answers))
    }

    fn in_order<'a>(
        &'a self,
        answers: Vec<Answer<'a>>,
    ) -> impl Future<Output = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>> + 'a {
        in_order(answers, || self.budget.renew(ANSWER_BYTES))
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, WorldError> {
        self.wait_for(answer, is_stop_requested)
    }

    /// Waits for an answer until the server is given up, or `is_ended`.
    fn wait_for<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
        is_ended: fn() -> bool,
    ) -> Result<T, WorldError> {
        let world = self.place.to_string();
        let Some(runtime) = self.runtime.as_ref().filter(|_| !self.is_given_up.get()) else {
            return Err(interrupted(&world, "the connection is closed"));
        };
        let begun = Stopwatch::start();
        self.budget.renew(ANSWER_BYTES);
        let answered = runtime.block_on(async {
            tokio::select! {
                biased;
                answered = answer => answered.map_err(|error| self.failed(&error)),
                () = until(is_ended) => Err(WorldError::Stopped),
                why = self.given_up(begun) => {
                    self.is_given_up.set(true);
                    Err(why)
                }
                never = say_long_wait(&self.place, "waiting for the server, or for others who change this world") => {
                    match never {}
                }
            }
        });
        self.waited.set(self.waited.get() + begun.elapsed());
        answered
    }

    /// Returns once the server does not answer at all, or its answer trickles, or the longest wait of a call is over.
    async fn given_up(&self, begun: Stopwatch) -> WorldError {
        let world = self.place.to_string();
        let (mut pace, mut is_probed) = (Pace::default(), false);
        loop {
            tokio::time::sleep(TICK).await;
            if let Some(detail) = pace.complaint(self.budget.received()) {
                return WorldError::Unreachable { world, detail };
            }
            if begun.elapsed() >= PROBED_AFTER && !is_probed {
                is_probed = true;
                if !self.is_alive().await {
                    let detail = format!("it has not answered for {} s", begun.elapsed().as_secs());
                    return WorldError::Unreachable { world, detail };
                }
            }
            if self.waited.get() + begun.elapsed() >= CALL {
                return interrupted(&world, &format!("the call has waited {} s for the server", CALL.as_secs()));
            }
        }
    }

    /// Whether the server answers on another connection.
    async fn is_alive(&self) -> bool {
        is_answer(&connect(&self.place, &self.config, PROBED_AFTER).await)
    }

    fn failed(&self, error: &tokio_postgres::Error) -> WorldError {
        if self.budget.is_spent() {
            return flooded(&self.place, ANSWER_BYTES);
        }
        failed(&self.place, error)
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

/// Returns once a wait is to end, and not at once: what a healthy server answers soon is still done after a stop.
async fn until(is_ended: fn() -> bool) {
    loop {
        tokio::time::sleep(TICK).await;
        if is_ended() {
            return;
        }
    }
}

/// Logs what is waited for once that takes long. Does not return.
async fn say_long_wait(place: &PostgresUrl, what: &str) -> Infallible {
    tokio::time::sleep(LONG_WAIT).await;
    tracing::warn!(world = %place, "{what}");
    std::future::pending().await
}
