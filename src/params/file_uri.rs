//! `file://` and `fileb://` values: the content of a file in place of a value.
//!
//! `file://` is text: decoded (a wrong byte is an error), line ends made `\n`,
//! all else verbatim, a final newline too. `fileb://` is bytes. In the path a
//! leading `~` or `~user` and `$VAR` or `${VAR}` are expanded, in this order.

use std::fs::File;
use std::io::Read as _;

use super::Context;
use super::raw::Raw;
use crate::encoding;
use crate::error::Error;
use crate::python;

/// Why a file could not be used.
pub(super) enum LoadError {
    /// It cannot be read or decoded. Where an option names the file, the message goes behind the option's name.
    Unreadable(String),
    /// A failure of its own, which no option's name precedes.
    Other(Error),
}

impl LoadError {
    /// The error where no option's name precedes it.
    pub fn bare(self) -> Error {
        match self {
            LoadError::Unreadable(message) => Error::general(message),
            LoadError::Other(error) => error,
        }
    }
}

/// The content that `value` names; none where it is no `file://` or `fileb://` value.
pub(super) fn load(value: &str, context: &Context<'_>) -> Result<Option<Raw>, LoadError> {
    let (path, is_text) = match (value.strip_prefix("file://"), value.strip_prefix("fileb://")) {
        (Some(path), _) => (path, true),
        (_, Some(path)) => (path, false),
        _ => return Ok(None),
    };
    let path = expand(path, context);
    if path.contains('\0') {
        return Err(LoadError::Other(Error::general("embedded null byte")));
    }
    let bytes = read(&path).map_err(|error| {
        let quoted = python::quoted(&path);
        LoadError::Unreadable(format!("Unable to load paramfile {value}: {}: {quoted}", errno(&error)))
    })?;
    if !is_text {
        return Ok(Some(Raw::Bytes(bytes)));
    }
    let name = context.file_encoding.unwrap_or("utf-8");
    let Some(codec) = encoding::find(name) else {
        return Err(LoadError::Other(Error::general(format!("unknown encoding: {name}"))));
    };
    match encoding::decode(codec, bytes) {
        Some(text) => Ok(Some(Raw::Text(universal_newlines(text)))),
        None => Err(LoadError::Unreadable(format!(
            "Unable to load paramfile ({path}), text contents could not be decoded.  If this is a binary file, \
             please use the fileb:// prefix instead of the file:// prefix."
        ))),
    }
}

fn read(path: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `[Errno 2] No such file or directory`
fn errno(error: &std::io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(code) => {
            let suffix = format!(" (os error {code})");
            format!("[Errno {code}] {}", text.strip_suffix(&suffix).unwrap_or(&text))
        }
        None => text,
    }
}

fn universal_newlines(text: String) -> String {
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n"),
        false => text,
    }
}

fn expand(path: &str, context: &Context<'_>) -> String {
    expand_variables(&expand_user(path, context), context)
}

fn expand_user(path: &str, context: &Context<'_>) -> String {
    let Some(after) = path.strip_prefix('~') else { return path.to_owned() };
    let (user, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
    let home = match user {
        "" => context.env.home().map(|home| home.to_string_lossy().into_owned()),
        user => home_of(user),
    };
    match home {
        Some(home) => {
            let expanded = format!("{}{rest}", home.trim_end_matches('/'));
            if expanded.is_empty() { "/".to_owned() } else { expanded }
        }
        None => path.to_owned(),
    }
}

/// Read from the password file: a static binary asks no name service.
fn home_of(user: &str) -> Option<String> {
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == user).then(|| fields.nth(4).map(str::to_owned)).flatten()
    })
}

/// Sets in `$NAME` and `${NAME}`; unset ones stay as they are written.
fn expand_variables(path: &str, context: &Context<'_>) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, tail) = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}').unwrap_or(("", after)),
            None => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                after.split_at(after.find(|c| !is_name(c)).unwrap_or(after.len()))
            }
        };
        match context.env.get(name).filter(|_| !name.is_empty()) {
            Some(value) => {
                out.push_str(&value);
                rest = tail;
            }
            None => {
                out.push('$');
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    fn expanded(path: &str) -> String {
        let env = Env::fixed([("HOME", "/h/me/"), ("A", "x y"), ("T", "~/q")]);
        expand(path, &Context { file_encoding: None, env: &env })
    }

    #[test]
    fn home_and_variables_are_expanded_once() {
        for (path, want) in [
            ("~", "/h/me"),
            ("~/f", "/h/me/f"),
            ("a/~", "a/~"),
            ("~nobody-at-all/f", "~nobody-at-all/f"),
            ("$A/${A}b", "x y/x yb"),
            ("$T", "~/q"),
            ("$NOPE/${NOPE}/$/${}/${A", "$NOPE/${NOPE}/$/${}/${A"),
            ("$$A", "$x y"),
            ("$Aé", "x yé"),
        ] {
            assert_eq!(expanded(path), want);
        }
    }

    #[test]
    fn line_ends_become_newlines() {
        assert_eq!(universal_newlines("a\r\nb\rc\n".into()), "a\nb\nc\n");
    }

    #[test]
    fn a_missing_file_is_named_as_given_and_as_looked_for() {
        let env = Env::fixed([("HOME", "/nope")]);
        let context = Context { file_encoding: None, env: &env };
        let message = load("file://~/it's", &context).err().map(|error| error.bare().message);
        let want =
            "Unable to load paramfile file://~/it's: [Errno 2] No such file or directory: \"/nope/it's\"";
        assert_eq!(message.as_deref(), Some(want));
        assert!(load("file:x", &context).is_ok_and(|content| content.is_none()));
    }
}
