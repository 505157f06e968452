//! Statements that wait for the next one whose answer is needed, and go to the server together with it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::{Client, Error, Row, Statement};

use super::values::Column;
use crate::cloud::store::SqlValue;

/// A statement that only changes something.
pub(super) struct Unsent {
    pub(super) statement: Statement,
    pub(super) parameters: Parameters,
}

pub(super) enum Parameters {
    Row(Vec<SqlValue>),
    /// Rows that the statement takes as one array per parameter.
    Arrays(Vec<Vec<SqlValue>>),
}

/// Rows; none where a statement only changed something.
pub(super) type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<Row>, Error>> + 'a>>;

impl Unsent {
    pub(super) fn answer<'a>(&'a self, client: &'a Client) -> Answer<'a> {
        let statement = &self.statement;
        Box::pin(async move {
            match &self.parameters {
                Parameters::Row(row) => client.execute_raw(statement, row).await?,
                Parameters::Arrays(rows) => {
                    let columns = (0..statement.params().len()).map(|column| Column { rows, column });
                    client.execute_raw(statement, columns).await?
                }
            };
            Ok(Vec::new())
        })
    }

    pub(super) fn rows(&self) -> usize {
        match &self.parameters {
            Parameters::Row(_) => 1,
            Parameters::Arrays(rows) => rows.len(),
        }
    }
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
