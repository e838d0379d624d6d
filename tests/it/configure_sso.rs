//! `configure sso` against a server that plays the service; the files are the reference's byte for byte.

use iamctl_testkit::sso::{Browser, begun, client, token};
use iamctl_testkit::{Home, Outcome, Reply, Server};
use serde_json::json;

use crate::iamctl;

const SESSION: &str = "[sso-session my]\nsso_start_url = https://d-2.awsapps.com/start\n\
                       sso_region = eu-central-1\nsso_registration_scopes = sso:account:access\n";
const PROFILE: &str = "[profile Admin-123456789012]\nsso_session = my\nsso_account_id = 123456789012\n\
                       sso_role_name = Admin\n";
/// The name of the session's token, as the reference gives it.
const TOKEN: &str = "~/.aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json";
const NEW: &str = "my\nhttps://d-2.awsapps.com/start\neu-central-1\n\n";

/// The replies of a sign-in by a device that is known already.
fn signed_in() -> Vec<Reply> {
    vec![client(), begun(), token()]
}

fn accounts() -> Reply {
    Reply::ok(r#"{"accountList":[{"accountId":"123456789012","accountName":"Main","emailAddress":"m@x"}]}"#)
}

fn roles() -> Reply {
    Reply::ok(r#"{"roleList":[{"roleName":"Admin","accountId":"123456789012"}]}"#)
}

fn refused(status: u16, name: &str) -> Reply {
    Reply::new(status, r#"{"message":"No access"}"#).header("x-amzn-ErrorType", name)
}

struct World {
    home: Home,
    server: Server,
}

impl World {
    /// A sign-in, and then these replies.
    fn new(config: &str, replies: impl IntoIterator<Item = Reply>) -> World {
        World::with(config, signed_in().into_iter().chain(replies).collect())
    }

    fn with(config: &str, replies: Vec<Reply>) -> World {
        let home = Home::new().unwrap();
        if !config.is_empty() {
            home.write("~/.aws/config", config).unwrap();
        }
        World { home, server: Server::start(replies).unwrap() }
    }

    fn run(&self, more: &[&str], answers: &str) -> Outcome {
        let words = [&["configure", "sso", "--use-device-code", "--no-browser"], more].concat();
        let run = iamctl(&words).by_files_alone().home(&self.home).stdin(answers);
        // Both services have variables of their own; the common one leads nowhere.
        let run = run.env("AWS_ENDPOINT_URL_SSO", &self.server.url());
        run.env("AWS_ENDPOINT_URL_SSO_OIDC", &self.server.url()).env("AWS_MAX_ATTEMPTS", "1").run()
    }

    fn config(&self) -> String {
        std::fs::read_to_string(self.home.path("~/.aws/config")).unwrap_or_default()
    }

    fn asked(&self) -> Vec<String> {
        self.server.requests().into_iter().map(|request| request.target).collect()
    }
}

#[test]
fn a_new_session_and_its_profile_are_written_as_the_reference_writes_them() {
    let world = World::new("", [accounts(), roles()]);
    let outcome = world.run(&[], &format!("{NEW}us-east-1\njson\nteam\n")).ok();
    assert_eq!(
        outcome.stdout,
        "SSO session name (Recommended): \nSSO start URL [None]: \nSSO region [None]: \n\
         SSO registration scopes [sso:account:access]: \n\
         The only AWS account available to you is: 123456789012\nUsing the account ID 123456789012\n\
         The only role available to you is: Admin\nUsing the role name \"Admin\"\n\
         Default client Region [None]: \nCLI default output format (json if not specified) [None]: \n\
         Profile name [Admin-123456789012]: \n\
         To use this profile, specify the profile name using --profile, as shown:\n\n\
         iamctl sts get-caller-identity --profile team\n"
    );
    assert_eq!(
        world.config(),
        format!(
            "[profile team]\nsso_session = my\nsso_account_id = 123456789012\nsso_role_name = Admin\n\
             region = us-east-1\noutput = json\n{SESSION}"
        )
    );
    let want = ["/client/register", "/device_authorization", "/token", "/assignment/accounts"];
    assert_eq!(world.asked()[..4], want);
    assert_eq!(world.asked()[4], "/assignment/roles?account_id=123456789012");
    let bearer =
        |index: usize| world.server.requests()[index].header("x-amz-sso_bearer_token").map(str::to_owned);
    assert_eq!((bearer(3), bearer(4)), (Some("ATOK".into()), Some("ATOK".into())));
    assert!(world.home.path(TOKEN).exists());
    assert!(world.home.path("~/.aws/sso/cache/9b82df3e8cb2d8ef920d70f4ea6ce20790b1de55.json").exists());
    assert!(!outcome.stdout.contains("ATOK") && !outcome.stdout.contains("CSEC"), "secrets are not shown");
}

#[test]
fn a_session_that_exists_is_not_asked_for_again_and_a_blank_keeps_what_is_stored() {
    let world = World::new(&SESSION.replace(" = ", "="), [accounts(), roles()]);
    world.run(&[], "my\n\n\n\n").ok();
    assert_eq!(world.config(), format!("{SESSION}{PROFILE}"));
    let stored = "[profile p]\nsso_session=my\nsso_account_id=111111111111\nsso_role_name=Old\n\
                  region=eu-west-1\noutput=text\n";
    let world = World::new(&format!("{stored}{SESSION}"), [accounts(), roles()]);
    let outcome = world.run(&["--profile", "p"], "\n\n\n").ok();
    assert!(outcome.stdout.starts_with("SSO session name [my]: \nThe only"), "{outcome}");
    assert!(outcome.stdout.contains("Default client Region [eu-west-1]: "), "{outcome}");
    assert!(!outcome.stdout.contains("Profile name"), "{outcome}");
    let now = "[profile p]\nsso_session = my\nsso_account_id = 123456789012\nsso_role_name = Admin\n\
               region = eu-west-1\noutput = text\n";
    assert_eq!(world.config(), format!("{now}{SESSION}"));
}

#[test]
fn without_a_session_name_all_stands_in_the_profile() {
    let world = World::new("", [accounts(), roles()]);
    let outcome = world.run(&[], "\nhttps://d-1.awsapps.com/start\nus-west-2\n\n\n\n").ok();
    assert!(
        outcome.stdout.contains(
            "WARNING: Configuring using legacy format (e.g. without an SSO session).\n\
             Consider re-running \"configure sso\" command and providing a session name.\n"
        ),
        "{outcome}"
    );
    let older = "sso_start_url = https://d-1.awsapps.com/start\nsso_region = us-west-2\n";
    let role = "sso_account_id = 123456789012\nsso_role_name = Admin\n";
    assert_eq!(world.config(), format!("[profile Admin-123456789012]\n{older}{role}"));
    assert!(world.home.path("~/.aws/sso/cache/0c54b6c27e90660baa89eaad85ac1d5dae26cb7d.json").exists());
    let again = World::new(&format!("[default]\n{older}"), [accounts(), roles()]);
    let outcome = again.run(&["--profile", "default"], "\n\n\n\n\n").ok();
    assert!(
        outcome.stdout.ends_with(
            "The AWS CLI is now configured to use the default profile.\n\
             Run the following command to verify your configuration:\n\niamctl sts get-caller-identity\n"
        ),
        "{outcome}"
    );
    assert_eq!(again.config(), format!("[default]\n{older}{role}"));
}

/// Two pages of each, in no order.
fn many() -> [Reply; 4] {
    [
        r#"{"accountList":[{"accountId":"222222222222","accountName":"Zeta","emailAddress":"z@x"},
            {"accountId":"555555555555"}],"nextToken":"a/b"}"#,
        r#"{"accountList":[{"accountId":"111111111111","accountName":"alpha"},
            {"accountId":"333333333333","emailAddress":"m@x"}]}"#,
        r#"{"roleList":[{"roleName":"b"}],"nextToken":"2"}"#,
        r#"{"roleList":[{"roleName":"A"}]}"#,
    ]
    .map(Reply::ok)
}

