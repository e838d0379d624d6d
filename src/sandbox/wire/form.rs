//! The form of a request as a tree: `Tags.member.1.Key=a` is a leaf four levels down.

use indexmap::IndexMap;

use crate::percent;
use crate::sandbox::fault::Fault;

/// The deepest parameter of the model has seven levels.
const DEPTH: usize = 16;

/// The most parameters of one request.
const PARAMETERS: usize = 20_000;

/// A node of the tree: a value, or what is below it.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct Form {
    value: Option<String>,
    below: IndexMap<String, Form>,
}

impl Form {
    /// Reads `a=1&b.c=2`.
    ///
    /// # Errors
    /// More or deeper parameters than any request has, or bytes that are no text.
    pub(in crate::sandbox) fn parse(text: &[u8]) -> Result<Form, Fault> {
        let malformed = |why: &str| Fault::new("MalformedInput", 400, why);
        let text = std::str::from_utf8(text).map_err(|_| malformed("The form is not UTF-8."))?;
        let mut root = Form::default();
        for (index, pair) in text.split('&').filter(|pair| !pair.is_empty()).enumerate() {
            if index >= PARAMETERS {
                return Err(malformed("The form has too many parameters."));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            let mut node = &mut root;
            for (depth, word) in name.split('.').enumerate() {
                if depth >= DEPTH {
                    return Err(malformed("A parameter is nested too deeply."));
                }
                node = node.below.entry(word.to_owned()).or_default();
            }
            node.value = Some(value);
        }
        Ok(root)
    }

    /// What is below this word.
    pub(in crate::sandbox) fn get(&self, word: &str) -> Option<&Form> {
        self.below.get(word)
    }

    /// The value of a top-level parameter.
    pub(in crate::sandbox) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|node| node.value.as_deref())
    }

    /// The node's own value.
    pub(super) fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What is below, numbered from 1 without gaps.
    pub(super) fn numbered(&self) -> impl Iterator<Item = &Form> {
        (1..).map_while(|number: usize| self.below.get(&number.to_string()))
    }
}

fn decoded(text: &str) -> String {
    match text.contains('+') {
        true => percent::decode(&text.replace('+', " ")),
        false => percent::decode(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_lead_down() {
        let form = Form::parse(b"Action=A&Tags.member.1.Key=a+b%2B&Tags.member.2.Key=c").unwrap();
        assert_eq!(form.text("Action"), Some("A"));
        let items: Vec<_> = form.get("Tags").unwrap().get("member").unwrap().numbered().collect();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].text("Key"), Some("a b+"));
    }

    #[test]
    fn what_no_request_has_is_refused() {
        assert!(Form::parse("a.".repeat(40).as_bytes()).is_err());
        assert!(Form::parse(b"\xff=1").is_err());
        assert!(Form::parse("a&".repeat(PARAMETERS + 1).as_bytes()).is_err());
    }
}
