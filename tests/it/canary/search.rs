//! Where marks are: in clear, percent-encoded, escaped (a mark has only letters and digits), in base64 or in hex.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use iamctl_testkit::Home;

/// A mark that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// In clear, of a reply.
    OfReply,
    /// In clear, of a request or of the credentials.
    OfOther,
    /// In base64 or in hex.
    Encoded,
}

const WORD: &str = "CANARY";

/// All marks in a text.
pub fn leaks(text: &str) -> Vec<Finding> {
    let clear = text.match_indices(WORD).map(|(at, word)| match text[at + word.len()..].starts_with('r') {
        true => Finding::OfReply,
        false => Finding::OfOther,
    });
    let encoded = encodings().into_iter().filter(|form| text.contains(form.as_str()));
    let lower = text.matches("canary").count();
    clear
        .chain(encoded.map(|_| Finding::Encoded))
        .chain(std::iter::repeat_n(Finding::OfOther, lower))
        .collect()
}

/// The word in base64, whose look depends on where in three bytes it begins, and in hex.
fn encodings() -> Vec<String> {
    let mut forms: Vec<_> = (0..3)
        .map(|before| {
            let encoded = STANDARD_NO_PAD.encode([&vec![0; before], WORD.as_bytes()].concat());
            // The first and last signs also depend on what stands around.
            let first = [0, 2, 3][before];
            let whole = (before + WORD.len()) * 8 / 6;
            encoded[first..whole].to_owned()
        })
        .collect();
    let hex: String = WORD.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.extend([hex.to_uppercase(), hex]);
    forms
}

/// All files of a home and its work directory, with their contents.
pub fn files(home: &Home) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for root in ["~", "."] {
        walk(&home.path(root), &mut found);
    }
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => walk(&path, found),
            false => {
                let content = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                found.push((path.display().to_string(), content));
            }
        }
    }
}

#[test]
fn marks_are_found_in_every_form() {
    use super::marks::{Owner, mark, secret};
    use base64::engine::general_purpose::STANDARD;
    for number in [0, 7, 420] {
        let name = mark(Owner::Request, number);
        let secret = secret(&name);
        for text in [format!("x{secret}y"), format!("{secret:?}"), secret.replace('/', "%2F")] {
            assert_eq!(leaks(&text), [Finding::OfOther], "{text}");
        }
        for before in 0..4 {
            let text = STANDARD.encode("x".repeat(before) + &secret);
            assert_eq!(leaks(&text), [Finding::Encoded], "{text}");
        }
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(leaks(&hex), [Finding::Encoded]);
        assert_eq!(leaks(&secret.to_lowercase()), [Finding::OfOther]);
        assert_eq!(leaks("nothing of the kind"), []);
    }
    assert_eq!(leaks(&mark(Owner::Reply, 1)), [Finding::OfReply]);
}