#[test]
fn of_several_accounts_and_roles_one_is_picked_by_number_or_name() {
    let world = World::new(SESSION, many());
    let outcome = world.run(&[], "my\n9\n3\nb\n\n\n\n").ok();
    assert!(
        outcome.stdout.contains(
            "There are 4 AWS accounts available to you.\n  1  alpha (111111111111)\n  2  m@x (333333333333)\n  \
             3  Zeta, z@x (222222222222)\n  4  555555555555\nAccount [1]: \n\
             Not one of them: type a number from 1 to 4\nAccount [1]: \nUsing the account ID 222222222222\n\
             There are 2 roles available to you.\n  1  A\n  2  b\nRole [1]: \nUsing the role name \"b\"\n"
        ),
        "{outcome}"
    );
    assert_eq!(
        world.asked()[3..],
        [
            "/assignment/accounts",
            "/assignment/accounts?next_token=a%2Fb",
            "/assignment/roles?account_id=222222222222",
            "/assignment/roles?account_id=222222222222&next_token=2"
        ]
    );
    assert!(world.config().contains("[profile b-222222222222]\n"), "{}", world.config());
    let by_id = World::new(SESSION, many());
    by_id.run(&["--profile", "p"], "my\n333333333333\n\n\n\n").ok();
    assert!(
        by_id.config().ends_with("sso_account_id = 333333333333\nsso_role_name = A\n"),
        "an empty answer is the first: {}",
        by_id.config()
    );
}

