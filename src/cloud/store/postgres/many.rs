//! One statement over arrays instead of one statement per row.

/// Rows per statement: a message stays far below the server's limit.
pub(super) const MAX_ROWS: usize = 10_000;

/// What `sql` does to one row of parameters, done to arrays of them. `types` are the parameters' own.
///
/// `INSERT … VALUES ($1, $2)` takes its rows from the arrays; `UPDATE` and `DELETE` are joined with them.
pub(super) fn over_arrays(sql: &str, types: &[&str]) -> String {
    let arrays: Vec<String> = (1..).zip(types).map(|(number, name)| format!("${number}::{name}[]")).collect();
    let columns: Vec<String> = (1..=types.len()).map(|number| format!("p{number}")).collect();
    let rows = format!("unnest({}) AS many ({})", arrays.join(", "), columns.join(", "));
    let joined = |from: &str| {
        let (head, condition) = sql.split_once("WHERE").unwrap_or((sql, "true"));
        format!("{} {from} {rows} WHERE {}", named(head).trim_end(), named(condition).trim_start())
    };
    let start = sql.trim_start();
    if start.starts_with("UPDATE") {
        return joined("FROM");
    }
    if start.starts_with("DELETE") {
        return joined("USING");
    }
    let (head, values) = sql.split_once("VALUES").unwrap_or((sql, ""));
    let end = closing(values);
    let selected = values[..end].trim().trim_start_matches('(');
    format!("{head}SELECT {} FROM {rows}{}", named(selected), values.get(end + 1..).unwrap_or_default())
}

/// Where the parenthesis that opens first is closed.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Parameters by the names of the arrays' columns.
fn named(sql: &str) -> String {
    sql.replace('$', "many.p")
}

#[cfg(test)]
mod tests {
    use super::over_arrays;

    #[test]
    fn every_kind_of_statement_takes_arrays() {
        let types = ["int8", "text"];
        let rows = "unnest($1::int8[], $2::text[]) AS many (p1, p2)";
        for (one, many) in [
            ("INSERT INTO t (a, b) VALUES ($1, $2)", "INSERT INTO t (a, b) SELECT many.p1, many.p2 FROM {}"),
            (
                "INSERT INTO t (a, b, c) VALUES ($1, $2, max($1, 0)) ON CONFLICT (a) DO NOTHING",
                "INSERT INTO t (a, b, c) SELECT many.p1, many.p2, max(many.p1, 0) FROM {} ON CONFLICT (a) DO NOTHING",
            ),
            ("UPDATE t SET b = $2 WHERE a = $1", "UPDATE t SET b = many.p2 FROM {} WHERE a = many.p1"),
            ("DELETE FROM t WHERE a = $1 AND b = $2", "DELETE FROM t USING {} WHERE a = many.p1 AND b = many.p2"),
        ] {
            assert_eq!(over_arrays(one, &types).trim_end(), many.replace("{}", rows).trim_end());
        }
    }
}
