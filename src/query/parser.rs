//! Tokens as a tree: a parser by binding power.
//!
//! Every token binds with a certain power; an expression goes on as long as the
//! next token binds more tightly than what stands before it. Where the grammar
//! of the specification and the reference differ, the reference is followed:
//! commas between arguments and between the members of a hash can be left out,
//! an argument list may end in one, a parenthesised name can be called.
//!
//! Nesting is bounded, so that no expression can exhaust the stack.

use super::ast::{Call, Node, Project, Slice};
use super::branch::{Branch, MAX_DEPTH, operands};
use super::failure::{Failure, TOO_DEEP};
use super::lexer;
use super::power::{Power, comparator};
use super::token::{Token, TokenKind};
use crate::value::{Key, Value};

/// What can follow a dot, as error messages list it.
const AFTER_DOT: &str = "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace']";

/// Parses an expression.
pub(super) fn parse(expression: &str) -> Result<Node, Failure> {
    let mut parser = Parser { tokens: lexer::tokens(expression)?, at: 0, depth: 0 };
    let branch = parser.expression(Power::NONE)?;
    let token = parser.peek();
    match token.kind {
        TokenKind::End => Ok(branch.node),
        _ => Err(Failure::grammar(token, format!("Unexpected token: {}", token.text()))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// Stands in for a token that is not there; the last token of an expression always is.
static END: Token = Token { kind: TokenKind::End, position: 0, value: Value::Null };

impl Parser {
    fn peek(&self) -> &Token {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> &Token {
        self.tokens.get(self.at + count).or(self.tokens.last()).unwrap_or(&END)
    }

    fn kind(&self) -> TokenKind {
        self.peek().kind
    }

    fn advance(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn take(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, kind: TokenKind) -> Result<(), Failure> {
        if self.take(kind) {
            return Ok(());
        }
        let token = self.peek();
        let message = format!("Expecting: {}, got: {}", kind.name(), token.kind.name());
        Err(self.unfit(token, message))
    }

    /// A token that does not fit, which is "incomplete" where the expression has ended.
    fn unfit(&self, token: &Token, message: impl Into<String>) -> Failure {
        match token.kind {
            TokenKind::End => Failure::Incomplete { position: token.position },
            _ => Failure::grammar(token, message),
        }
    }

    fn expression(&mut self, power: Power) -> Result<Branch, Failure> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Failure::Beyond(TOO_DEEP.to_owned()));
        }
        let mut left = self.prefix()?;
        while power < Power::of(self.kind()) {
            let token = self.advance();
            left = self.infix(left, &token)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// What an expression can begin with.
    fn prefix(&mut self) -> Result<Branch, Failure> {
        let token = self.advance();
        match token.kind {
            TokenKind::Literal => Ok(Branch::leaf(Node::Literal(token.value))),
            TokenKind::UnquotedIdentifier => Ok(Branch::leaf(Node::Field(token.text()))),
            TokenKind::QuotedIdentifier => {
                let next = self.peek();
                if next.kind == TokenKind::LeftParenthesis {
                    // The reference points at the beginning, wherever it is.
                    let next = Token { position: 0, ..next.clone() };
                    let message = "Quoted identifier not allowed for function names.";
                    return Err(Failure::grammar(&next, message));
                }
                Ok(Branch::leaf(Node::Field(token.text())))
            }
            TokenKind::Current => Ok(Branch::leaf(Node::Current)),
            TokenKind::Star => {
                let each = self.projected(Power::STAR)?;
                Branch::leaf(Node::Current).project(Project::Values, each)
            }
            TokenKind::Filter => self.filter(Branch::leaf(Node::Current)),
            TokenKind::Flatten => self.flatten(Branch::leaf(Node::Current)),
            TokenKind::LeftBrace => self.hash(),
            TokenKind::LeftBracket => self.bracket(),
            TokenKind::LeftParenthesis => {
                let inner = self.expression(Power::NONE)?;
                self.expect(TokenKind::RightParenthesis)?;
                Ok(inner)
            }
            TokenKind::Not => {
                let Branch { node, depth, .. } = self.expression(Power::NOT)?;
                Branch::new(Node::Not(Box::new(node)), depth + 1)
            }
            TokenKind::Reference => {
                let Branch { node, depth, .. } = self.expression(Power::NONE)?;
                Branch::new(Node::Reference(Box::new(node)), depth + 1)
            }
            _ => Err(self.unfit(&token, "invalid token")),
        }
    }

    /// What can follow an expression: `token` has just been taken.
    fn infix(&mut self, left: Branch, token: &Token) -> Result<Branch, Failure> {
        let power = Power::of(token.kind);
        match token.kind {
            // In the reference `a.*.b.c` is `(a.*.b).c`, unlike `a[*].b.c` and `*.b.c`.
            TokenKind::Dot if self.take(TokenKind::Star) => {
                let each = self.projected(power)?;
                left.project(Project::Values, each)
            }
            TokenKind::Dot => {
                let right = self.after_dot(power)?;
                left.then(right)
            }
            TokenKind::Pipe => {
                let right = self.expression(power)?;
                left.then(right)
            }
            TokenKind::Or => {
                let right = self.expression(power)?;
                let (nodes, depth) = operands(left, right, |node| match node {
                    Node::Or(nodes) => Ok(nodes),
                    node => Err(node),
                });
                Branch::new(Node::Or(nodes), depth)
            }
            TokenKind::And => {
                let right = self.expression(power)?;
                let (nodes, depth) = operands(left, right, |node| match node {
                    Node::And(nodes) => Ok(nodes),
                    node => Err(node),
                });
                Branch::new(Node::And(nodes), depth)
            }
            TokenKind::LeftParenthesis => self.call(left),
            TokenKind::Filter => self.filter(left),
            TokenKind::Flatten => self.flatten(left),
            TokenKind::LeftBracket => match self.kind() {
                TokenKind::Number | TokenKind::Colon => self.index(left),
                _ => {
                    self.expect(TokenKind::Star)?;
                    self.expect(TokenKind::RightBracket)?;
                    let each = self.projected(Power::STAR)?;
                    left.project(Project::Items, each)
                }
            },
            kind => match comparator(kind) {
                Some(comparator) => {
                    let right = self.expression(power)?;
                    let depth = 1 + left.depth.max(right.depth);
                    let node = Node::Compare(comparator, Box::new(left.node), Box::new(right.node));
                    Branch::new(node, depth)
                }
                None => Err(self.unfit(token, "invalid token")),
            },
        }
    }

    /// What every item of a projection goes through.
    fn projected(&mut self, power: Power) -> Result<Branch, Failure> {
        let token = self.peek();
        match token.kind {
            kind if Power::of(kind) < Power::PROJECTION => Ok(Branch::leaf(Node::Current)),
            TokenKind::LeftBracket | TokenKind::Filter => self.expression(power),
            TokenKind::Dot => {
                self.at += 1;
                self.after_dot(power)
            }
            _ => Err(Failure::grammar(token, "syntax error")),
        }
    }

    fn after_dot(&mut self, power: Power) -> Result<Branch, Failure> {
        match self.kind() {
            TokenKind::QuotedIdentifier | TokenKind::UnquotedIdentifier | TokenKind::Star => {
                self.expression(power)
            }
            TokenKind::LeftBracket => {
                self.at += 1;
                self.list()
            }
            TokenKind::LeftBrace => {
                self.at += 1;
                self.hash()
            }
            kind => Err(Failure::grammar(self.peek(), format!("{AFTER_DOT}, got: {}", kind.name()))),
        }
    }

    /// After a `[` that begins an expression.
    fn bracket(&mut self) -> Result<Branch, Failure> {
        match self.kind() {
            TokenKind::Number | TokenKind::Colon => self.index(Branch::leaf(Node::Current)),
            TokenKind::Star if self.ahead(1).kind == TokenKind::RightBracket => {
                self.at += 2;
                let each = self.projected(Power::STAR)?;
                Branch::leaf(Node::Current).project(Project::Items, each)
            }
            _ => self.list(),
        }
    }

    /// `n]`, or a slice. A slice projects, but in the reference not right after an index:
    /// `a[0][:1].b` looks for `b` in the list itself.
    fn index(&mut self, left: Branch) -> Result<Branch, Failure> {
        let indexed = left.indexed;
        let step = if self.kind() == TokenKind::Colon || self.ahead(1).kind == TokenKind::Colon {
            Node::Slice(self.slice()?)
        } else {
            let index = saturated(&self.advance().value);
            self.expect(TokenKind::RightBracket)?;
            Node::Index(index)
        };
        let projects = matches!(step, Node::Slice(_)) && !indexed;
        let source = left.then(Branch::leaf(step))?;
        if projects {
            let each = self.projected(Power::STAR)?;
            return source.project(Project::Items, each);
        }
        Ok(Branch { indexed: true, ..source })
    }

    /// `start:stop:step]`. A number right after another one takes its place.
    fn slice(&mut self) -> Result<Slice, Failure> {
        let mut parts = [None; 3];
        let mut rest = parts.iter_mut();
        let mut part = rest.next();
        loop {
            let token = self.peek();
            match token.kind {
                TokenKind::RightBracket => break,
                TokenKind::Number => {
                    if let Some(part) = &mut part {
                        **part = Some(saturated(&token.value));
                    }
                }
                TokenKind::Colon => match rest.next() {
                    Some(next) => part = Some(next),
                    None => return Err(Failure::grammar(token, "syntax error")),
                },
                _ => return Err(Failure::grammar(token, "syntax error")),
            }
            self.at += 1;
        }
        self.at += 1;
        let [start, stop, step] = parts;
        Ok(Slice { start, stop, step })
    }

    fn filter(&mut self, left: Branch) -> Result<Branch, Failure> {
        let condition = self.expression(Power::NONE)?;
        self.expect(TokenKind::RightBracket)?;
        let each = self.projected(Power::FILTER)?;
        let each = Branch { depth: each.depth.max(condition.depth), ..each };
        left.project(Project::Matching(condition.node), each)
    }

    fn flatten(&mut self, left: Branch) -> Result<Branch, Failure> {
        let each = self.projected(Power::FLATTEN)?;
        left.project(Project::Flattened, each)
    }

    /// After the `[` of a list of expressions.
    fn list(&mut self) -> Result<Branch, Failure> {
        let mut nodes = Vec::new();
        let mut depth = 0;
        loop {
            let item = self.expression(Power::NONE)?;
            depth = depth.max(item.depth);
            nodes.push(item.node);
            if self.take(TokenKind::RightBracket) {
                return Branch::new(Node::List(nodes), depth + 1);
            }
            self.expect(TokenKind::Comma)?;
        }
    }

    /// After the `{` of a hash.
    fn hash(&mut self) -> Result<Branch, Failure> {
        let mut members = Vec::new();
        let mut depth = 0;
        loop {
            let token = self.peek();
            let (TokenKind::QuotedIdentifier | TokenKind::UnquotedIdentifier) = token.kind else {
                let got = token.kind.name();
                let message = format!("Expecting: ['quoted_identifier', 'unquoted_identifier'], got: {got}");
                return Err(self.unfit(token, message));
            };
            let key = Key::Owned(self.advance().text());
            self.expect(TokenKind::Colon)?;
            let value = self.expression(Power::NONE)?;
            depth = depth.max(value.depth);
            members.push((key, value.node));
            if !self.take(TokenKind::Comma) && self.take(TokenKind::RightBrace) {
                return Branch::new(Node::Hash(members), depth + 1);
            }
        }
    }

    /// After the `(` of a call.
    fn call(&mut self, left: Branch) -> Result<Branch, Failure> {
        let Node::Field(name) = left.node else {
            let before = self.tokens.get(self.at.wrapping_sub(2)).unwrap_or(&END);
            let message = format!("Invalid function name '{}'", before.text());
            return Err(Failure::grammar(before, message));
        };
        let mut arguments = Vec::new();
        let mut deepest = 0;
        let mut sum = 0;
        while !self.take(TokenKind::RightParenthesis) {
            let argument = self.expression(Power::NONE)?;
            deepest = deepest.max(argument.depth);
            sum += argument.depth;
            arguments.push(argument.node);
            self.take(TokenKind::Comma);
        }
        // `map` evaluates one argument on what is in the other.
        let nested = arguments.iter().any(|node| matches!(node, Node::Reference(_)));
        let depth = 1 + if nested { sum } else { deepest };
        Branch::new(Node::Call(Call { name, arguments }), depth)
    }
}

/// A number as an index; beyond 64 bits it is beyond every list anyway.
fn saturated(number: &Value) -> i64 {
    match number {
        Value::Int(number) => *number,
        Value::BigInt(digits) if digits.starts_with('-') => i64::MIN,
        _ => i64::MAX,
    }
}
