//! Single sign-on and the console's session: what their caches hold, and renewing it.

use super::*;

const SESSION: &str = "[profile r]\nsso_session=s\nsso_account_id=123456789012\nsso_role_name=rn\n\
                       [sso-session s]\nsso_region=us-west-2\nsso_start_url=https://x/start\n";
const LEGACY: &str = "[profile r]\nsso_start_url=https://x/start\nsso_region=us-west-2\n\
                      sso_account_id=123456789012\nsso_role_name=rn\n";
const GIVEN: &str = "{\"roleCredentials\":{\"accessKeyId\":\"ASIASSO\",\"secretAccessKey\":\"ss\",\
                     \"sessionToken\":\"ts\",\"expiration\":2201957681000}}";
const PORTAL: &str = "GET https://portal.sso.us-west-2.amazonaws.com/federation/credentials\
                      ?role_name=rn&account_id=123456789012";

fn world(config: &str) -> World {
    World::new(config, "", &[], Some("r"))
}

impl World {
    fn token(self, of: &str, end: &str, more: &str) -> World {
        let name = format!(".aws/sso/cache/{}.json", cache::sha1(of));
        let token = format!("{{\"accessToken\":\"AT\",\"expiresAt\":\"{end}\"{more}}}");
        self.file(&name, &token)
    }
}

fn registered() -> String {
    format!(
        ",\"clientId\":\"c\",\"clientSecret\":\"cs\",\"refreshToken\":\"RT\",\"registrationExpiresAt\":\"{FUTURE}\""
    )
}

#[test]
fn a_token_is_exchanged_for_credentials_which_are_cached() {
    for (config, token) in [(SESSION, "s"), (LEGACY, "https://x/start")] {
        let world = world(config).token(token, FUTURE, "").answer(200, GIVEN);
        assert_eq!(id(world.resolve()), Some(("ASIASSO".into(), Source::Sso)));
        assert_eq!(id(world.resolve()), Some(("ASIASSO".into(), Source::Sso)));
        let asked = world.asked();
        assert_eq!((asked.len(), asked[0].line.as_str()), (1, PORTAL));
        assert_eq!(asked[0].headers["x-amz-sso_bearer_token"], "AT");
        if config == SESSION {
            assert_eq!(world.cached(), ["5b7720e1370e01ac0df7a57df139c961b1a4fb1e"]);
        }
    }
}

#[test]
fn a_token_that_is_over_is_renewed_once() {
    let world = world(SESSION)
        .token("s", PAST, &registered())
        .answer(200, "{\"accessToken\":\"NEW\",\"expiresIn\":28800,\"refreshToken\":\"NRT\"}")
        .answer(200, GIVEN);
    assert!(world.resolve().is_ok());
    let asked = world.asked();
    assert_eq!(asked[0].line, "POST https://oidc.us-west-2.amazonaws.com/token");
    let want = "{\"grantType\": \"refresh_token\", \"clientId\": \"c\", \"clientSecret\": \"cs\", \"refreshToken\": \"RT\"}";
    assert_eq!(asked[0].body, want);
    assert_eq!(asked[1].headers["x-amz-sso_bearer_token"], "NEW");
    let stored = world.path().join(".aws/sso/cache").join(format!("{}.json", cache::sha1("s")));
    let stored = std::fs::read_to_string(stored).unwrap();
    assert!(stored.contains("\"accessToken\": \"NEW\"") && stored.contains("\"refreshToken\": \"NRT\""));
}

