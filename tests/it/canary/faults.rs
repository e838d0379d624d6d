//! Parameters that are refused: the message names the member and shows nothing of a secret.

use iamctl::model::{Kind, Member, Operation, SERVICES, Shape};
use iamctl::secret::is_secret;
use iamctl_testkit::Home;
use serde_json::{Map, Value, json};

use super::marks::{Owner, mark, secret};
use super::{Verdict, made, run};

/// The ways from an operation's input to its secret members.
fn secrets(members: &'static [Member], path: &[&'static Member], found: &mut Vec<Vec<&'static Member>>) {
    for member in members {
        let path = [path, &[member]].concat();
        if is_secret(member) {
            found.push(path);
        } else if let Kind::Structure(inner) = &core(member.shape).kind {
            secrets(inner, &path, found);
        }
    }
}

/// What a list or map holds.
fn core(shape: &'static Shape) -> &'static Shape {
    match &shape.kind {
        Kind::List(inner) | Kind::Map { value: inner, .. } => core(inner),
        _ => shape,
    }
}

/// The value wrapped in what stands between it and the operation's input.
fn wrapped(path: &[&'static Member], value: Value) -> Value {
    let Some((first, rest)) = path.split_first() else { return value };
    let mut value = wrapped(rest, value);
    let mut shape = first.shape;
    while let (Kind::List(inner), false) = (&shape.kind, rest.is_empty()) {
        value = json!([value]);
        shape = inner;
    }
    Value::Object(Map::from_iter([(first.name.to_owned(), value)]))
}

fn every_secret(mut work: impl FnMut(&'static str, &'static Operation, &[&'static Member])) {
    for service in SERVICES {
        for operation in service.operations {
            let mut found = Vec::new();
            secrets(operation.input, &[], &mut found);
            for path in found {
                work(service.name, operation, &path);
            }
        }
    }
}

#[test]
fn values_of_a_wrong_type_are_not_shown_where_they_are_secret() {
    let home = Home::new().unwrap();
    let verdict = Verdict::default();
    let secret = secret(&mark(Owner::Request, 0));
    every_secret(|service, operation, path| {
        let name = path.last().unwrap().name;
        for wrong in [json!([secret]), json!({ &secret: &secret }), json!([[{ "a": &secret }]])] {
            let document = wrapped(path, wrong).to_string();
            let words = [service, operation.command, "--cli-input-json", &document].map(str::to_owned);
            let output = run(&home, "http://127.0.0.1:9", &words);
            verdict.look(&output, &words, &[]);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(252), "{words:?}\n{stderr}");
            let told = stderr.lines().any(|line| {
                line.starts_with("Invalid type for parameter ")
                    && line.contains(&format!("{name}, value: ***, type: <class '"))
            });
            assert!(told, "{words:?}\n{stderr}");
        }
        // Numbers: a code of six digits is easily given without quotes.
        let document = wrapped(path, json!(918_273)).to_string();
        let words = [service, operation.command, "--cli-input-json", &document].map(str::to_owned);
        let output = run(&home, "http://127.0.0.1:9", &words);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("918273") && stderr.contains("value: ***"), "{words:?}\n{stderr}");
    });
    assert!(verdict.runs.load(std::sync::atomic::Ordering::SeqCst) > 20);
    verdict.end("wrong types");
}

#[test]
fn broken_options_around_a_secret_are_not_shown() {
    let home = Home::new().unwrap();
    let verdict = Verdict::default();
    let secret = mark(Owner::Request, 0);
    let mut told = 0;
    every_secret(|service, operation, path| {
        let [first, .., last] = path else { return };
        let json = wrapped(path, secret.as_str().into())[first.name].to_string();
        let short = format!("{}={secret}", last.name);
        let words = [
            json.trim_end_matches(['}', ']']).to_owned(),
            json.replace("\":", "\""),
            format!("{{{secret}"),
            format!("[{secret}]"),
            format!("{short},{short}"),
            format!("{short},="),
            format!("{short},x"),
            format!("={secret}"),
            format!("'{secret}"),
            format!("{}='{secret}", last.name),
            format!("{}=[{secret}", last.name),
            secret.clone(),
            json!({ "other": secret }).to_string(),
            json!([[secret]]).to_string(),
            json!([secret]).to_string(),
        ];
        for word in words {
            let option = format!("--{}", first.option);
            let mut words = [service, operation.command, &option, &word].map(str::to_owned).to_vec();
            let needed = operation.input.iter().filter(|member| member.required);
            words.extend(needed.flat_map(made::plain).collect::<Vec<_>>());
            let output = run(&home, "http://127.0.0.1:9", &words);
            verdict.look(&output, &words, &[]);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(252), "{words:?}\n{stderr}");
            assert!(
                stderr.contains("Error parsing parameter '--")
                    || stderr.contains("Parameter validation failed")
            );
            told += usize::from(stderr.contains("***"));
        }
    });
    assert!(told >= 10, "{told} of {:?}", verdict.runs);
    verdict.end("broken options");
}

#[test]
fn what_is_no_secret_is_shown_as_ever() {
    let home = Home::new().unwrap();
    let words = ["iam", "create-user", "--cli-input-json", r#"{"UserName": ["amelia"]}"#].map(str::to_owned);
    let output = run(&home, "http://127.0.0.1:9", &words);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("UserName, value: ['amelia'], type: <class 'list'>"), "{stderr}");
}
