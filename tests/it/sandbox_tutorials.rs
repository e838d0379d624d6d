//! The usual tutorials, walked in the sandbox from an empty machine: where permission is refused, and then granted.

use std::time::{SystemTime, UNIX_EPOCH};

use iamctl_testkit::saml::{Claims, Idp};
use iamctl_testkit::{Home, Outcome, Run};
use serde_json::{Value, json};

use crate::iamctl;

const ACCOUNT: &str = "123456789012";

/// An empty machine: no configuration, no credentials, no network.
struct Desk {
    home: Home,
}

impl Desk {
    fn new() -> Desk {
        Desk { home: Home::new().unwrap() }
    }

    /// A line as the account's root user.
    fn root(&self, line: &str) -> Run {
        self.run(line).env("AWS_PROFILE", "sandbox:")
    }

    /// A line as whoever the files and the words say.
    fn run(&self, line: &str) -> Run {
        let words: Vec<&str> = line.split_whitespace().collect();
        iamctl(&words).home(&self.home).by_files_alone().without("AWS_ENDPOINT_URL")
    }

    #[track_caller]
    fn ok(&self, line: &str) -> Outcome {
        self.root(line).run().ok()
    }

    #[track_caller]
    fn json(&self, line: &str) -> Value {
        self.ok(line).json()
    }

    /// Makes a key of a user and a profile of the same name, by the words of the documentation.
    fn profile_of(&self, user: &str) {
        let key = self.json(&format!("iam create-access-key --user-name {user}"));
        let part = |name: &str| key["AccessKey"][name].as_str().unwrap().to_owned();
        for (name, value) in [
            ("aws_access_key_id", part("AccessKeyId")),
            ("aws_secret_access_key", part("SecretAccessKey")),
            ("region", "us-east-1".to_owned()),
            ("endpoint_url", "sandbox:".to_owned()),
        ] {
            self.run(&format!("configure set {name} {value} --profile {user}")).run().ok();
        }
    }

    #[track_caller]
    fn refused(&self, line: &str) -> Outcome {
        self.run(line).run().ended(254).complains("An error occurred (AccessDenied) when calling the ")
    }
}

fn decision(reply: &Value, index: usize) -> &str {
    reply["EvaluationResults"][index]["EvalDecision"].as_str().unwrap()
}

#[test]
fn a_group_gets_what_its_users_may_do() {
    let desk = Desk::new();
    assert_eq!(desk.json("sts get-caller-identity")["Arn"], format!("arn:aws:iam::{ACCOUNT}:root"));
    desk.ok("iam create-user --user-name amelia");
    desk.ok(
        "iam attach-user-policy --user-name amelia --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
    );
    desk.ok("iam create-group --group-name developers");
    desk.ok("iam create-user --user-name meridith");
    desk.ok("iam add-user-to-group --group-name developers --user-name meridith");
    desk.profile_of("amelia");
    desk.profile_of("meridith");

    // Meridith may do nothing yet, EC2 included.
    desk.refused("iam list-users --profile meridith").complains(&format!(
        "User: arn:aws:iam::{ACCOUNT}:user/meridith is not authorized to perform: iam:ListUsers on resource: "
    ));
    let may_start = format!(
        "iam simulate-principal-policy --policy-source-arn arn:aws:iam::{ACCOUNT}:user/meridith \
         --action-names ec2:StartInstances --resource-arns arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1 \
         --profile amelia"
    );
    let asked = desk.run(&may_start).run().ok().json();
    assert_eq!(decision(&asked, 0), "implicitDeny");

    // Amelia, an administrator, grants it to the group.
    let grant =
        "--group-name developers --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess --profile amelia";
    desk.run(&format!("iam attach-group-policy {grant}")).run().ok();
    let asked = desk.run(&may_start).run().ok().json();
    assert_eq!(decision(&asked, 0), "allowed");
    assert_eq!(asked["EvaluationResults"][0]["MatchedStatements"].as_array().unwrap().len(), 1);
    // EC2 is not IAM.
    desk.refused("iam create-user --user-name other --profile meridith");
    desk.run(&format!("iam detach-group-policy {grant}")).run().ok();
    assert_eq!(decision(&desk.run(&may_start).run().ok().json(), 0), "implicitDeny");
}

