//! Every operation that moto implements, through the program and over the wire.
//!
//! What is called, in which order and with which end stands in
//! `data/every-operation.txt`; its first lines say how it is written.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iamctl_testkit::tls::Authority;
use iamctl_testkit::{Home, Moto, Outcome};

use crate::iamctl;

const SCRIPT: &str = include_str!("data/every-operation.txt");

const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

#[test]
fn every_operation_that_moto_implements() {
    let moto = Moto::start().unwrap();
    let home = home();
    let mut kept = BTreeMap::new();
    let mut failures = Vec::new();
    for (index, line) in script() {
        match line {
            Line::Call { words, fails, keeps } => {
                let words: Vec<String> = words.iter().map(|word| fill(word, &kept)).collect();
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let outcome = iamctl(&words).home(&home).endpoint(&moto.url).run();
                if let Err(why) = judge(&outcome, fails) {
                    failures.push(format!("line {}: {why}: {outcome}", index + 1));
                    continue;
                }
                for (name, pointer) in keeps {
                    kept.insert(name, outcome.string(&pointer));
                }
            }
            Line::Missing { .. } => {}
        }
    }
    assert!(failures.is_empty(), "{} calls failed:\n{}", failures.len(), failures.join("\n"));
}

/// An end like AWS's: success, or the code that is expected.
fn judge(outcome: &Outcome, fails: Option<String>) -> Result<(), String> {
    match fails {
        None if outcome.code == 0 => Ok(()),
        None => Err("should have succeeded".to_owned()),
        Some(code) if outcome.code == 254 && outcome.stderr.contains(&format!("({code})")) => Ok(()),
        Some(code) => Err(format!("should have failed with {code}")),
    }
}

#[test]
fn the_script_names_every_operation_once_as_called_or_missing() {
    let mut called = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for (_, line) in script() {
        match line {
            Line::Call { words, .. } => {
                called.insert(format!("{} {}", words[0], words[1]));
            }
            Line::Missing { names } => missing.extend(names),
        }
    }
    let both: Vec<_> = called.intersection(&missing).collect();
    assert!(both.is_empty(), "called and missing: {both:?}");
    let all: BTreeSet<String> = iamctl::model::SERVICES
        .iter()
        .flat_map(|service| {
            service.operations.iter().map(move |operation| format!("{} {}", service.name, operation.command))
        })
        .collect();
    let named: BTreeSet<String> = called.union(&missing).cloned().collect();
    assert_eq!(all.difference(&named).collect::<Vec<_>>(), Vec::<&String>::new(), "not named");
    assert_eq!(named.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "no such operation");
    let in_iam = called.iter().filter(|name| name.starts_with("iam ")).count();
    assert_eq!((in_iam, called.len() - in_iam), (125, 7));
}

/// A line of the script, with the marks that belong to it.
enum Line {
    Call { words: Vec<String>, fails: Option<String>, keeps: Vec<(String, String)> },
    Missing { names: Vec<String> },
}

fn script() -> Vec<(usize, Line)> {
    let mut lines = Vec::new();
    for (index, text) in SCRIPT.lines().enumerate() {
        let words = split(text);
        let Some(first) = words.first() else { continue };
        match first.as_str() {
            "#" => {}
            "-" => {
                let names = words[2..].iter().map(|name| format!("{} {name}", words[1])).collect();
                lines.push((index, Line::Missing { names }));
            }
            "=" | "!" => match lines.last_mut() {
                Some((_, Line::Call { keeps, .. })) if first == "=" => {
                    keeps.push((words[1].clone(), words[2].clone()));
                }
                Some((_, Line::Call { fails, .. })) => *fails = Some(words[1].clone()),
                _ => panic!("line {}: a mark without a call", index + 1),
            },
            _ => lines.push((index, Line::Call { words, fails: None, keeps: Vec::new() })),
        }
    }
    lines
}

/// Words at blanks, but not between single quotes.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in text.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

fn fill(word: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter().fold(word.to_owned(), |word, (name, value)| word.replace(&format!("{{{name}}}"), value))
}

/// The files that the script names.
fn home() -> Home {
    let home = Home::new().unwrap();
    let authority = Authority::new("anybody").unwrap();
    let metadata =
        format!("<EntityDescriptor entityID=\"https://id.example\">{}</EntityDescriptor>", "x".repeat(1000));
    for (name, content) in [
        ("policy.json", POLICY),
        ("trust.json", TRUST),
        ("certificate.pem", authority.pem()),
        ("key.pem", "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"),
        ("metadata.xml", &metadata),
        ("assertion.txt", &STANDARD.encode(ASSERTION)),
    ] {
        home.write(name, content).unwrap();
    }
    home
}

/// A SAML response with what moto reads from it.
const ASSERTION: &str = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Assertion><saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName">
<saml:AttributeValue>session</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><saml:AttributeValue>
arn:aws:iam::123456789012:role/worker,arn:aws:iam::123456789012:saml-provider/idp</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion></samlp:Response>"#;
