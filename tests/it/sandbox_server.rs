//! The sandbox over TCP: other programs, and this one beside them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use iamctl_testkit::saml::{Claims, Idp};
use iamctl_testkit::{Home, Python, Run};

use crate::iamctl;

/// `sandbox serve`, until this is dropped.
pub(crate) struct Served {
    server: Child,
    pub(crate) url: String,
    /// The metadata service, where it is served.
    pub(crate) imds: Option<String>,
    variables: Vec<(String, String)>,
}

impl Served {
    pub(crate) fn start(home: &Home, words: &[&str]) -> Served {
        let mut server = Command::new(env!("CARGO_BIN_EXE_iamctl"))
            .args(["sandbox", "serve", "--print-env"])
            .args(words)
            .env_clear()
            .env("HOME", home.path("~"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut variables = Vec::new();
        for line in BufReader::new(server.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            // The last line of what it prints.
            if line.starts_with("unset ") {
                break;
            }
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            variables.push((name.to_owned(), value.to_owned()));
        }
        let variable =
            |wanted: &str| variables.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        let (url, imds) =
            (variable("AWS_ENDPOINT_URL").unwrap(), variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"));
        Served { server, url, imds, variables }
    }

    /// A run with the variables that the server printed.
    fn run(&self, mut run: Run) -> Run {
        for (name, value) in &self.variables {
            run = run.env(name, value);
        }
        run
    }

    /// Asks it to end, and waits.
    fn stop(mut self) -> i32 {
        let id = self.server.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.server.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn a_server_and_commands_share_the_account() {
    let home = Home::new().unwrap();
    let served = Served::start(&home, &[]);
    served.run(iamctl(&["iam", "create-user", "--user-name", "alice"]).home(&home)).run().ok();
    let words =
        ["iam", "list-users", "--profile", "sandbox:", "--query", "Users[].UserName", "--output", "text"];
    let beside = iamctl(&words).home(&home).without("AWS_ENDPOINT_URL").run().ok();
    assert_eq!(beside.stdout, "alice\n");
    assert_eq!(served.stop(), 0);
}

/// The server outlives the substitution that started it, and what it printed is enough to end it.
#[test]
fn a_shell_can_evaluate_what_the_server_prints_and_end_it() {
    for shell in ["sh", "bash", "dash", "zsh"] {
        let home = Home::new().unwrap();
        let script = format!(
            "command -v {shell} >/dev/null || {{ echo none; exit 0; }}\nexec {shell} -c '\n\
             eval \"$({iamctl} sandbox serve --print-env &)\"\n\
             {iamctl} iam create-user --user-name alice --query User.UserName --output text\n\
             {iamctl} iam list-users --query \"Users[].UserName\" --output text\n\
             kill \"$IAMCTL_SANDBOX_PID\"\necho \"$AWS_ENDPOINT_URL\"'",
            iamctl = env!("CARGO_BIN_EXE_iamctl")
        );
        let outcome = Run::new("/bin/sh", &["-c", &script]).home(&home).by_files_alone().run().ok();
        if outcome.stdout == "none\n" && shell != "sh" {
            continue;
        }
        let address =
            outcome.stdout.strip_prefix("alice\nalice\nhttp://").unwrap_or_else(|| panic!("{outcome}"));
        let begun = Instant::now();
        while TcpStream::connect(address.trim()).is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(20), "{shell}: the server goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The status and the body of a GET of the metadata service.
fn get(url: &str, path: &str) -> (u16, String) {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET /latest/{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn the_metadata_service_answers_with_what_the_account_holds_now() {
    let home = Home::new().unwrap();
    let trust = r#"{"Version":"2012-10-17","Statement":
        {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    home.write("trust.json", trust).unwrap();
    let ok = |words: &[&str]| {
        iamctl(words).home(&home).by_files_alone().without("AWS_ENDPOINT_URL").run().ok();
    };
    let role = |profile: &str| {
        let words = ["iam", "create-role", "--role-name", "reader", "--assume-role-policy-document"];
        ok(&[&words[..], &["file://trust.json", "--profile", profile]].concat());
    };
    role("sandbox:");
    let served = Served::start(&home, &["--imds", "reader"]);
    let imds = served.imds.clone().unwrap();
    let keys = || {
        let (status, body) = get(&imds, "meta-data/iam/security-credentials/reader");
        assert_eq!(status, 200, "{body}");
        serde_json::from_str::<serde_json::Value>(&body).unwrap()["AccessKeyId"].as_str().unwrap().to_owned()
    };
    let number = || {
        let (_, body) = get(&imds, "dynamic/instance-identity/document");
        serde_json::from_str::<serde_json::Value>(&body).unwrap()["accountId"].as_str().unwrap().to_owned()
    };
    let first = keys();
    assert_eq!(keys(), first, "keys are kept while they last");
    assert_eq!(number(), "123456789012");

    ok(&["sandbox", "reset", "--yes"]);
    for path in ["", "security-credentials/", "security-credentials/reader"] {
        assert_eq!(get(&imds, &format!("meta-data/iam/{path}")), (404, String::new()), "{path}");
    }
    assert_eq!(get(&imds, "meta-data/"), (200, "instance-id\nplacement/".to_owned()));
    role("sandbox:");
    let second = keys();
    assert_ne!(second, first, "keys of the role that was removed are nobody's");
    assert_eq!(get(&imds, "meta-data/iam/security-credentials/"), (200, "reader".to_owned()));

    role("sandbox:other");
    ok(&["sandbox", "export", "other.json", "--name", "other"]);
    ok(&["sandbox", "import", "other.json", "--yes"]);
    let other = number();
    assert_ne!(other, "123456789012");
    assert_ne!(keys(), second);
    let caller = iamctl(&["sts", "get-caller-identity"])
        .home(&home)
        .by_files_alone()
        .without("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &imds)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", &served.url)
        .run()
        .ok();
    let arn = caller.string("/Arn");
    assert!(arn.starts_with(&format!("arn:aws:sts::{other}:assumed-role/reader/i-")), "{arn}");
}

#[test]
fn boto3_works_against_the_server() {
    let home = Home::new().unwrap();
    let served = Served::start(&home, &[]);
    let script = r#"
import boto3, botocore
iam, sts = boto3.client("iam"), boto3.client("sts")
assert sts.get_caller_identity()["Arn"].endswith(":root")
for number in range(7):
    iam.create_user(UserName=f"user-{number}", Path="/team/", Tags=[{"Key": "n", "Value": str(number)}])
pages = iam.get_paginator("list_users").paginate(PathPrefix="/team/", PaginationConfig={"PageSize": 3})
assert [user["UserName"] for page in pages for user in page["Users"]] == [f"user-{n}" for n in range(7)]
iam.get_waiter("user_exists").wait(UserName="user-1")
trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}'
role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]
assert role["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
iam.attach_role_policy(RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
iam.put_user_policy(UserName="user-1", PolicyName="assume", PolicyDocument=
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"%s"}}' % role["Arn"])
key = iam.create_access_key(UserName="user-1")["AccessKey"]
mine = dict(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
try:
    boto3.client("iam", **mine).list_users()
    raise SystemExit("user-1 could list users")
except botocore.exceptions.ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDenied", error
session = boto3.client("sts", **mine).assume_role(RoleArn=role["Arn"], RoleSessionName="work")["Credentials"]
inside = boto3.client("iam", aws_access_key_id=session["AccessKeyId"],
    aws_secret_access_key=session["SecretAccessKey"], aws_session_token=session["SessionToken"])
assert len(inside.list_users()["Users"]) == 7
try:
    inside.delete_user(UserName="user-2")
    raise SystemExit("the reader could delete")
except botocore.exceptions.ClientError as error:
    assert "is not authorized to perform: iam:DeleteUser" in str(error), error
"#;
    let python = Python::with_moto().unwrap();
    let outcome = served.run(Run::new(python.program(), &["-c", script]).home(&home)).run();
    outcome.ok();
}

#[test]
fn boto3_assumes_a_role_by_saml() {
    let home = Home::new().unwrap();
    let served = Served::start(&home, &[]);
    let idp = Idp::rsa("https://idp.example.com/saml").unwrap();
    let account = "arn:aws:iam::123456789012";
    let (role, provider) = (format!("{account}:role/reader"), format!("{account}:saml-provider/company"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed();
    let response = idp.response(&Claims::new(now, &role, &provider)).unwrap();
    let script = r#"
import sys, boto3, botocore
metadata, response, role, provider = sys.argv[1:]
iam = boto3.client("iam")
assert iam.create_saml_provider(Name="company", SAMLMetadataDocument=metadata)["SAMLProviderArn"] == provider
trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"%s"},"Action":"sts:AssumeRoleWithSAML"}]}'
iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust % provider)
anybody = boto3.client("sts", config=botocore.config.Config(signature_version=botocore.UNSIGNED))
call = dict(RoleArn=role, PrincipalArn=provider)
reply = anybody.assume_role_with_saml(SAMLAssertion=response, **call)
key = reply["Credentials"]
inside = boto3.client("sts", aws_access_key_id=key["AccessKeyId"],
    aws_secret_access_key=key["SecretAccessKey"], aws_session_token=key["SessionToken"])
who = inside.get_caller_identity()
assert who["Arn"].endswith(":assumed-role/reader/alice") and who["UserId"].endswith(":alice"), who
assert reply["Issuer"] == "https://idp.example.com/saml", reply
try:
    anybody.assume_role_with_saml(SAMLAssertion=response[:-40], **call)
    raise SystemExit("half a response was taken")
except anybody.exceptions.InvalidIdentityTokenException as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
"#;
    let python = Python::with_moto().unwrap();
    let words = ["-c", script, &idp.metadata(), &response, &role, &provider];
    let outcome = served.run(Run::new(python.program(), &words).home(&home)).run();
    outcome.ok();
}

#[test]
fn the_aws_cli_works_against_the_server() {
    let home = Home::new().unwrap();
    let served = Served::start(&home, &[]);
    let aws = Python::with_moto().unwrap().program().with_file_name("aws");
    let aws = |words: &[&str]| served.run(Run::new(&aws, words).home(&home)).run().ok();
    aws(&["iam", "create-group", "--group-name", "developers"]);
    aws(&["iam", "create-user", "--user-name", "alice"]);
    aws(&["iam", "add-user-to-group", "--group-name", "developers", "--user-name", "alice"]);
    let ours = served.run(iamctl(&["iam", "get-group", "--group-name", "developers"]).home(&home)).run().ok();
    let theirs = aws(&["iam", "get-group", "--group-name", "developers"]);
    assert_eq!(ours.string("/Group/Arn"), theirs.string("/Group/Arn"));
    assert_eq!(ours.string("/Users/0/UserName"), "alice");
}
