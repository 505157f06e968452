//! Tables that fit the width of a terminal. In a pipe nothing is cut.

const GAP: &str = "  ";

/// Characters that are left of an id and of a name on a narrow terminal.
const SHORTEST_ID: usize = 10;
const SHORTEST_NAME: usize = 8;

/// A column with its heading and its alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Text(&'static str),
    Number(&'static str),
    /// A name, which is cut when the table is too wide and its ids are cut already.
    Elastic(&'static str),
    /// An id, which is cut first.
    Id(&'static str),
}

/// A heading and rows in columns, one per line; trailing spaces are removed. Without a width nothing is cut.
pub(super) fn table(columns: &[Column], rows: &[Vec<String>], width: Option<usize>) -> String {
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
    if let Some(width) = width {
        narrow(columns, &mut widths, width);
    }
    let heading: Vec<String> = columns.iter().map(|column| column.heading().to_owned()).collect();
    std::iter::once(&heading).chain(rows).map(|row| line(columns, &widths, row)).collect()
}

/// Takes from ids, then from names, what the table is too wide by.
fn narrow(columns: &[Column], widths: &mut [usize], width: usize) {
    let total = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
    let mut excess = total.saturating_sub(width);
    let is_id = |column: &Column| matches!(column, Column::Id(_));
    let is_name = |column: &Column| matches!(column, Column::Elastic(_));
    for (is_cut, shortest) in [(&is_id as &dyn Fn(&Column) -> bool, SHORTEST_ID), (&is_name, SHORTEST_NAME)] {
        for (column, width) in columns.iter().zip(widths.iter_mut()).filter(|(column, _)| is_cut(column)) {
            let least = shortest.max(column.heading().chars().count()).min(*width);
            let cut = excess.min(*width - least);
            *width -= cut;
            excess -= cut;
        }
    }
}

fn line(columns: &[Column], widths: &[usize], row: &[String]) -> String {
    let cells = columns.iter().zip(widths).zip(row).map(|((column, &width), cell)| match column {
        Column::Number(_) => format!("{cell:>width$}"),
        Column::Text(_) | Column::Elastic(_) | Column::Id(_) => format!("{:<width$}", cut(cell, width)),
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
            Self::Text(heading) | Self::Number(heading) | Self::Elastic(heading) | Self::Id(heading) => heading,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [Column::Elastic("NAME"), Column::Number("UNITS"), Column::Id("ID")];

    fn row(name: &str) -> Vec<String> {
        vec![name.to_owned(), "12".to_owned(), "apg-0123456789".to_owned()]
    }

    #[test]
    fn a_table_is_as_wide_as_its_cells() {
        assert_eq!(table(&COLUMNS, &[row("web")], None), "NAME  UNITS  ID\nweb      12  apg-0123456789\n");
        assert!(table(&COLUMNS, &[row(&"w".repeat(200))], None).contains(&"w".repeat(200)));
    }

    #[test]
    fn ids_are_cut_before_names_on_a_terminal() {
        assert_eq!(
            table(&COLUMNS, &[row("web-front")], Some(30)),
            "NAME       UNITS  ID\nweb-front     12  apg-0123456…\n"
        );
        let narrow = table(&COLUMNS, &[row(&"w".repeat(200))], Some(60));
        assert!(narrow.lines().all(|line| line.chars().count() <= 60) && narrow.contains("w…"), "{narrow}");
    }
}
