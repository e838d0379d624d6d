//! The fuzzers' bodies (`fuzz/`), each for a moment, with texts put together from what their grammars are made of.
//!
//! Always the same texts: a failure can be repeated. `IAMCTL_FUZZ_SECONDS` gives them longer.

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Numbers that look random and are the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }
}

/// Control bytes, then up to 40 of the pieces; now and then any byte.
fn made(numbers: &mut Numbers, control: usize, pieces: &[&str]) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..control).map(|_| numbers.next().to_le_bytes()[0]).collect();
    for _ in 0..numbers.below(40) {
        match numbers.below(40) {
            0 => bytes.push(numbers.next().to_le_bytes()[0]),
            _ => bytes.extend_from_slice(pieces[numbers.below(pieces.len())].as_bytes()),
        }
    }
    bytes
}

#[track_caller]
fn tried(target: fn(&[u8]), control: usize, pieces: &[&str]) {
    let seconds = std::env::var("IAMCTL_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let (start, most) = (Instant::now(), Duration::from_secs(seconds.unwrap_or(1)));
    let mut numbers = Numbers(1);
    let mut rounds = 0;
    while start.elapsed() < most || rounds < 500 {
        let data = made(&mut numbers, control, pieces);
        if catch_unwind(AssertUnwindSafe(|| target(&data))).is_err() {
            panic!("in round {rounds}: {data:?}, {:?}", String::from_utf8_lossy(&data));
        }
        rounds += 1;
    }
    println!("{rounds} texts");
}

#[test]
fn config_documents() {
    let pieces = [
        "[default]",
        "[profile p]",
        "[profile 'my team']",
        "[x]",
        "[",
        "]",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "region = a",
        "region=b",
        "REGION: c",
        "aws_secret_access_key = d",
        "s3 =",
        "  x = 1",
        "  inner = 2",
        "    y = 3",
        "inner",
        "a",
        "a = ",
        "=",
        ":",
        "# c",
        "; c",
        "\u{feff}",
        "é",
        "\u{85}",
        "\u{2028}",
        "\u{b}",
        "\u{c}",
        "\u{1c}",
        "\0",
        "%",
        "\"",
        "'",
    ];
    tried(targets::config_document, 3, &pieces);
}

#[test]
fn json_of_credentials() {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\"Version\":1",
        "\"AccessKeyId\":\"a\"",
        "\"SecretAccessKey\":\"b\"",
        "\"SessionToken\":\"c\"",
        "\"Expiration\":\"2099-01-01T00:00:00Z\"",
        "\"Expiration\":",
        "\"Credentials\":",
        "\"\\ud800\"",
        "\"\\u00e9\"",
        "1",
        "-0",
        "1e999",
        "0.1",
        "123456789012345678901234567890",
        "NaN",
        "-Infinity",
        "null",
        "true",
        " ",
        "\n",
        "é",
        "\u{7f}",
    ];
    tried(targets::credentials_json, 0, &pieces);
}

#[test]
fn shorthand() {
    let pieces = [
        "Key",
        "Value",
        "ContextKeyName",
        "ContextKeyValues",
        "ContextKeyType",
        "ProviderArn",
        "arn",
        "=",
        "=",
        ",",
        ",",
        "@=",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        " ",
        "\n",
        "\0",
        "a",
        "1",
        "true",
        "é",
        ":",
        "/",
        "Key=a,Value=b",
        "{\"Key\":\"a\",\"Value\":\"b\"}",
        "null",
    ];
    tried(targets::shorthand, 1, &pieces);
}

#[test]
fn xml_replies() {
    let names: Vec<String> = iamctl::model::SERVICES
        .iter()
        .flat_map(|service| service.operations)
        .filter_map(|operation| operation.output)
        .flat_map(|output| output.members.iter().map(|member| member.name).chain([output.wrapper]))
        .flat_map(|name| [format!("<{name}>"), format!("</{name}>"), format!("<{name}/>")])
        .collect();
    let mut pieces: Vec<&str> = names.iter().step_by(7).map(String::as_str).collect();
    let common = [
        "<R>",
        "</R>",
        "<member>",
        "</member>",
        "<entry><key>k</key>",
        "<value>v</value></entry>",
        "<Error>",
        "</Error>",
        "<Code>c</Code>",
        "<Message>m</Message>",
        "true",
        "1",
        "2020-01-02T03:04:05Z",
        "x",
        "%7B",
        "&amp;",
        "&#x0;",
        "&e;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?xml version=\"1.0\"?>",
        "<!DOCTYPE r [<!ENTITY e \"x\">]>",
        " a=\"b\"",
        "é",
        "\u{feff}",
        "\n",
        "<",
        ">",
    ];
    for _ in 0..8 {
        pieces.extend(common);
    }
    tried(targets::xml_reply, 1, &pieces);
    // Bodies that are whole, one for each operation, with an end cut off at every byte.
    for (index, operation) in
        iamctl::model::SERVICES.iter().flat_map(|service| service.operations).enumerate()
    {
        let body = crate::canary::reply_of(operation);
        let step = (body.len() / 16).max(1);
        for end in (0..=body.len()).step_by(step).filter(|end| body.is_char_boundary(*end)) {
            let control = u8::try_from(index).unwrap();
            targets::xml_reply(&[&[control], &body.as_bytes()[..end]].concat());
        }
    }
}
