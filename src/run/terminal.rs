//! What there is of a terminal.

use std::io::IsTerminal as _;

/// Whether stdout is one.
pub(super) fn on_stdout() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether somebody sits at all three streams.
pub(super) fn is_complete() -> bool {
    std::io::stdin().is_terminal() && on_stdout() && on_stderr()
}

/// Whether stderr is one.
pub(super) fn on_stderr() -> bool {
    std::io::stderr().is_terminal()
}

/// The columns of stdout's terminal; none where it is no terminal.
pub(super) fn width() -> Option<usize> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(columns.into())
}
