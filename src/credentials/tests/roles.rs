//! Roles: with a source of other credentials, with a token, and the cache.

use super::*;

const BASE: &str = "[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=b\n";

fn role(extra: &str) -> String {
    format!("{BASE}[profile r]\nrole_arn=arn:aws:iam::123456789012:role/one\nsource_profile=base\n{extra}")
}

fn world(config: &str) -> World {
    World::new(config, "", &[], Some("r"))
}

#[test]
fn a_role_is_assumed_once_and_cached_under_the_references_name() {
    let world = world(&role("external_id=ext\nduration_seconds=900\nrole_session_name=sn\n"))
        .answer(200, sts_reply("AssumeRole", "ASIAONE", FUTURE));
    assert_eq!(id(world.resolve()), Some(("ASIAONE".into(), Source::AssumeRole)));
    assert_eq!(id(world.resolve()), Some(("ASIAONE".into(), Source::AssumeRole)));
    let asked = world.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].line.as_str(), asked[0].signer().as_str()),
        ("POST https://sts.eu-west-1.amazonaws.com/", "AKIABASE")
    );
    assert_eq!(
        asked[0].body,
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fone\
         &RoleSessionName=sn&DurationSeconds=900&ExternalId=ext"
    );
    assert_eq!(world.cached(), ["033285ae8fb11ca2e62e07050eca237f577abd57"]);
    let file = world.path().join(".aws/cli/cache/033285ae8fb11ca2e62e07050eca237f577abd57.json");
    let want = "{\"Credentials\": {\"AccessKeyId\": \"ASIAONE\", \"SecretAccessKey\": \"sk\", \"SessionToken\": \
                \"tok\", \"Expiration\": \"2039-11-09T13:34:41+00:00\", \"AccountId\": \"123456789012\"}, \
                \"AssumedRoleUser\": {\"AssumedRoleId\": \"A:s\", \"Arn\": \
                \"arn:aws:sts::123456789012:assumed-role/r/s\"}, \"ResponseMetadata\": {";
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.starts_with(want), "{text}");
}

#[test]
fn an_mfa_code_is_asked_for_and_sent() {
    let world = world(&role("mfa_serial=arn:aws:iam::1:mfa/me\n"))
        .answer(200, sts_reply("AssumeRole", "ASIAONE", FUTURE));
    assert!(world.resolve().is_ok());
    let body = &world.asked()[0].body;
    assert!(body.ends_with("&SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fme&TokenCode=123456"), "{body}");
}

#[test]
fn a_role_may_build_on_a_role() {
    let config = format!(
        "{BASE}[profile m]\nrole_arn=arn:aws:iam::123456789012:role/two\nsource_profile=base\n\
         [profile r]\nrole_arn=arn:aws:iam::123456789012:role/one\nsource_profile=m\n"
    );
    let world = world(&config)
        .answer(200, sts_reply("AssumeRole", "ASIATWO", FUTURE))
        .answer(200, sts_reply("AssumeRole", "ASIAONE", FUTURE));
    assert_eq!(id(world.resolve()), Some(("ASIAONE".into(), Source::AssumeRole)));
    let signers: Vec<String> = world.asked().iter().map(Asked::signer).collect();
    assert_eq!(signers, ["AKIABASE", "ASIATWO"]);
    assert_eq!(world.cached().len(), 2);
}

#[test]
fn a_profile_may_name_itself_if_it_has_keys() {
    let config = "[profile r]\naws_access_key_id=AKIASELF\naws_secret_access_key=s\n\
                  role_arn=arn:aws:iam::123456789012:role/one\nsource_profile=r\n";
    let world = world(config).answer(200, sts_reply("AssumeRole", "ASIAONE", FUTURE));
    assert!(world.resolve().is_ok());
    assert_eq!(world.asked()[0].signer(), "AKIASELF");
}

#[test]
fn the_environment_may_be_the_source() {
    let config = "[profile r]\nrole_arn=arn:aws:iam::123456789012:role/one\ncredential_source=Environment\n";
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let world =
        World::new(config, "", &keys, Some("r")).answer(200, sts_reply("AssumeRole", "ASIAONE", FUTURE));
    assert_eq!(id(world.resolve()), Some(("ASIAONE".into(), Source::AssumeRole)));
    assert_eq!(world.asked()[0].signer(), "AKIAENV");
}

