//! `credential_process`.

use super::*;

fn printing(script: &str) -> World {
    World::new("[profile r]\ncredential_process={HOME}/p.sh a \"b c\"\n", "", &[], Some("r"))
        .program("p.sh", script)
}

fn json(document: &str) -> World {
    printing(&format!("cat <<'END'\n{document}\nEND"))
}

#[test]
fn a_command_is_run_without_a_shell_and_its_json_read() {
    let world = printing(
        "echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"$#$1$2\\\",\\\"SecretAccessKey\\\":\\\"s\\\"}\"",
    );
    assert_eq!(id(world.resolve()), Some(("2ab c".into(), Source::Process)));
    let all = json(
        "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\",\"Expiration\":\"2039-01-01T00:00:00Z\"}",
    );
    let (found, _) = all.resolve().unwrap().unwrap();
    assert_eq!((found.session_token(), found.expiry().is_some()), (Some("t"), true));
}

#[test]
fn what_the_command_does_wrong_is_told_in_the_references_words() {
    let prefix = "Error when retrieving credentials from custom-process: ";
    let pair = "\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\"";
    for (world, want) in [
        (printing("echo oops >&2; exit 3"), format!("{prefix}oops\n")),
        (printing("kill -9 $$"), prefix.to_owned()),
        (json("nothing"), "Expecting value: line 1 column 1 (char 0)".into()),
        (printing("true"), "Expecting value: line 1 column 1 (char 0)".into()),
        (
            printing("printf '\\377'"),
            "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte".into(),
        ),
        (json("[1]"), "'list' object has no attribute 'get'".into()),
        (
            json("{\"Version\":2}"),
            format!("{prefix}Unsupported version '2' for credential process provider, supported versions: 1"),
        ),
        (
            json("{}"),
            format!(
                "{prefix}Unsupported version '<Version key not provided>' for credential process provider, supported versions: 1"
            ),
        ),
        (
            json("{\"Version\":1,\"AccessKeyId\":\"A\"}"),
            format!("{prefix}Missing required key in response: 'SecretAccessKey'"),
        ),
        (
            json(&format!("{{\"Version\":1,{pair},\"Expiration\":\"rubbish\"}}")),
            "Unknown string format: rubbish".into(),
        ),
        (
            json(&format!("{{\"Version\":1,{pair},\"Expiration\":\"2001-01-01T00:00:00Z\"}}")),
            "Credentials were refreshed, but the refreshed credentials are still expired.".into(),
        ),
        (
            json("{\"Version\":1,\"AccessKeyId\":5,\"SecretAccessKey\":\"s\"}"),
            "sequence item 0: expected str instance, int found".into(),
        ),
    ] {
        assert_eq!(world.fails(), want);
    }
    for (line, want) in [
        ("", "list index out of range"),
        ("a \"b", "No closing quotation"),
        ("/nonexistent/program x", "[Errno 2] No such file or directory: '/nonexistent/program'"),
    ] {
        let world = World::new(&format!("[profile r]\ncredential_process={line}\n"), "", &[], Some("r"));
        assert_eq!(world.fails(), want);
    }
}

#[test]
fn keys_of_the_credentials_file_come_before_and_those_of_the_config_file_after() {
    let config =
        "[profile r]\ncredential_process=false\naws_access_key_id=AKIACONF\naws_secret_access_key=s\n";
    assert!(World::new(config, "", &[], Some("r")).fails().starts_with("Error when retrieving"));
    let credentials = "[r]\naws_access_key_id=AKIACRED\naws_secret_access_key=s\n";
    let world = World::new(config, credentials, &[], Some("r"));
    assert_eq!(id(world.resolve()), Some(("AKIACRED".into(), Source::SharedCredentialsFile)));
}
