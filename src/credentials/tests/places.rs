//! The container, the instance, and the places of old.

use super::*;

const URI: (&str, &str) = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/c");
const GIVEN: &str = "{\"AccessKeyId\":\"ASIAECS\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\"2039-01-01T00:00:00Z\"}";

#[test]
fn the_container_is_asked_with_its_token() {
    let world =
        World::new("", "", &[URI, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic x")], None).answer(200, GIVEN);
    assert_eq!(id(world.resolve()), Some(("ASIAECS".into(), Source::Container)));
    let asked = world.asked();
    assert_eq!(asked[0].line, "GET http://127.0.0.1:1/c");
    assert_eq!(asked[0].headers["authorization"], "Basic x");
    let file = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "{HOME}/t");
    let world = World::new("", "", &[URI, file], None).file("t", "from a file").answer(200, GIVEN);
    assert!(world.resolve().is_ok());
    assert_eq!(world.asked()[0].headers["authorization"], "from a file");
    let relative = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x");
    let world = World::new("", "", &[relative], None).answer(200, GIVEN);
    assert!(world.resolve().is_ok());
    assert_eq!(world.asked()[0].line, "GET http://169.254.170.2/v2/x");
}

#[test]
fn what_the_container_does_wrong_is_told() {
    let again = |status, body: &str| {
        let world = World::new("", "", &[URI], None);
        (0..3).fold(world, |world, _| world.answer(status, body))
    };
    let start = "Error when retrieving credentials from container-role: Error retrieving metadata: ";
    let refused = again(500, "oops");
    assert_eq!(
        refused.fails(),
        format!("{start}Received non 200 response 500 from container metadata: oops")
    );
    assert_eq!(refused.asked().len(), 3);
    assert_eq!(
        again(200, "nothing").fails(),
        format!("{start}Unable to parse JSON returned from container metadata services")
    );
    assert_eq!(again(200, "{\"AccessKeyId\":\"A\"}").fails(), "'SecretAccessKey'");
    let expired = again(200, &GIVEN.replace("2039", "2009")).fails();
    assert!(expired.contains("still expired"), "{expired}");
    let foreign = World::new("", "", &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/x")], None);
    assert!(foreign.fails().starts_with("Unsupported host 'example.com'.  Can only"));
    let broken = World::new("", "", &[URI, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\nb")], None);
    assert_eq!(broken.fails(), "Auth token value is not a legal header value");
}

const ON: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "false");

fn instance(document: &str) -> World {
    World::new("", "", &[ON], None).answer(200, "TOKEN").answer(200, "my-role").answer(200, document)
}

#[test]
fn the_instance_gives_the_credentials_of_its_role() {
    let world = instance(GIVEN);
    assert_eq!(id(world.resolve()), Some(("ASIAECS".into(), Source::InstanceMetadata)));
    let asked = world.asked();
    let lines: Vec<&str> = asked.iter().map(|asked| asked.line.as_str()).collect();
    let roles = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    assert_eq!(lines, ["PUT http://169.254.169.254/latest/api/token", roles, &format!("{roles}my-role")]);
    assert_eq!(asked[2].headers["x-aws-ec2-metadata-token"], "TOKEN");
    assert!(id(instance(&GIVEN.replace("2039", "2009")).resolve()).is_some(), "the service extends them");
}

#[test]
fn an_instance_without_a_role_or_a_machine_that_is_none_has_no_credentials() {
    assert_eq!(id(World::new("", "", &[ON], None).resolve()), None);
    assert_eq!(id(World::new("", "", &[ON], None).answer(200, "TOKEN").answer(404, "").resolve()), None);
    assert_eq!(id(instance("{\"Code\":\"Failed\"}").resolve()), None);
    let off = World::new("", "", &[], None);
    assert_eq!((id(off.resolve()), off.asked().len()), (None, 0));
}

#[test]
fn an_older_service_is_asked_without_a_token_unless_that_is_forbidden() {
    let older = World::new("", "", &[ON], None).answer(404, "").answer(200, "my-role").answer(200, GIVEN);
    assert_eq!(id(older.resolve()), Some(("ASIAECS".into(), Source::InstanceMetadata)));
    let strict = World::new("", "", &[ON, ("AWS_EC2_METADATA_V1_DISABLED", "true")], None).answer(404, "");
    assert!(strict.fails().ends_with("IMDSv1 has been disabled"));
}

#[test]
fn the_places_of_old_come_before_the_container() {
    let file = [("AWS_CREDENTIAL_FILE", "{HOME}/old"), URI];
    let world = World::new("", "", &file, None).file("old", "AWSAccessKeyId=AKIAOLD\nAWSSecretKey=s\n");
    assert_eq!(id(world.resolve()), Some(("AKIAOLD".into(), Source::OlderFile)));
    let half = World::new("", "", &file, None).file("old", "AWSAccessKeyId=AKIAOLD\n");
    assert!(half.resolve().is_err());
    let boto = World::new("", "", &[("BOTO_CONFIG", "{HOME}/boto")], None)
        .file("boto", "[Credentials]\naws_access_key_id = AKIABOTO\naws_secret_access_key = s\n");
    assert_eq!(id(boto.resolve()), Some(("AKIABOTO".into(), Source::Boto)));
}

#[test]
fn a_token_file_that_is_missing_and_a_relative_address_that_refuses_are_errors() {
    let file = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "{HOME}/t");
    let world = World::new("", "", &[URI, file], None);
    let path = world.path().join("t");
    assert_eq!(world.fails(), format!("[Errno 2] No such file or directory: '{}'", path.display()));
    assert!(world.asked().is_empty());
    let relative = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x");
    let refused = (0..3).fold(World::new("", "", &[relative], None), |world, _| world.answer(404, "no"));
    assert!(refused.fails().ends_with("Received non 200 response 404 from container metadata: no"));
    let nobody = World::new("", "", &[relative], None).fails();
    let want = "Could not connect to the endpoint URL: \"http://169.254.170.2/v2/x\"";
    assert!(nobody.ends_with(want), "{nobody}");
}

#[test]
fn half_a_pair_in_a_place_of_old_is_named_by_what_is_missing() {
    let file = World::new("", "", &[("AWS_CREDENTIAL_FILE", "{HOME}/old")], None);
    let path = file.path().join("old");
    assert_eq!(file.fails(), format!("[Errno 2] No such file or directory: '{}'", path.display()));
    assert_eq!(file.file("old", "AWSAccessKeyId=A\n").fails(), "'AWSSecretKey'");
    let boto = World::new("", "", &[("BOTO_CONFIG", "{HOME}/boto")], None)
        .file("boto", "[Credentials]\naws_access_key_id = A\n");
    assert_eq!(boto.fails(), "Partial credentials found in boto-config, missing: aws_secret_access_key");
}
