//! Keys that stand somewhere as they are.

use super::*;

fn config(variables: &[(&str, &str)], config: &str, credentials: &str, profile: Option<&str>) -> World {
    World::new(config, credentials, variables, profile)
}

fn resolved(world: &World) -> Result<Option<Found>> {
    world.resolve()
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s")];
const FILE: &str = "[default]\naws_access_key_id=AKIAFILE\naws_secret_access_key=s\n";

#[test]
fn the_environment_comes_first_unless_a_profile_was_named_on_the_line() {
    assert_eq!(id(resolved(&config(&KEYS, "", FILE, None))), Some(("AKIAENV".into(), Source::Environment)));
    let named = config(&KEYS, "", FILE, Some("default"));
    assert_eq!(id(resolved(&named)), Some(("AKIAFILE".into(), Source::SharedCredentialsFile)));
    let bare = config(&KEYS, "[profile bare]\nregion=x\n", "", Some("bare"));
    assert_eq!(id(resolved(&bare)), None);
}

#[test]
fn the_credentials_file_comes_before_the_config_file() {
    let both = config(&[], "[default]\naws_access_key_id=AKIACONF\naws_secret_access_key=s\n", FILE, None);
    assert_eq!(id(resolved(&both)), Some(("AKIAFILE".into(), Source::SharedCredentialsFile)));
    let one = config(&[], "[default]\naws_access_key_id=AKIACONF\naws_secret_access_key=s\n", "", None);
    assert_eq!(id(resolved(&one)), Some(("AKIACONF".into(), Source::ConfigFile)));
}

#[test]
fn half_a_pair_is_named_by_what_is_missing() {
    let error = resolved(&config(&[("AWS_ACCESS_KEY_ID", "A")], "", "", None)).unwrap_err();
    assert_eq!(error.message, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
    let error = resolved(&config(&[], "", "[default]\naws_access_key_id=A\n", None)).unwrap_err();
    assert_eq!(
        error.message,
        "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key"
    );
    assert_eq!(id(resolved(&config(&[("AWS_SECRET_ACCESS_KEY", "s")], "", "", None))), None);
}

#[test]
fn the_older_name_of_the_token_wins() {
    let mut all = KEYS.to_vec();
    all.extend([("AWS_SESSION_TOKEN", "new"), ("AWS_SECURITY_TOKEN", "old")]);
    let (found, _) = resolved(&config(&all, "", "", None)).unwrap().unwrap();
    assert_eq!(found.session_token(), Some("old"));
}

#[test]
fn keys_of_the_environment_that_have_expired_are_refused() {
    let mut all = KEYS.to_vec();
    all.push(("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z"));
    assert!(resolved(&config(&all, "", "", None)).unwrap_err().message.contains("still expired"));
    all.push(("AWS_CREDENTIAL_EXPIRATION", "2999-01-01T00:00:00+00:00"));
    assert!(id(resolved(&config(&all, "", "", None))).is_some());
}

#[test]
fn half_a_pair_in_the_config_file_is_named_by_what_is_missing() {
    let error = config(&[], "[default]\naws_access_key_id=A\n", "", None).fails();
    assert_eq!(error, "Partial credentials found in config-file, missing: aws_secret_access_key");
}

#[test]
fn an_end_in_the_environment_that_is_no_time_is_refused() {
    for (end, want) in [
        ("rubbish", "Unknown string format: rubbish"),
        (" ", "String does not contain a date:  "),
        ("2039-01-01", "can't subtract offset-naive and offset-aware datetimes"),
    ] {
        let mut all = KEYS.to_vec();
        all.push(("AWS_CREDENTIAL_EXPIRATION", end));
        assert_eq!(config(&all, "", "", None).fails(), want);
    }
}
