//! How tightly tokens bind.

use super::ast::Comparator;
use super::token::TokenKind;

/// How tightly a token binds what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Power(u8);

impl Power {
    pub(super) const NONE: Power = Power(0);
    pub(super) const PIPE: Power = Power(1);
    pub(super) const OR: Power = Power(2);
    pub(super) const AND: Power = Power(3);
    pub(super) const COMPARATOR: Power = Power(4);
    pub(super) const FLATTEN: Power = Power(5);
    /// What binds less than this ends the right side of a projection.
    pub(super) const PROJECTION: Power = Power(6);
    pub(super) const STAR: Power = Power(7);
    pub(super) const FILTER: Power = Power(8);
    pub(super) const DOT: Power = Power(9);
    pub(super) const NOT: Power = Power(10);
    pub(super) const BRACE: Power = Power(11);
    pub(super) const BRACKET: Power = Power(12);
    pub(super) const PARENTHESIS: Power = Power(13);

    pub(super) fn of(kind: TokenKind) -> Power {
        match kind {
            TokenKind::Pipe => Power::PIPE,
            TokenKind::Or => Power::OR,
            TokenKind::And => Power::AND,
            TokenKind::Flatten => Power::FLATTEN,
            TokenKind::Star => Power::STAR,
            TokenKind::Filter => Power::FILTER,
            TokenKind::Dot => Power::DOT,
            TokenKind::Not => Power::NOT,
            TokenKind::LeftBrace => Power::BRACE,
            TokenKind::LeftBracket => Power::BRACKET,
            TokenKind::LeftParenthesis => Power::PARENTHESIS,
            kind if comparator(kind).is_some() => Power::COMPARATOR,
            _ => Power::NONE,
        }
    }
}

/// The comparison that a token stands for.
pub(super) fn comparator(kind: TokenKind) -> Option<Comparator> {
    Some(match kind {
        TokenKind::Equal => Comparator::Equal,
        TokenKind::NotEqual => Comparator::NotEqual,
        TokenKind::Less => Comparator::Less,
        TokenKind::LessOrEqual => Comparator::LessOrEqual,
        TokenKind::Greater => Comparator::Greater,
        TokenKind::GreaterOrEqual => Comparator::GreaterOrEqual,
        _ => return None,
    })
}
