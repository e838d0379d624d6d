//! The words of the language, with the names that error messages give them.

use crate::python;
use crate::value::Value;

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    UnquotedIdentifier,
    QuotedIdentifier,
    Literal,
    Number,
    Dot,
    Star,
    Comma,
    Colon,
    Current,
    Reference,
    Pipe,
    Or,
    And,
    Not,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Flatten,
    Filter,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    LeftParenthesis,
    RightParenthesis,
    End,
}

impl TokenKind {
    /// The name in `Expecting: NAME`; `token "x" (NAME)` has it in capitals.
    pub(super) fn name(self) -> &'static str {
        match self {
            TokenKind::UnquotedIdentifier => "unquoted_identifier",
            TokenKind::QuotedIdentifier => "quoted_identifier",
            TokenKind::Literal => "literal",
            TokenKind::Number => "number",
            TokenKind::Dot => "dot",
            TokenKind::Star => "star",
            TokenKind::Comma => "comma",
            TokenKind::Colon => "colon",
            TokenKind::Current => "current",
            TokenKind::Reference => "expref",
            TokenKind::Pipe => "pipe",
            TokenKind::Or => "or",
            TokenKind::And => "and",
            TokenKind::Not => "not",
            TokenKind::Equal => "eq",
            TokenKind::NotEqual => "ne",
            TokenKind::Less => "lt",
            TokenKind::LessOrEqual => "lte",
            TokenKind::Greater => "gt",
            TokenKind::GreaterOrEqual => "gte",
            TokenKind::Flatten => "flatten",
            TokenKind::Filter => "filter",
            TokenKind::LeftBracket => "lbracket",
            TokenKind::RightBracket => "rbracket",
            TokenKind::LeftBrace => "lbrace",
            TokenKind::RightBrace => "rbrace",
            TokenKind::LeftParenthesis => "lparen",
            TokenKind::RightParenthesis => "rparen",
            TokenKind::End => "eof",
        }
    }
}

/// A word of an expression.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    /// Where it starts, in characters.
    pub position: usize,
    /// What it says: the name, the literal, the number, or the word itself.
    pub value: Value,
}

impl Token {
    /// The token as error messages show it.
    pub(super) fn text(&self) -> String {
        python::text(&self.value)
    }
}
