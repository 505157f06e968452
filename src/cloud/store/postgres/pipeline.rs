//! Statements that wait for the next one whose answer is needed, and go to the server together with it.
//!
//! They go as texts with typed values. A prepared statement would belong to one connection of the server, and behind a
//! pooler the next transaction may have another one, on which another client prepared another statement of that name.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::values::{Column, type_of};
use crate::cloud::store::SqlValue;

/// A statement that only changes something.
pub(super) struct PendingStatement {
    pub(super) sql: String,
    pub(super) parameters: Parameters,
}

pub(super) enum Parameters {
    Row(Vec<SqlValue>),
    /// Rows that the statement takes as one array per parameter, whose types these are.
    Arrays(Vec<Vec<SqlValue>>, Vec<Type>),
}

/// Rows; none where a statement only changed something.
pub(super) type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<Row>, Error>> + 'a>>;

impl PendingStatement {
    pub(super) fn answer<'a>(&'a self, client: &'a Client) -> Answer<'a> {
        Box::pin(async move {
            let columns;
            let parameters: Vec<Typed<'_>> = match &self.parameters {
                Parameters::Row(row) => typed(row),
                Parameters::Arrays(rows, types) => {
                    columns = (0..types.len()).map(|column| Column { rows, column }).collect::<Vec<_>>();
                    columns.iter().zip(types).map(|(column, kind)| (column as _, kind.clone())).collect()
                }
            };
            client.execute_typed(&self.sql, &parameters).await?;
            Ok(Vec::new())
        })
    }

    pub(super) fn rows(&self) -> usize {
        match &self.parameters {
            Parameters::Row(_) => 1,
            Parameters::Arrays(rows, _) => rows.len(),
        }
    }
}

/// A statement whose rows are needed.
pub(super) fn query<'a>(client: &'a Client, sql: &'a str, parameters: &'a [SqlValue]) -> Answer<'a> {
    Box::pin(async move { client.query_typed(sql, &typed(parameters)).await })
}

type Typed<'a> = (&'a (dyn ToSql + Sync), Type);

fn typed(row: &[SqlValue]) -> Vec<Typed<'_>> {
    row.iter().map(|value| (value as _, type_of(value))).collect()
}

/// The last answer, or the first error; `answered` hears of each answer. A statement is sent when its answer is first asked
/// for: so they are sent in their order, and none after one that could not be.
pub(super) async fn in_order(answers: Vec<Answer<'_>>, answered: impl Fn()) -> Result<Vec<Row>, Error> {
    let mut waiting: Vec<Option<Answer<'_>>> = answers.into_iter().map(Some).collect();
    let mut last = Vec::new();
    poll_fn(|context| {
        for waits in &mut waiting {
            let Some(answer) = waits else { continue };
            match answer.as_mut().poll(context) {
                Poll::Ready(Ok(rows)) => {
                    *waits = None;
                    last = rows;
                    answered();
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {}
            }
        }
        if waiting.iter().all(Option::is_none) { Poll::Ready(Ok(std::mem::take(&mut last))) } else { Poll::Pending }
    })
    .await
}
