//! Statements that wait for the next one whose answer is needed, and go to the server together with it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row, Statement};

use super::values::{Column, type_of};
use crate::cloud::store::SqlValue;

/// A statement that only changes something.
pub(super) struct PendingStatement {
    pub(super) statement: Known,
    pub(super) parameters: Parameters,
}

/// How a statement is named to the server. Preparing one costs a question of its own, which only pays off if it
/// comes again and again.
#[derive(Clone)]
pub(super) enum Known {
    /// By its text, with the types of what is passed.
    ByText(String),
    Prepared(Statement),
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
            match &self.statement {
                Known::ByText(sql) => client.execute_typed(sql, &parameters).await?,
                Known::Prepared(statement) => client.execute(statement, &untyped(&parameters)).await?,
            };
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

impl Known {
    pub(super) fn query<'a>(&'a self, client: &'a Client, parameters: &'a [SqlValue]) -> Answer<'a> {
        Box::pin(async move {
            let parameters = typed(parameters);
            match self {
                Self::ByText(sql) => client.query_typed(sql, &parameters).await,
                Self::Prepared(statement) => client.query(statement, &untyped(&parameters)).await,
            }
        })
    }
}

type Typed<'a> = (&'a (dyn ToSql + Sync), Type);

fn typed(row: &[SqlValue]) -> Vec<Typed<'_>> {
    row.iter().map(|value| (value as _, type_of(value))).collect()
}

fn untyped<'a>(parameters: &[Typed<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    parameters.iter().map(|(value, _)| *value).collect()
}

/// The last answer, or the first error. A statement is sent when its answer is first asked for: so they are sent in
/// their order, and none after one that could not be.
pub(super) async fn in_order(answers: Vec<Answer<'_>>) -> Result<Vec<Row>, Error> {
    let mut waiting: Vec<Option<Answer<'_>>> = answers.into_iter().map(Some).collect();
    let mut last = Vec::new();
    poll_fn(|context| {
        for waits in &mut waiting {
            let Some(answer) = waits else { continue };
            match answer.as_mut().poll(context) {
                Poll::Ready(Ok(rows)) => {
                    *waits = None;
                    last = rows;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {}
            }
        }
        if waiting.iter().all(Option::is_none) { Poll::Ready(Ok(std::mem::take(&mut last))) } else { Poll::Pending }
    })
    .await
}
