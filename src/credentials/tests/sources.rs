//! What a role builds on: `credential_source`, and a profile with any other way to credentials.

use super::*;

const ARN: &str = "role_arn=arn:aws:iam::123456789012:role/one\n";
const URI: (&str, &str) = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/c");
const ON: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "false");
const GIVEN: &str = "{\"AccessKeyId\":\"ASIASOURCE\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\
                     \"Expiration\":\"2039-01-01T00:00:00Z\"}";

fn of_place(place: &str, variables: &[(&str, &str)]) -> World {
    World::new(&format!("[profile r]\n{ARN}credential_source={place}\n"), "", variables, Some("r"))
}

/// A role that builds on profile `s` with these keys.
fn of_profile(keys: &str, more: &str) -> World {
    World::new(&format!("[profile r]\n{ARN}source_profile=s\n[profile s]\n{keys}{more}"), "", &[], Some("r"))
}

/// Who signed the request for the role, which is the last one.
#[track_caller]
fn signer(world: World) -> String {
    let world = world.answer(200, sts_reply("AssumeRole", "ASIAONE", FUTURE));
    assert_eq!(id(world.resolve()), Some(("ASIAONE".into(), Source::AssumeRole)));
    world.asked().last().unwrap().signer()
}

fn none(place: &str) -> String {
    format!(
        "Error when retrieving credentials from {place}: No credentials found in credential_source referenced in profile r"
    )
}

#[test]
fn credential_source_environment() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s")];
    assert_eq!(signer(of_place("Environment", &keys)), "AKIAENV");
    assert_eq!(of_place("Environment", &[]).fails(), none("Environment"));
    let half = of_place("Environment", &keys[..1]).fails();
    assert_eq!(half, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
}

#[test]
fn credential_source_ecs_container() {
    assert_eq!(signer(of_place("EcsContainer", &[URI]).answer(200, GIVEN)), "ASIASOURCE");
    assert_eq!(of_place("EcsContainer", &[]).fails(), none("EcsContainer"));
    let refused = (0..3).fold(of_place("EcsContainer", &[URI]), |world, _| world.answer(403, "no"));
    assert_eq!(
        refused.fails(),
        "Error when retrieving credentials from container-role: Error retrieving metadata: \
         Received non 200 response 403 from container metadata: no"
    );
}

#[test]
fn credential_source_ec2_instance_metadata() {
    let instance = || of_place("Ec2InstanceMetadata", &[ON]).answer(200, "TOKEN");
    assert_eq!(signer(instance().answer(200, "my-role").answer(200, GIVEN)), "ASIASOURCE");
    assert_eq!(instance().answer(404, "").fails(), none("Ec2InstanceMetadata"));
    assert_eq!(of_place("Ec2InstanceMetadata", &[]).fails(), none("Ec2InstanceMetadata"), "switched off");
    let asked = of_place("Ec2InstanceMetadata", &[]);
    assert!(asked.resolve().is_err() && asked.asked().is_empty());
}

#[test]
fn a_source_profile_may_run_a_process() {
    let process = |script: &str| of_profile("credential_process={HOME}/p.sh\n", "").program("p.sh", script);
    let prints = "echo '{\"Version\":1,\"AccessKeyId\":\"ASIAPROC\",\"SecretAccessKey\":\"s\"}'";
    assert_eq!(signer(process(prints)), "ASIAPROC");
    let failed = process("echo oops >&2; exit 1").fails();
    assert_eq!(failed, "Error when retrieving credentials from custom-process: oops\n");
}

#[test]
fn a_source_profile_may_use_single_sign_on() {
    let sso = || {
        let keys = "sso_session=x\nsso_account_id=123456789012\nsso_role_name=rn\n";
        of_profile(keys, "[sso-session x]\nsso_region=us-west-2\nsso_start_url=https://x/start\n")
    };
    let token = format!("{{\"accessToken\":\"AT\",\"expiresAt\":\"{FUTURE}\"}}");
    let given = "{\"roleCredentials\":{\"accessKeyId\":\"ASIASSO\",\"secretAccessKey\":\"s\",\
                 \"sessionToken\":\"t\",\"expiration\":2201957681000}}";
    let name = format!(".aws/sso/cache/{}.json", cache::sha1("x"));
    let world = sso().file(&name, &token).answer(200, given);
    assert_eq!(signer(world), "ASIASSO");
    assert_eq!(sso().fails(), "Error loading SSO Token: Token for x does not exist");
}

#[test]
fn a_source_profile_may_have_a_web_identity() {
    let web = || of_profile("role_arn=arn:aws:iam::1:role/web\nweb_identity_token_file={HOME}/t\n", "");
    let world =
        web().file("t", "token").answer(200, sts_reply("AssumeRoleWithWebIdentity", "ASIAWEB", FUTURE));
    assert_eq!(signer(world), "ASIAWEB");
    let error = web().fails();
    assert!(error.starts_with("[Errno 2] No such file or directory: "), "{error}");
}

#[test]
fn a_source_profile_may_be_signed_in_to_the_console() {
    let session = "arn:aws:sts::1:assumed-role/A/me";
    let login = || of_profile(&format!("login_session={session}\n"), "");
    let name = cache::hex(ring::digest::digest(&ring::digest::SHA256, session.as_bytes()).as_ref());
    let key = dpop::KEY.replace('\n', "\\n");
    let document = format!(
        "{{\"accessToken\":{{\"accessKeyId\":\"ASIALOGIN\",\"secretAccessKey\":\"s\",\"sessionToken\":\"t\",\
         \"accountId\":\"1\",\"expiresAt\":\"{FUTURE}\"}},\"clientId\":\"c\",\"refreshToken\":\"RT\",\"dpopKey\":\"{key}\"}}"
    );
    assert_eq!(signer(login().file(&format!(".aws/login/cache/{name}.json"), &document)), "ASIALOGIN");
    assert!(login().fails().starts_with("Error loading login session token: "));
}

#[test]
fn a_source_profile_may_have_keys_in_either_file() {
    let keys = "aws_access_key_id=AKIACONF\naws_secret_access_key=s\n";
    assert_eq!(signer(of_profile(keys, "")), "AKIACONF");
    let config = format!("[profile r]\n{ARN}source_profile=s\n[profile s]\n{keys}");
    let credentials = "[s]\naws_access_key_id=AKIACRED\naws_secret_access_key=s\n";
    assert_eq!(signer(World::new(&config, credentials, &[], Some("r"))), "AKIACRED");
    let half = World::new(&config, "[s]\naws_access_key_id=AKIACRED\n", &[], Some("r")).fails();
    assert_eq!(half, "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key");
}
