//! A world copied row by row, so that the two may be kept by different engines.

use std::sync::Arc;

use super::schema::{TABLES, Table};
use super::sqlite::Sqlite;
use super::{Access, SqlValue, Store, Tx, WorldError};

/// Rows that are in memory at once.
const PAGE: usize = 5_000;

/// Makes the second world what the first is; `progress` hears how many rows are done, and of how many.
pub(crate) fn copy(from: &mut dyn Tx, to: &mut dyn Tx, progress: &mut dyn FnMut(u64, u64)) -> Result<(), WorldError> {
    let mut total = 0;
    for table in TABLES {
        let rows = from.query(&format!("SELECT count(*) FROM {}", table.name), &[])?;
        total += rows.first().map_or(0, |row| u64::try_from(row.integer(0)).unwrap_or(0));
    }
    let mut done = 0;
    for table in TABLES {
        copy_table(table, from, to, &mut |rows| {
            done += rows;
            progress(done, total);
        })?;
    }
    Ok(())
}

/// The table that no operation reads to decide anything, and that grows for ever.
const HISTORY: &str = "history";

/// Rows of a world that is copied faster than a lock is worth waiting for: the copy takes about two milliseconds.
const MAX_SMALL_ROWS: i64 = 1_000;

/// Whether a copy of a world in memory costs next to nothing.
pub(crate) fn is_small(tx: &mut dyn Tx) -> Result<bool, WorldError> {
    let counts: Vec<String> = copied_to_memory()
        .map(|table| format!("(SELECT count(*) FROM (SELECT 1 FROM {} LIMIT $1) AS few)", table.name))
        .collect();
    let rows = tx.query(&format!("SELECT {}", counts.join(" + ")), &[(MAX_SMALL_ROWS + 1).into()])?;
    Ok(rows.first().is_some_and(|row| row.integer(0) <= MAX_SMALL_ROWS))
}

/// A copy of a world in memory, without its history: what an operation does to it, it would do to the world.
pub(crate) fn copy_to_memory(from: &mut dyn Tx) -> Result<Arc<dyn Store>, WorldError> {
    // The copy has the id of the world that it is of.
    let memory = Sqlite::in_memory(|| 0)?;
    let mut to = memory.begin(Access::Write)?;
    for table in copied_to_memory() {
        copy_table(table, from, to.as_mut(), &mut |_| ())?;
    }
    to.commit()?;
    Ok(Arc::new(memory))
}

fn copied_to_memory() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| table.name != HISTORY)
}

/// Replaces the rows of a table; `progress` hears of every page how many rows it had.
fn copy_table(
    table: &Table,
    from: &mut dyn Tx,
    to: &mut dyn Tx,
    progress: &mut dyn FnMut(u64),
) -> Result<(), WorldError> {
    to.execute(&format!("DELETE FROM {}", table.name), &[])?;
    let mut last: Option<Vec<SqlValue>> = None;
    loop {
        let rows = page(from, table, last.as_deref())?;
        let Some(row) = rows.last() else { return Ok(()) };
        last = Some(row[..table.key].to_vec());
        let copied = rows.len();
        to.execute_many(&insertion(table), rows)?;
        progress(copied as u64);
        if copied < PAGE {
            return Ok(());
        }
    }
}

/// The next rows after a key, in its order.
fn page(tx: &mut dyn Tx, table: &Table, after: Option<&[SqlValue]>) -> Result<Vec<Vec<SqlValue>>, WorldError> {
    let key = table.columns[..table.key].join(", ");
    let condition = match after {
        Some(_) => format!("WHERE ({key}) > ({})", placeholders(table.key)),
        None => String::new(),
    };
    let sql =
        format!("SELECT {} FROM {} {condition} ORDER BY {key} LIMIT {PAGE}", table.columns.join(", "), table.name);
    let rows = tx.query(&sql, after.unwrap_or_default())?;
    Ok(rows.into_iter().map(super::Row::into_values).collect())
}

fn insertion(table: &Table) -> String {
    let columns = table.columns.join(", ");
    format!("INSERT INTO {} ({columns}) VALUES ({})", table.name, placeholders(table.columns.len()))
}

/// `$1, $2, $3`
fn placeholders(count: usize) -> String {
    (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::store::{WorldLocation, open};

    /// A table that a later version adds must not be left behind by copies.
    #[test]
    fn every_table_and_column_is_known() {
        let store = open(&WorldLocation::Memory, || 1).unwrap();
        let mut tx = store.begin(Access::Read).unwrap();
        let names = tx.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", &[]).unwrap();
        let names: Vec<&str> = names.iter().map(|row| row.text(0)).collect();
        let mut known: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        known.sort_unstable();
        assert_eq!(known, names);
        for table in TABLES {
            let rows =
                tx.query("SELECT name, pk FROM pragma_table_info($1) ORDER BY cid", &[table.name.into()]).unwrap();
            let columns: Vec<&str> = rows.iter().map(|row| row.text(0)).collect();
            assert_eq!(table.columns, columns, "{}", table.name);
            let key = rows.iter().take_while(|row| row.integer(1) > 0).count();
            assert_eq!(table.key, key, "{}", table.name);
        }
    }

    #[test]
    fn more_than_a_page_arrives_whole() {
        let (from, to) = (open(&WorldLocation::Memory, || 1).unwrap(), open(&WorldLocation::Memory, || 1).unwrap());
        let mut source = from.begin(Access::Write).unwrap();
        let rows: Vec<Vec<SqlValue>> = (0..=10_000_i64)
            .map(|n| {
                let id = format!("i-{n}");
                vec![(n / 7).into(), (n % 7).into(), id.into(), n.into(), SqlValue::Bytes(vec![0; 3])]
            })
            .collect();
        source
            .execute_many(
                "INSERT INTO instance_pages (batch_id, first_ordinal, first_id, lost, instances)
                 VALUES ($1, $2, $3, $4, $5)",
                rows.clone(),
            )
            .unwrap();
        source.commit().unwrap();
        let mut target = to.begin(Access::Write).unwrap();
        let mut heard = Vec::new();
        copy(from.begin(Access::Read).unwrap().as_mut(), target.as_mut(), &mut |done, total| heard.push((done, total)))
            .unwrap();
        let total = rows.len() as u64 + 1;
        assert_eq!(heard, [(1, total), (5_001, total), (10_001, total), (10_002, total)]);
        let count = target.query("SELECT count(*), sum(lost) FROM instance_pages", &[]).unwrap();
        let count = [count[0].integer(0), count[0].integer(1)];
        assert_eq!(count, [10_001, 5_000 * 10_001]);
    }
}
