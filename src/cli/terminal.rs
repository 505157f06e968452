//! The terminal that a reply is written to.

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Screen {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// What a terminal has that does not tell its size.
const USUAL: Screen = Screen { columns: 80, rows: 24 };

/// The terminal of stdout; `None` where the reply goes into a pipe or a file, in which nothing is cut.
#[cfg(unix)]
pub(super) fn screen() -> Option<Screen> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    let (columns, rows) = (usize::from(size.ws_col), usize::from(size.ws_row));
    Some(if columns == 0 || rows == 0 { USUAL } else { Screen { columns, rows } })
}

/// The terminal of stdout; `None` where the reply goes into a pipe or a file, in which nothing is cut.
#[cfg(not(unix))]
pub(super) fn screen() -> Option<Screen> {
    use std::io::IsTerminal;
    std::io::stdout().is_terminal().then_some(USUAL)
}
