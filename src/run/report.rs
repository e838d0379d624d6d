//! How an error is laid out on stderr.

use crate::cli::usage;
use crate::error::{Error, Kind};
use crate::output::{Format, Options, Printer};
use crate::value::{Map, Value};

/// Whether a format for errors has this name; the empty one stands for none.
pub(super) fn knows(format: &str) -> bool {
    let names = ["", "legacy", "json", "yaml", "text", "table", "enhanced"];
    names.iter().any(|name| name.eq_ignore_ascii_case(format))
}

/// The text for stderr, or none where there is nothing to say.
pub(super) fn text(error: &Error, program: &str, format: Option<&str>, colour: bool) -> String {
    match error.kind {
        Kind::Silent | Kind::Interrupted => String::new(),
        Kind::UnknownOptions => usage::unknown_options(program, error),
        _ => structured(error, format, colour).unwrap_or_else(|| line(error, program, format)),
    }
}

/// For the formats that programs read: the error as a value. Errors with exit code 255 have none.
fn structured(error: &Error, format: Option<&str>, colour: bool) -> Option<String> {
    let format = match format?.to_ascii_lowercase().as_str() {
        "json" => Format::Json,
        "yaml" => Format::Yaml,
        "text" => Format::Text,
        "table" => Format::Table,
        _ => return None,
    };
    let fields = match &error.service {
        // A reply without an error in it leaves nothing to lay out.
        Some(said) if said.fields.is_empty() => return None,
        Some(said) => said.fields.clone(),
        None => {
            let mut fields = Map::new();
            fields.insert("Code".into(), error.kind.code()?.into());
            fields.insert("Message".into(), error.message.as_str().into());
            fields
        }
    };
    let mut bytes = Vec::new();
    let options = Options { colour, ..Options::plain("error") };
    Printer::new(format, options, &mut bytes).value(&Value::Map(fields)).ok()?;
    String::from_utf8(bytes).ok()
}

/// The line that people read. Its end is trimmed, as the reference trims it.
fn line(error: &Error, program: &str, format: Option<&str>) -> String {
    let legacy = format.is_some_and(|format| format.eq_ignore_ascii_case("legacy"));
    let message = error.message.trim_end();
    let mut text = match error.kind.code() {
        Some(code) if !legacy => format!("\n{program}: [ERROR]: An error occurred ({code}): {message}\n"),
        _ => format!("\n{}\n", format!("{program}: [ERROR]: {message}").trim_end()),
    };
    if !legacy {
        text.push_str(&details(error));
    }
    text
}

/// What else the service's error said, short enough for a line each.
fn details(error: &Error) -> String {
    let Some(said) = &error.service else { return String::new() };
    let known = ["Code", "Message", "message"];
    let more: Vec<_> = said.fields.iter().filter(|(name, _)| !known.contains(&name.as_ref())).collect();
    if more.is_empty() {
        return String::new();
    }
    let mut text = "\nAdditional error details:\n".to_owned();
    for (name, value) in more {
        text.push_str(&format!("{name}: {}\n", inline(value)));
    }
    text
}

fn inline(value: &Value) -> String {
    let scalar = |value: &Value| !matches!(value, Value::List(_) | Value::Map(_));
    match value {
        Value::List(items) if items.len() < 5 && items.iter().all(scalar) => {
            let items: Vec<_> = items.iter().map(crate::python::text).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) if map.len() < 5 && map.values().all(scalar) => {
            let items: Vec<_> =
                map.iter().map(|(key, value)| format!("{key}: {}", crate::python::text(value))).collect();
            format!("{{{}}}", items.join(", "))
        }
        Value::List(_) | Value::Map(_) => "<complex value>".into(),
        scalar => crate::python::text(scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;

    fn refused() -> Error {
        let mut fields = Map::new();
        fields.insert("Code".into(), "NoSuchEntity".into());
        fields.insert("Message".into(), "gone".into());
        let said = ServiceError { code: "NoSuchEntity".into(), message: "gone".into(), fields, status: 404 };
        let mut error = Error::new(
            Kind::Service,
            "An error occurred (NoSuchEntity) when calling the GetUser operation: gone",
        );
        error.service = Some(Box::new(said));
        error
    }

    #[test]
    fn each_format_has_its_layout() {
        let message =
            "\niamctl: [ERROR]: An error occurred (NoSuchEntity) when calling the GetUser operation: gone\n";
        assert_eq!(text(&refused(), "iamctl", None, false), message);
        assert_eq!(text(&refused(), "iamctl", Some("bogus"), false), message);
        let json = "{\n    \"Code\": \"NoSuchEntity\",\n    \"Message\": \"gone\"\n}\n";
        assert_eq!(text(&refused(), "iamctl", Some("JSON"), false), json);
        assert_eq!(text(&refused(), "iamctl", Some("text"), false), "NoSuchEntity\tgone\n");
    }

    #[test]
    fn errors_of_this_side_carry_their_kind_except_in_legacy_and_with_code_255() {
        let usage = Error::usage("bad\n");
        let want = "\nx: [ERROR]: An error occurred (ParamValidation): bad\n";
        assert_eq!(text(&usage, "x", None, false), want);
        assert_eq!(text(&usage, "x", Some("legacy"), false), "\nx: [ERROR]: bad\n");
        assert_eq!(text(&Error::general("bad"), "x", Some("json"), false), "\nx: [ERROR]: bad\n");
    }
}