#[test]
fn a_token_that_lasts_is_used_and_one_that_is_over_is_not() {
    let kept = |end: &str| json!({"accessToken": "KEPT", "expiresAt": end}).to_string();
    let world = World::with(SESSION, vec![accounts(), roles()]);
    world.home.write(TOKEN, kept("2039-01-01T00:00:00Z")).unwrap();
    world.run(&[], "my\n\n\n\n").ok();
    let requests = world.server.requests();
    assert_eq!((requests.len(), requests[0].header("x-amz-sso_bearer_token")), (2, Some("KEPT")));
    let world = World::new(SESSION, [accounts(), roles()]);
    world.home.write(TOKEN, kept("2011-01-01T00:00:00Z")).unwrap();
    world.run(&[], "my\n\n\n\n").ok();
    assert_eq!(world.asked()[0], "/client/register");
    let broken = World::new(SESSION, []);
    broken.home.write(TOKEN, "rubbish").unwrap();
    broken.run(&[], "my\n").ended(255).complains("'3ece1471f44f63177cbc35ba0b904e0c096b6783'");
    assert!(broken.asked().is_empty());
}

#[test]
fn answers_that_will_not_do_are_asked_for_again() {
    let world = World::new("", [accounts(), roles()]);
    let answers = "my\nd-2.awsapps.com\nhttps://d-2.awsapps.com/start\n\neu-central-1\n\n\n\n \n";
    let outcome = world.run(&[], answers).ok();
    assert!(
        outcome.stdout.contains("[None]: \nNot a valid Start URL\nSSO start URL [None]: ")
            && outcome.stdout.contains("[None]: \nA value is required\nSSO region [None]: "),
        "{outcome}"
    );
    assert_eq!(world.config(), format!("{PROFILE}{SESSION}"));
    let region = World::new("", []);
    let outcome = region.run(&[], "my\nhttps://d-2.awsapps.com/start\nno region\n\n").ended(255);
    let outcome = outcome.complains("Provided region_name 'no region' doesn't match a supported format.");
    assert!(region.asked().is_empty() && region.config().is_empty(), "{outcome}");
}

/// What is said on the way to nothing; the files stay as they were.
#[track_caller]
fn fails(config: &str, replies: impl IntoIterator<Item = Reply>, answers: &str, code: i32, want: &str) {
    let world = World::new(config, replies);
    let outcome = world.run(&[], answers).ended(code).complains(want);
    assert_eq!(world.config(), config, "{outcome}");
}

#[test]
fn failures_are_named_and_change_no_configuration() {
    let none = || Reply::ok("{}");
    fails(SESSION, [none()], "my\n", 255, "No AWS accounts are available to you.");
    fails(SESSION, [accounts(), none()], "my\n", 255, "No roles are available for the account 123456789012");
    let calling = "An error occurred (ForbiddenException) when calling the ListAccounts operation";
    fails(SESSION, [refused(403, "ForbiddenException")], "my\n", 254, calling);
    let calling = "An error occurred (TooManyRequestsException) when calling the ListAccountRoles operation";
    fails(SESSION, [accounts(), refused(429, "TooManyRequestsException")], "my\n", 254, calling);
    let missing = "[sso-session my]\nsso_start_url = https://d-2.awsapps.com/start\n";
    let want = "Missing the following required SSO configuration values: sso_region.";
    fails(missing, [], "my\n", 253, want);
    for answers in ["", "my\n", "my\nhttps://d-2.awsapps.com/start\n", NEW] {
        fails("", [accounts(), roles()], answers, 255, "EOF when reading a line");
    }
    fails(SESSION, many(), "my\n", 255, "EOF when reading a line");
}

