//! The JMESPath of `--query`.
//!
//! The language is that of the [specification](https://jmespath.org/specification.html),
//! with the answers and the words of the reference's interpreter where the two
//! differ or the specification is silent: a multiselect hash keeps the order in
//! which its keys were written, a literal that is no JSON is a text, `1 == 1.0`
//! holds and `1 == true` does not, texts can be ordered, integers have any size.
//! Scripts match the errors too, so a failed expression is described exactly,
//! with the column in characters.
//!
//! An expression goes through [`lexer`], [`parser`] (which yields an [`ast`])
//! and [`evaluate`]; a document is only borrowed on the way, and what is found
//! is copied once, at the end.

mod ast;
mod branch;
mod compare;
mod evaluate;
mod failure;
mod functions;
mod item;
mod lexer;
mod numeral;
mod parser;
mod power;
mod slice;
mod token;

use crate::error::{Error, Result};
use crate::value::Value;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression {
    root: ast::Node,
}

/// Compiles an expression.
///
/// # Errors
///
/// An expression that does not parse is a wrong parameter (exit code 252); the
/// message names the option, the expression and the place.
pub fn compile(expression: &str) -> Result<Expression> {
    parser::parse(expression)
        .map(|root| Expression { root })
        .map_err(|failure| failure.into_error(expression))
}

impl Expression {
    /// What the expression finds in `document`; null where it finds nothing.
    ///
    /// # Errors
    ///
    /// Unknown functions, wrong numbers and types of arguments, and slices with
    /// a step of 0 are found only here (exit code 255).
    pub fn search(&self, document: &Value) -> Result<Value> {
        let root = item::Item::Value(document);
        evaluate::evaluate(&self.root, &root)?
            .into_value()
            .ok_or_else(|| Error::general("Encountered unrecognized type in JSON encoder."))
    }
}

#[cfg(test)]
mod tests;