#[test]
fn a_policy_of_ones_own_has_versions_and_a_deny_that_denies() {
    let desk = Desk::new();
    let allow = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"Look","Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"}]}"#;
    let narrow = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"Look","Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"},
        {"Sid":"NotDev","Effect":"Deny","Action":"iam:GetUser","Resource":"arn:aws:iam::123456789012:user/dev/*"}]}"#;
    desk.home.write("allow.json", allow).unwrap();
    desk.home.write("narrow.json", narrow).unwrap();
    desk.ok("iam create-user --user-name carlos");
    desk.ok("iam create-user --user-name alice --path /dev/");
    desk.profile_of("carlos");
    desk.refused("iam get-user --user-name alice --profile carlos").complains(
        "is not authorized to perform: iam:GetUser on resource: user alice because no identity-based policy allows the iam:GetUser action",
    );
    let arn = desk
        .ok("iam create-policy --policy-name Look --policy-document file://allow.json")
        .string("/Policy/Arn");
    desk.ok(&format!("iam attach-user-policy --user-name carlos --policy-arn {arn}"));
    desk.run("iam get-user --user-name alice --profile carlos").run().ok();
    desk.ok(&format!(
        "iam create-policy-version --policy-arn {arn} --policy-document file://narrow.json --set-as-default"
    ));
    desk.refused("iam get-user --user-name alice --profile carlos")
        .complains("with an explicit deny in an identity-based policy");
    desk.run("iam get-user --user-name carlos --profile carlos").run().ok();
    desk.ok(&format!("iam set-default-policy-version --policy-arn {arn} --version-id v1"));
    desk.run("iam get-user --user-name alice --profile carlos").run().ok();
    let wrong = desk.root("iam create-policy --policy-name Bad --policy-document {}").run().ended(254);
    wrong.complains("An error occurred (MalformedPolicyDocument) when calling the CreatePolicy operation: ");
}

#[test]
fn an_instance_gets_its_role_by_the_metadata_service() {
    let desk = Desk::new();
    let trust = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    desk.home.write("trust.json", trust).unwrap();
    desk.ok("iam create-role --role-name S3Access --assume-role-policy-document file://trust.json");
    desk.ok("iam attach-role-policy --role-name S3Access --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
    desk.ok("iam create-instance-profile --instance-profile-name S3Profile");
    desk.ok("iam add-role-to-instance-profile --instance-profile-name S3Profile --role-name S3Access");
    let profile = desk.json("iam get-instance-profile --instance-profile-name S3Profile");
    assert_eq!(profile["InstanceProfile"]["Roles"][0]["RoleName"], "S3Access");

    let served = crate::sandbox_server::Served::start(&desk.home, &["--imds", "S3Access"]);
    let inside = |line: &str| {
        desk.run(line)
            .without("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", served.imds.as_deref().unwrap())
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", &served.url)
    };
    let caller = inside("sts get-caller-identity").run().ok();
    let arn = caller.string("/Arn");
    assert!(arn.starts_with(&format!("arn:aws:sts::{ACCOUNT}:assumed-role/S3Access/i-")), "{arn}");
    inside("iam list-users").run().ended(254).complains("AccessDenied");
    let asked = desk.json(&format!(
        "iam simulate-principal-policy --policy-source-arn arn:aws:iam::{ACCOUNT}:role/S3Access \
         --action-names s3:GetObject s3:PutObject --resource-arns arn:aws:s3:::bucket/key"
    ));
    assert_eq!([decision(&asked, 0), decision(&asked, 1)], ["allowed", "implicitDeny"]);
}

#[test]
fn a_role_is_assumed_by_those_whom_it_trusts() {
    let desk = Desk::new();
    desk.ok("iam create-user --user-name amelia");
    desk.ok("iam create-user --user-name carlos");
    desk.profile_of("amelia");
    desk.profile_of("carlos");
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole",
            "Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:user/amelia"}},
            "Condition":{{"StringEquals":{{"sts:ExternalId":"42"}}}}}}]}}"#
    );
    desk.home.write("trust.json", trust).unwrap();
    let role = desk.ok("iam create-role --role-name reader --assume-role-policy-document file://trust.json");
    let arn = role.string("/Role/Arn");
    desk.ok(
        "iam attach-role-policy --role-name reader --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    );
    let assume = format!("sts assume-role --role-arn {arn} --role-session-name work");
    let refused = format!("is not authorized to perform: sts:AssumeRole on resource: {arn}");
    desk.refused(&format!("{assume} --profile amelia")).complains(&refused);
    desk.refused(&format!("{assume} --external-id 42 --profile carlos")).complains(&refused);
    desk.root(&format!("{assume} --external-id 42")).run().ended(254).complains("AccessDenied");
    desk.run(&format!("{assume} --external-id 42 --profile amelia")).run().ok();

    // The same through a profile: the chain's own call goes to the sandbox, too.
    let config = format!(
        "[profile amelia]\nregion = us-east-1\nendpoint_url = sandbox:\n\
         [profile reader]\nrole_arn = {arn}\nsource_profile = amelia\nexternal_id = 42\nregion = us-east-1\n\
         endpoint_url = sandbox:\n"
    );
    desk.home.write("~/.aws/config", config).unwrap();
    let caller = desk.run("sts get-caller-identity --profile reader").run().ok();
    assert!(caller.string("/Arn").contains(":assumed-role/reader/"), "{caller}");
    let users = desk.run("iam list-users --query Users[].UserName --profile reader").run().ok().json();
    assert_eq!(users, json!(["amelia", "carlos"]));
    desk.refused("iam create-user --user-name eve --profile reader");
}