#[test]
fn a_refused_sign_in_is_an_error_of_the_service() {
    let mut replies = signed_in();
    replies[2] = Reply::new(400, r#"{"error":"access_denied","error_description":"why"}"#)
        .header("x-amzn-ErrorType", "AccessDeniedException");
    let world = World::with(SESSION, replies);
    let outcome = world.run(&[], "my\n").ended(254);
    outcome.complains("An error occurred (AccessDeniedException) when calling the CreateToken operation");
    assert_eq!(world.config(), SESSION);
    assert!(!world.home.path(TOKEN).exists());
}

#[test]
fn where_accounts_or_roles_are_not_shown_they_are_left_out() {
    let unable = "Unable to list AWS accounts and/or roles. Skipping configuring AWS credential provider for profile.\n";
    let world = World::new(SESSION, [refused(401, "UnauthorizedException")]);
    let outcome = world.run(&[], "my\nus-east-1\n\n\nteam\n").ok();
    assert!(outcome.stdout.contains(unable), "{outcome}");
    assert!(outcome.stdout.contains("Profile name [None]: \nA value is required\n"), "{outcome}");
    assert!(outcome.stdout.ends_with("Successfully configured SSO for profile: team\n"), "{outcome}");
    assert_eq!(world.config(), format!("{SESSION}[profile team]\nsso_session = my\nregion = us-east-1\n"));
    let half = World::new(SESSION, [accounts(), refused(401, "UnauthorizedException")]);
    half.run(&["--profile", "p"], "my\n\n\n").ok();
    assert_eq!(
        half.config(),
        format!("{SESSION}[profile p]\nsso_session = my\nsso_account_id = 123456789012\n")
    );
}

#[test]
fn the_default_profile_says_where_the_services_are_whichever_is_being_configured() {
    let world = World::new("", [accounts(), roles()]);
    let services = |name: &str, url: &str| {
        format!("[services {name}]\nsso =\n  endpoint_url = {url}\nsso_oidc =\n  endpoint_url = {url}\n")
    };
    let config = format!(
        "[default]\nservices = right\n[profile p]\nservices = wrong\n{}{}{SESSION}",
        services("right", &world.server.url()),
        services("wrong", "http://127.0.0.1:9")
    );
    world.home.write("~/.aws/config", config).unwrap();
    let words = ["configure", "sso", "--use-device-code", "--no-browser", "--profile", "p"];
    let run = iamctl(&words).by_files_alone().without("AWS_ENDPOINT_URL").home(&world.home);
    let _ = run.stdin("my\n\n\n").run().ok();
    assert_eq!(world.asked().len(), 5);
}

#[test]
fn a_session_is_signed_in_to_by_a_browser_unless_a_device_is_asked_for() {
    let world = World::with("", vec![client(), token(), accounts(), roles()]);
    let browser = Browser::new(&world.home).unwrap();
    let visitor = browser.come_back(&["/oauth/callback?code=C&state=STATE"]);
    let run = iamctl(&["configure", "sso"]).by_files_alone().home(&world.home).endpoint(&world.server.url());
    let outcome = run.env("BROWSER", &browser.command).stdin(format!("{NEW}\n\n\n")).run().ok();
    visitor.join().unwrap().unwrap();
    assert!(outcome.stdout.contains("Attempting to open your default browser. If the browser"), "{outcome}");
    assert_eq!(world.asked()[..2], ["/client/register", "/token"]);
    assert_eq!(world.config(), format!("{PROFILE}{SESSION}"));
}

#[test]
fn a_name_with_blanks_is_quoted_and_a_line_break_cannot_come_in() {
    let world = World::new("", [accounts(), roles()]);
    world.run(&[], "my s\nhttps://d-2.awsapps.com/start\neu-central-1\n\n\n\na b\n").ok();
    assert!(world.config().starts_with("[profile 'a b']\nsso_session = my s\n"), "{}", world.config());
    assert!(world.config().contains("[sso-session 'my s']\n"), "{}", world.config());
}
