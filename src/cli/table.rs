//! Tables that fit the width of a terminal.

/// Characters of a line, which every terminal has.
pub(super) const WIDTH: usize = 80;

const GAP: &str = "  ";

/// A column with its heading and its alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Text(&'static str),
    Number(&'static str),
    /// A text that is cut when the table is too wide.
    Elastic(&'static str),
}

/// A heading and rows in columns, one per line; trailing spaces are removed.
pub(super) fn table(columns: &[Column], rows: &[Vec<String>]) -> String {
    // A line break in a name would begin another row.
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.replace('\n', "\\n")).collect()).collect();
    let rows = rows.as_slice();
    let mut widths: Vec<usize> = columns.iter().map(|column| column.heading().chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let total = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
    let excess = total.saturating_sub(WIDTH);
    if let Some(elastic) = columns.iter().position(|column| matches!(column, Column::Elastic(_))) {
        widths[elastic] = widths[elastic].saturating_sub(excess).max(columns[elastic].heading().chars().count());
    }
    let heading: Vec<String> = columns.iter().map(|column| column.heading().to_owned()).collect();
    std::iter::once(&heading).chain(rows).map(|row| line(columns, &widths, row)).collect()
}

fn line(columns: &[Column], widths: &[usize], row: &[String]) -> String {
    let cells = columns.iter().zip(widths).zip(row).map(|((column, &width), cell)| match column {
        Column::Number(_) => format!("{cell:>width$}"),
        Column::Text(_) | Column::Elastic(_) => format!("{:<width$}", cut(cell, width)),
    });
    format!("{}\n", cells.collect::<Vec<_>>().join(GAP).trim_end())
}

/// A text cut to a width, with an ellipsis at the end if anything was cut.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

impl Column {
    const fn heading(self) -> &'static str {
        match self {
            Self::Text(heading) | Self::Number(heading) | Self::Elastic(heading) => heading,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_elastic_column_is_cut_when_the_table_is_too_wide() {
        let columns = [Column::Text("ID"), Column::Elastic("NAME"), Column::Number("UNITS")];
        let row = |name: &str| vec!["i-1".to_owned(), name.to_owned(), "12".to_owned()];
        assert_eq!(table(&columns, &[row("web")]), "ID   NAME  UNITS\ni-1  web      12\n");
        let wide = table(&columns, &[row(&"w".repeat(200))]);
        assert!(wide.lines().all(|line| line.chars().count() == WIDTH) && wide.contains("w…"), "{wide}");
    }
}