#[test]
fn a_boundary_caps_what_a_policy_grants_and_a_key_can_be_switched_off() {
    let desk = Desk::new();
    desk.ok("iam create-user --user-name carlos");
    desk.ok(
        "iam attach-user-policy --user-name carlos --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
    );
    desk.profile_of("carlos");
    desk.run("iam create-user --user-name one --profile carlos").run().ok();
    desk.ok("iam put-user-permissions-boundary --user-name carlos --permissions-boundary arn:aws:iam::aws:policy/IAMReadOnlyAccess");
    desk.refused("iam create-user --user-name two --profile carlos")
        .complains("because no permissions boundary allows the iam:CreateUser action");
    desk.run("iam list-users --profile carlos").run().ok();
    desk.ok("iam delete-user-permissions-boundary --user-name carlos");
    desk.run("iam create-user --user-name two --profile carlos").run().ok();

    let keys = desk.json("iam list-access-keys --user-name carlos");
    let key = keys["AccessKeyMetadata"][0]["AccessKeyId"].as_str().unwrap().to_owned();
    desk.ok(&format!("iam update-access-key --user-name carlos --access-key-id {key} --status Inactive"));
    desk.run("sts get-caller-identity --profile carlos").run().ended(254).complains("(InvalidClientTokenId)");
    desk.ok(&format!("iam update-access-key --user-name carlos --access-key-id {key} --status Active"));
    let caller = desk.run("sts get-caller-identity --profile carlos").run().ok();
    assert_eq!(caller.string("/Arn"), format!("arn:aws:iam::{ACCOUNT}:user/carlos"));
    desk.root("iam delete-user --user-name carlos").run().ended(254).complains("(DeleteConflict)");
    desk.ok(&format!("iam delete-access-key --user-name carlos --access-key-id {key}"));
    desk.ok(
        "iam detach-user-policy --user-name carlos --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
    );
    desk.ok("iam delete-user --user-name carlos");
}

#[test]
fn somebody_signs_in_by_saml() {
    let desk = Desk::new();
    let idp = Idp::rsa("https://idp.example.com/saml").unwrap();
    desk.home.write("metadata.xml", idp.metadata()).unwrap();
    let create = "iam create-saml-provider --name company --saml-metadata-document file://metadata.xml";
    let provider = desk.ok(create).string("/SAMLProviderArn");
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRoleWithSAML",
            "Principal":{{"Federated":"{provider}"}},
            "Condition":{{"StringEquals":{{"saml:aud":"https://signin.aws.amazon.com/saml"}}}}}}]}}"#
    );
    desk.home.write("trust.json", trust).unwrap();
    let create = "iam create-role --role-name reader --assume-role-policy-document file://trust.json";
    let role = desk.ok(create).string("/Role/Arn");
    desk.ok(
        "iam attach-role-policy --role-name reader --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess",
    );

    // Nobody's keys are needed, only the address.
    let there = "--endpoint-url sandbox: --region us-east-1";
    let assume = format!(
        "sts assume-role-with-saml --role-arn {role} --principal-arn {provider} \
         --saml-assertion file://response.txt {there}"
    );
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed();
    let claims = Claims::new(now, &role, &provider);
    desk.home.write("response.txt", idp.response(&claims).unwrap()).unwrap();
    let reply = desk.run(&assume).run().ok().json();
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/reader/alice");
    assert_eq!(reply["AssumedRoleUser"]["Arn"], arn);
    assert_eq!((&reply["Subject"], &reply["SubjectType"]), (&json!("alice-7"), &json!("persistent")));
    let key = |name: &str| reply["Credentials"][name].as_str().unwrap().to_owned();
    let inside = |line: &str| {
        desk.run(&format!("{line} {there}"))
            .env("AWS_ACCESS_KEY_ID", &key("AccessKeyId"))
            .env("AWS_SECRET_ACCESS_KEY", &key("SecretAccessKey"))
            .env("AWS_SESSION_TOKEN", &key("SessionToken"))
    };
    assert_eq!(inside("sts get-caller-identity").run().ok().string("/Arn"), arn);
    inside("iam list-users").run().ok();
    inside("iam create-user --user-name eve").run().ended(254).complains("(AccessDenied)");

    let old = Claims { issued: now - 400, ..claims };
    desk.home.write("response.txt", idp.response(&old).unwrap()).unwrap();
    desk.run(&assume).run().ended(254).complains(
        "An error occurred (ExpiredTokenException) when calling the AssumeRoleWithSAML operation: Token must be \
         redeemed within 5 minutes of issuance",
    );
    desk.home.write("response.txt", "no response").unwrap();
    desk.run(&assume).run().ended(254).complains("(InvalidIdentityToken)").complains("Invalid base64");
}
