//! Why an expression does not compile, in the reference's words.

use super::token::Token;
use crate::error::Error;

/// What is said of an expression, or of a JSON literal in it, that is nested too deeply.
pub(super) const TOO_DEEP: &str = "maximum recursion depth exceeded";

/// Why an expression does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no expression.
    Empty,
    /// Characters that are no token. The position is in characters.
    Token { position: usize, message: String },
    /// A token in a place where it cannot be: its text and kind.
    Grammar { position: usize, message: String, text: String, kind: &'static str },
    /// The expression ends too soon.
    Incomplete { position: usize },
    /// The expression or a literal cannot be handled at all.
    Beyond(String),
    /// A literal cannot be held; the reference holds it and fails when it prints it.
    Unprintable(String),
}

impl Failure {
    /// A token in a place where it cannot be.
    pub(super) fn grammar(token: &Token, message: impl Into<String>) -> Self {
        Failure::Grammar {
            position: token.position,
            message: message.into(),
            text: token.text(),
            kind: token.kind.name(),
        }
    }

    /// The error for people: the whole message, from `Bad value for --query` on.
    pub(super) fn into_error(self, expression: &str) -> Error {
        let reason = match self {
            Failure::Empty => "Invalid JMESPath expression: cannot be empty.".to_owned(),
            Failure::Token { position, message } => {
                let blanks = " ".repeat(position);
                format!("Bad jmespath expression: {message}:\n{expression}\n{blanks}^")
            }
            Failure::Grammar { position, message, text, kind } => {
                let kind = kind.to_uppercase();
                let blanks = " ".repeat(position + 1);
                format!(
                    "{message}: Parse error at column {position}, token \"{text}\" ({kind}), \
                     for expression:\n\"{expression}\"\n{blanks}^"
                )
            }
            Failure::Incomplete { position } => {
                let blanks = " ".repeat(position + 1);
                format!("Invalid jmespath expression: Incomplete expression:\n\"{expression}\"\n{blanks}^")
            }
            Failure::Beyond(reason) => reason,
            Failure::Unprintable(reason) => return Error::general(reason),
        };
        Error::usage(format!("Bad value for --query {expression}: {reason}"))
    }
}
