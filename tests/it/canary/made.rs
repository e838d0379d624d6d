//! Full requests and replies of an operation, made from the tables: every member, nested ones too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iamctl::model::{Kind, Member, Operation, Shape};
use iamctl::secret::is_secret;
use serde_json::{Map, Value, json};

use super::marks::{Owner, mark, secret};

/// A request in both ways of writing it.
pub struct Made {
    /// As options of the line.
    pub options: Vec<String>,
    /// As a document of `--cli-input-json`.
    pub document: String,
    /// The marks of its secrets.
    pub marks: Vec<String>,
}

/// A request with all members of the operation, valid by the tables.
pub fn request(operation: &'static Operation) -> Made {
    let mut maker = Maker::new(Owner::Request);
    let members = maker.structure(operation.input, false);
    let options = operation.input.iter().flat_map(|member| words(member, &members[member.name]));
    Made { options: options.collect(), document: Value::Object(members).to_string(), marks: maker.marks }
}

/// A reply's body with all members, and how those secrets look that are printed: the mark of a text, a blob whole.
pub fn reply(operation: &'static Operation) -> (String, Vec<String>) {
    let mut maker = Maker::new(Owner::Reply);
    let name = operation.name;
    let mut body = format!("<{name}Response xmlns=\"x\">");
    if let Some(output) = operation.output {
        let members = maker.structure(output.members, false);
        body += &format!("<{}>", output.wrapper);
        xml_members(&mut body, output.members, &members);
        body += &format!("</{}>", output.wrapper);
    }
    body += &format!("<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{name}Response>");
    let printed = match name {
        // The seed goes to a file and never onto the terminal.
        "CreateVirtualMFADevice" => Vec::new(),
        _ => maker.looks,
    };
    (body, printed)
}

/// Counts the secrets, so that each has a mark of its own.
struct Maker {
    owner: Owner,
    marks: Vec<String>,
    /// How they look where they are printed.
    looks: Vec<String>,
}

impl Maker {
    fn new(owner: Owner) -> Self {
        Maker { owner, marks: Vec::new(), looks: Vec::new() }
    }

    /// All members, or the first of a union.
    fn structure(&mut self, members: &'static [Member], union: bool) -> Map<String, Value> {
        let members = if union { &members[..1] } else { members };
        members
            .iter()
            .map(|member| (member.name.to_owned(), self.value(member.shape, member.name, is_secret(member))))
            .collect()
    }

    fn value(&mut self, shape: &'static Shape, name: &str, hidden: bool) -> Value {
        match &shape.kind {
            Kind::String if hidden => {
                let (mark, secret) = self.secret();
                self.looks.push(mark);
                secret.into()
            }
            Kind::Blob if hidden => {
                let encoded = STANDARD.encode(self.secret().1);
                self.looks.push(encoded.clone());
                encoded.into()
            }
            Kind::String if !shape.values.is_empty() => shape.values[0].into(),
            Kind::String if shape.name == "policyDocumentType" => r#"{"Version":"2012-10-17"}"#.into(),
            Kind::String => {
                let text = format!("some-{}", name.to_lowercase());
                let least = usize::try_from(shape.min.unwrap_or(1)).unwrap();
                format!("{text}{}", "x".repeat(least.saturating_sub(text.len()))).into()
            }
            Kind::Blob => STANDARD.encode("blob").into(),
            Kind::Integer => json!(shape.min.unwrap_or(1).max(1)),
            // A reply that says that there is more would be asked for more.
            Kind::Boolean => json!(self.owner == Owner::Request),
            Kind::Timestamp => "2026-01-02T03:04:05Z".into(),
            Kind::List(item) => json!([self.value(item, name, hidden)]),
            Kind::Map { key, value } => {
                let key = if key.values.is_empty() { "key" } else { key.values[0] };
                json!({ key: self.value(value, name, hidden) })
            }
            Kind::Structure(members) => Value::Object(self.structure(members, shape.union)),
        }
    }

    /// A new one: its mark and the whole.
    fn secret(&mut self) -> (String, String) {
        let mark = mark(self.owner, self.marks.len());
        self.marks.push(mark.clone());
        let secret = secret(&mark);
        (mark, secret)
    }
}

/// An option with some value, which must not be a secret.
pub fn plain(member: &'static Member) -> Vec<String> {
    assert!(!is_secret(member));
    let mut maker = Maker::new(Owner::Request);
    words(member, &maker.value(member.shape, member.name, false))
}

/// The words of one option.
fn words(member: &Member, value: &Value) -> Vec<String> {
    let option = format!("--{}", member.option);
    match value {
        Value::Bool(true) => vec![option],
        Value::Bool(false) => vec![format!("--no-{}", member.option)],
        Value::String(text) => vec![option, text.clone()],
        other => vec![option, other.to_string()],
    }
}

fn xml_members(body: &mut String, members: &[Member], values: &Map<String, Value>) {
    for member in members {
        if let Some(value) = values.get(member.name) {
            element(body, member.name, member.shape, value);
        }
    }
}

fn element(body: &mut String, name: &str, shape: &Shape, value: &Value) {
    *body += &format!("<{name}>");
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(values)) => xml_members(body, members, values),
        (Kind::List(item), Value::Array(items)) => {
            items.iter().for_each(|value| element(body, "member", item, value));
        }
        (Kind::Map { value: shape, .. }, Value::Object(entries)) => {
            for (key, value) in entries {
                *body += &format!("<entry><key>{key}</key>");
                element(body, "value", shape, value);
                *body += "</entry>";
            }
        }
        (_, Value::String(text)) => *body += &text.replace('&', "&amp;").replace('<', "&lt;"),
        (_, other) => *body += &other.to_string(),
    }
    *body += &format!("</{name}>");
}