#[test]
fn what_is_wrong_with_the_sign_on_is_told() {
    let missing = "The profile \"r\" is configured to use SSO but is missing required configuration: ";
    let over = "Error when retrieving token from sso: Token has expired and refresh failed";
    for (world, want) in [
        (world(SESSION), "Error loading SSO Token: Token for s does not exist".to_owned()),
        (world(LEGACY), "Error loading SSO Token: Token for https://x/start does not exist".into()),
        (world(SESSION).token("s", PAST, ""), over.into()),
        (world(SESSION).token("s", PAST, &registered()).answer(400, "{\"error\":\"invalid_grant\"}"), over.into()),
        (world(LEGACY).token("https://x/start", PAST, ""), sso_token::invalid().message),
        (world(&SESSION.replace("sso_role_name=rn\n", "")), format!("{missing}sso_role_name")),
        (world("[profile r]\nsso_role_name=x\n"), format!("{missing}sso_account_id, sso_start_url, sso_region")),
        (world(&SESSION.replace("sso_session=s", "sso_session=t")), "The specified sso-session does not exist: \"t\"".into()),
        (
            world(&SESSION.replace("rn\n", "rn\nsso_region=eu-west-1\n")),
            "The value for sso_region is inconsistent between profile (eu-west-1) and sso-session (us-west-2).".into(),
        ),
        (
            world(SESSION).token("s", FUTURE, "").answer(403, "{\"__type\":\"a#ForbiddenException\",\"message\":\"No access\"}"),
            "An error occurred (ForbiddenException) when calling the GetRoleCredentials operation (reached max retries: 0): No access".into(),
        ),
        (
            world(SESSION).token("s", FUTURE, "").answer(401, "{\"__type\":\"UnauthorizedException\",\"message\":\"x\"}"),
            sso_token::invalid().message,
        ),
    ] {
        assert_eq!(world.fails(), want);
    }
    assert_eq!(id(world("[profile r]\nsso_session=s\n").resolve()), None);
}

const CONSOLE: &str = "[profile r]\nlogin_session=arn:aws:sts::1:assumed-role/A/me\n";

impl World {
    fn signed_in(self, end: &str) -> World {
        let name = cache::hex(
            ring::digest::digest(&ring::digest::SHA256, b"arn:aws:sts::1:assumed-role/A/me").as_ref(),
        );
        let key = dpop::KEY.replace('\n', "\\n");
        let document = format!(
            "{{\"accessToken\":{{\"accessKeyId\":\"ASIALOGIN\",\"secretAccessKey\":\"s\",\"sessionToken\":\"t\",\
             \"accountId\":\"1\",\"expiresAt\":\"{end}\"}},\"clientId\":\"c\",\"refreshToken\":\"RT\",\"dpopKey\":\"{key}\"}}"
        );
        self.file(&format!(".aws/login/cache/{name}.json"), &document)
    }
}

#[test]
fn the_consoles_session_is_read_and_renewed() {
    let valid = world(CONSOLE).signed_in(FUTURE);
    assert_eq!(id(valid.resolve()), Some(("ASIALOGIN".into(), Source::Login)));
    let over = world(CONSOLE).signed_in(PAST).answer(
        200,
        "{\"accessToken\":{\"accessKeyId\":\"ASIANEW\",\"secretAccessKey\":\"s\",\"sessionToken\":\"t\"},\
         \"expiresIn\":900,\"refreshToken\":\"NRT\"}",
    );
    assert_eq!(id(over.resolve()), Some(("ASIANEW".into(), Source::Login)));
    assert_eq!(id(over.resolve()), Some(("ASIANEW".into(), Source::Login)), "from the cache");
    let asked = over.asked();
    assert_eq!(
        (asked.len(), asked[0].line.as_str()),
        (1, "POST https://eu-west-1.signin.aws.amazon.com/v1/token")
    );
    assert!(asked[0].headers.contains_key("dpop"));
}

#[test]
fn what_is_wrong_with_the_consoles_session_is_told() {
    let none = world(CONSOLE).fails();
    assert!(none.ends_with("Please reauthenticate with 'aws login'."), "{none}");
    let refused = |why: &str| {
        let body = format!("{{\"__type\":\"AccessDeniedException\",\"error\":\"{why}\",\"message\":\"m\"}}");
        world(CONSOLE).signed_in(PAST).answer(400, body).fails()
    };
    assert_eq!(
        refused("TOKEN_EXPIRED"),
        "Your session has expired. Please reauthenticate using 'aws login'."
    );
    assert!(refused("USER_CREDENTIALS_CHANGED").contains("because of a change in your password"));
    assert!(refused("INSUFFICIENT_PERMISSIONS").contains("'signin:CreateOAuth2Token'"));
    assert!(refused("OTHER").starts_with("An unspecified error happened"));
}