#[test]
fn what_is_wrong_with_a_role_is_told_before_anything_is_asked() {
    let arn = "role_arn=arn:aws:iam::123456789012:role/one\n";
    for (config, want) in [
        (
            format!("[profile r]\n{arn}source_profile=nope\n"),
            "The source_profile \"nope\" referenced in the profile \"r\" does not exist.",
        ),
        (
            format!("[profile e]\nregion=x\n[profile r]\n{arn}source_profile=e\n"),
            "The source profile \"e\" must have credentials.",
        ),
        (
            format!("[profile r]\n{arn}"),
            "Partial credentials found in assume-role, missing: source_profile or credential_source",
        ),
        (
            role("credential_source=Environment\n"),
            "The profile \"r\" contains both source_profile and credential_source.",
        ),
        (
            format!("[profile r]\n{arn}credential_source=environment\n"),
            "The credential source \"environment\" referenced in profile \"r\" is not valid.",
        ),
        (
            format!("[profile r]\n{arn}credential_source=Environment\n"),
            "Error when retrieving credentials from Environment: No credentials found in credential_source referenced in profile r",
        ),
        (
            format!("[profile r]\n{arn}credential_source=EcsContainer\n"),
            "Error when retrieving credentials from EcsContainer: No credentials found in credential_source referenced in profile r",
        ),
        (
            format!("[profile r]\n{arn}credential_source=Ec2InstanceMetadata\n"),
            "Error when retrieving credentials from Ec2InstanceMetadata: No credentials found in credential_source referenced in profile r",
        ),
        (
            format!("[profile r]\n{arn}source_profile=r2\n[profile r2]\n{arn}source_profile=r\n"),
            "Infinite loop in credential configuration detected. Attempting to load from profile r which has already been visited. \
             Visited profiles: ['r', 'r2']",
        ),
        (
            format!("[profile base]\naws_access_key_id=A\n[profile r]\n{arn}source_profile=base\n"),
            "Partial credentials found in config-file, missing: aws_secret_access_key",
        ),
        (
            role("duration_seconds=-5\n"),
            "Parameter validation failed:\nInvalid value for parameter DurationSeconds, value: -5, valid min value: 900",
        ),
    ] {
        let world = world(&config);
        assert_eq!(world.fails(), want, "{config}");
        assert!(world.asked().is_empty());
    }
}

#[test]
fn a_refusal_and_credentials_that_are_over_are_errors() {
    let refusal =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let world = world(&role("")).answer(403, refusal).answer(200, sts_reply("AssumeRole", "ASIAONE", PAST));
    let error = world.resolve().unwrap_err();
    assert_eq!((error.kind.exit_code(), error.service.unwrap().code.as_str()), (254, "AccessDenied"));
    assert_eq!(world.fails(), "Credentials were refreshed, but the refreshed credentials are still expired.");
    assert_eq!(
        world.fails(),
        "Could not connect to the endpoint URL: \"https://sts.eu-west-1.amazonaws.com/\""
    );
}

const WEB: &str =
    "[profile r]\nrole_arn=arn:aws:iam::123456789012:role/web\nweb_identity_token_file={HOME}/t\n";

#[test]
fn a_token_assumes_a_role_without_a_signature() {
    let world =
        world(WEB).file("t", "token").answer(200, sts_reply("AssumeRoleWithWebIdentity", "ASIAWEB", FUTURE));
    assert_eq!(id(world.resolve()), Some(("ASIAWEB".into(), Source::WebIdentity)));
    assert_eq!(id(world.resolve()), Some(("ASIAWEB".into(), Source::WebIdentity)), "from the cache");
    let asked = world.asked();
    assert_eq!((asked.len(), asked[0].signer().as_str()), (1, ""));
    assert!(asked[0].body.ends_with("&WebIdentityToken=token"), "{}", asked[0].body);
    assert_eq!(world.cached(), ["995ef64306d209e21474b69558c0b71b44774efb"]);
}

#[test]
fn the_environment_names_a_token_unless_a_profile_was_named_on_the_line() {
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "{HOME}/t"),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/web"),
        ("AWS_ROLE_SESSION_NAME", "name"),
    ];
    let by_variables = World::new("", "", &variables, None)
        .file("t", "token")
        .answer(200, sts_reply("AssumeRoleWithWebIdentity", "ASIAWEB", FUTURE));
    assert_eq!(id(by_variables.resolve()), Some(("ASIAWEB".into(), Source::WebIdentity)));
    assert!(by_variables.asked()[0].body.contains("&RoleSessionName=name&"));
    assert_eq!(id(World::new("[profile r]\nregion=x\n", "", &variables, Some("r")).resolve()), None);
}

#[test]
fn a_token_without_a_file_or_a_role_is_an_error() {
    let missing = world(WEB);
    let path = missing.path().join("t");
    assert_eq!(missing.fails(), format!("[Errno 2] No such file or directory: '{}'", path.display()));
    let error = world("[profile r]\nweb_identity_token_file=/t\n").fails();
    assert!(error.ends_with("or the AWS_ROLE_ARN env var is set."), "{error}");
    let short = world(WEB).file("t", "jwt").fails();
    assert!(short.ends_with("parameter WebIdentityToken, value: 3, valid min length: 4"), "{short}");
}

#[test]
fn keys_with_a_device_get_a_session_only_where_the_profile_asks_for_one() {
    let keys =
        "[profile r]\naws_access_key_id=AKIAKEY\naws_secret_access_key=s\nmfa_serial=arn:aws:iam::1:mfa/me\n";
    assert_eq!(id(world(keys).resolve()), Some(("AKIAKEY".into(), Source::ConfigFile)));
    let asking = world(&format!("{keys}iamctl_mfa_session = true\n"))
        .answer(200, sts_reply("GetSessionToken", "ASIASESSION", FUTURE));
    assert_eq!(id(asking.resolve()), Some(("ASIASESSION".into(), Source::ConfigFile)));
    assert_eq!(id(asking.resolve()), Some(("ASIASESSION".into(), Source::ConfigFile)));
    assert_eq!(asking.asked().len(), 1);
    assert!(asking.asked()[0].body.ends_with("&TokenCode=123456"));
}
