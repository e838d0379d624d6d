//! What an expression is made of.

use crate::value::{Key, Value};

/// One step of an expression, applied to the current value.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// `@`
    Current,
    /// `name` or `"name"`
    Field(String),
    /// `[n]`, from the end where negative
    Index(i64),
    /// `[start:stop:step]`, without the projection that comes with it
    Slice(Slice),
    /// `` `json` `` or `'text'`
    Literal(Value),
    /// `a.b`, `a[0]`, `a | b`: each node works on what the one before it found.
    Chain(Vec<Node>),
    /// `a || b`: the first that is true, or the last
    Or(Vec<Node>),
    /// `a && b`: the first that is false, or the last
    And(Vec<Node>),
    /// `!a`
    Not(Box<Node>),
    /// `a == b` and its like
    Compare(Comparator, Box<Node>, Box<Node>),
    /// `[a, b]`
    List(Vec<Node>),
    /// `{a: b}`
    Hash(Vec<(Key, Node)>),
    /// `a[*].b` and its like: every item of `source` goes through `each`.
    Projection(Box<Projection>),
    /// `name(a, b)`
    Call(Call),
    /// `&a`: not evaluated here but by the function that it is handed to
    Reference(Box<Node>),
}

/// The ends and the step of a slice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slice {
    pub start: Option<i64>,
    pub stop: Option<i64>,
    pub step: Option<i64>,
}

/// The comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    /// The operator as it is written.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Comparator::Equal => "==",
            Comparator::NotEqual => "!=",
            Comparator::Less => "<",
            Comparator::LessOrEqual => "<=",
            Comparator::Greater => ">",
            Comparator::GreaterOrEqual => ">=",
        }
    }
}

/// A projection: nulls are left out of what it gives.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    pub kind: Project,
    pub source: Node,
    pub each: Node,
}

/// What a projection runs over.
#[derive(Clone, Debug)]
pub(super) enum Project {
    /// `[*]` and slices: the items of a list
    Items,
    /// `*`: the values of an object
    Values,
    /// `[]`: the items of a list and of the lists directly in it
    Flattened,
    /// `[?condition]`: the items of a list for which the condition is true
    Matching(Node),
}

/// A function call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub name: String,
    pub arguments: Vec<Node>,
}
