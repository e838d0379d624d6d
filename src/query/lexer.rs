//! An expression as a row of tokens.

use super::failure::Failure;
use super::numeral;
use super::token::{Token, TokenKind};
use crate::json::{self, ReadError, ReadErrorKind};
use crate::value::Value;

/// Splits an expression; the last token is always [`TokenKind::End`].
pub(super) fn tokens(expression: &str) -> Result<Vec<Token>, Failure> {
    if expression.is_empty() {
        return Err(Failure::Empty);
    }
    let mut lexer = Lexer { characters: expression.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    tokens.push(Token { kind: TokenKind::End, position: lexer.at, value: Value::from("") });
    Ok(tokens)
}

struct Lexer {
    /// Positions in messages count characters.
    characters: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&test) {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> String {
        self.characters.get(start..self.at).unwrap_or_default().iter().collect()
    }

    fn token(&mut self) -> Result<Option<Token>, Failure> {
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        let position = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        self.at += 1;
        let (kind, value) = match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
                (TokenKind::UnquotedIdentifier, Some(Value::String(self.since(position))))
            }
            '0'..='9' => (TokenKind::Number, Some(self.number(position)?)),
            '-' if self.peek().is_some_and(|c| c.is_ascii_digit()) => {
                (TokenKind::Number, Some(self.number(position)?))
            }
            '"' => (TokenKind::QuotedIdentifier, Some(self.quoted_identifier(position)?)),
            '\'' => (TokenKind::Literal, Some(self.raw_string(position)?)),
            '`' => (TokenKind::Literal, Some(self.literal(position)?)),
            _ => (self.symbol(first, position)?, None),
        };
        let value = value.unwrap_or_else(|| Value::String(self.since(position)));
        Ok(Some(Token { kind, position, value }))
    }

    fn symbol(&mut self, first: char, position: usize) -> Result<TokenKind, Failure> {
        Ok(match first {
            '.' => TokenKind::Dot,
            '*' => TokenKind::Star,
            ',' => TokenKind::Comma,
            ':' => TokenKind::Colon,
            '@' => TokenKind::Current,
            ']' => TokenKind::RightBracket,
            '{' => TokenKind::LeftBrace,
            '}' => TokenKind::RightBrace,
            '(' => TokenKind::LeftParenthesis,
            ')' => TokenKind::RightParenthesis,
            '[' if self.take(']') => TokenKind::Flatten,
            '[' if self.take('?') => TokenKind::Filter,
            '[' => TokenKind::LeftBracket,
            '|' if self.take('|') => TokenKind::Or,
            '|' => TokenKind::Pipe,
            '&' if self.take('&') => TokenKind::And,
            '&' => TokenKind::Reference,
            '!' if self.take('=') => TokenKind::NotEqual,
            '!' => TokenKind::Not,
            '<' if self.take('=') => TokenKind::LessOrEqual,
            '<' => TokenKind::Less,
            '>' if self.take('=') => TokenKind::GreaterOrEqual,
            '>' => TokenKind::Greater,
            '=' if self.take('=') => TokenKind::Equal,
            '=' | '-' => {
                return Err(Failure::Token { position, message: format!("Unknown token '{first}'") });
            }
            _ => return Err(Failure::Token { position, message: format!("Unknown token {first}") }),
        })
    }

    fn number(&mut self, start: usize) -> Result<Value, Failure> {
        self.take_while(|c| c.is_ascii_digit());
        numeral::integer(&self.since(start)).map_err(Failure::Beyond)
    }

    /// The text up to the next `delimiter` that has no backslash before it, without the delimiters.
    fn delimited(&mut self, delimiter: char, start: usize) -> Result<String, Failure> {
        while let Some(c) = self.peek() {
            if c == delimiter {
                let content = self.since(start + 1);
                self.at += 1;
                return Ok(content);
            }
            self.at += if c == '\\' { 2 } else { 1 };
        }
        self.at = self.characters.len();
        Err(Failure::Token { position: start, message: format!("Unclosed {delimiter} delimiter") })
    }

    fn quoted_identifier(&mut self, start: usize) -> Result<Value, Failure> {
        let content = self.delimited('"', start)?;
        match json::read(&format!("\"{content}\"")) {
            Ok(name) => Ok(name),
            // Half a surrogate pair: a name that no member has.
            Err(ReadError { kind: ReadErrorKind::Surrogate, .. }) => Ok(Value::String(content)),
            Err(ReadError { message, .. }) => {
                let message = message.split(": line ").next().unwrap_or_default().to_owned();
                Err(Failure::Token { position: start, message })
            }
        }
    }

    fn raw_string(&mut self, start: usize) -> Result<Value, Failure> {
        self.delimited('\'', start).map(|content| Value::String(content.replace("\\'", "'")))
    }

    /// A JSON literal; what is no JSON is a text whose quotes have been left out.
    fn literal(&mut self, start: usize) -> Result<Value, Failure> {
        let content = self.delimited('`', start)?.replace("\\`", "`");
        let text = content.trim_start_matches(numeral::is_blank);
        let beyond = |error: ReadError| match error.kind {
            ReadErrorKind::TooDeep => Some(Failure::Beyond(error.message)),
            ReadErrorKind::Surrogate => Some(Failure::Unprintable(error.message)),
            ReadErrorKind::Syntax => None,
        };
        let failure = match json::read(text) {
            Ok(value) => return Ok(value),
            Err(error) => beyond(error),
        };
        if let Some(failure) = failure {
            return Err(failure);
        }
        json::read(&format!("\"{text}\"")).map_err(|error| {
            beyond(error)
                .unwrap_or(Failure::Token { position: start, message: format!("Bad token {content}") })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(expression: &str) -> Value {
        tokens(expression).unwrap().swap_remove(0).value
    }

    #[test]
    fn a_literal_that_is_no_json_is_a_text() {
        for (expression, want) in [
            ("`bob`", "bob"),
            ("``", ""),
            ("` a b `", "a b "),
            ("`01`", "01"),
            ("`1 2`", "1 2"),
            ("`True`", "True"),
            ("`[1,]`", "[1,]"),
            ("`a\\`b`", "a`b"),
            ("`\\u0041`", "A"),
            ("`\\\"`", "\""),
        ] {
            assert!(literal(expression) == Value::from(want), "{expression}");
        }
        assert!(literal("` 1 `") == Value::Int(1));
    }

    #[test]
    fn a_raw_string_knows_one_escape() {
        assert!(literal(r"'a\'b'") == Value::from("a'b"));
        assert!(literal(r"'a\\b\n'") == Value::from(r"a\\b\n"));
    }

    #[test]
    fn positions_count_characters() {
        let want = Failure::Token { position: 4, message: "Unknown token #".into() };
        assert_eq!(tokens("\"😀\" #").unwrap_err(), want);
    }
}
