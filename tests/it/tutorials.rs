//! The IAM work of the usual tutorials, from the first user to a session of a role.

use iamctl_testkit::{Home, Moto, Outcome, Run};
use serde_json::{Value, json};

use crate::iamctl;

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Service": "ec2.amazonaws.com" },
      "Action": "sts:AssumeRole"
    }
  ]
}
"#;

const COMMITTER: &str = r#"{
  "Version": "2012-10-17",
  "Statement" : [
    {
      "Effect" : "Allow",
      "Action" : [
        "codecommit:Get*",
        "codecommit:GitPull"
      ],
      "Resource" : [
        "arn:aws:codecommit:*"
      ]
    }
  ]
}
"#;

/// An account and the desk at which somebody works on it.
struct Desk {
    moto: Moto,
    home: Home,
}

impl Desk {
    fn new(moto: Moto) -> Desk {
        Desk { moto, home: Home::new().unwrap() }
    }

    /// The words of a line, split at blanks.
    fn run(&self, line: &str) -> Run {
        let words: Vec<&str> = line.split_whitespace().collect();
        iamctl(&words).home(&self.home).endpoint(&self.moto.url)
    }

    #[track_caller]
    fn ok(&self, line: &str) -> Outcome {
        self.run(line).run().ok()
    }

    #[track_caller]
    fn json(&self, line: &str) -> Value {
        self.ok(line).json()
    }

    /// A line that must print nothing.
    #[track_caller]
    fn quiet(&self, line: &str) {
        let outcome = self.ok(line);
        assert_eq!(outcome.stdout, "", "{outcome}");
    }

    #[track_caller]
    fn fails(&self, line: &str, code: &str) {
        let outcome = self.run(line).run().ended(254);
        assert!(
            outcome.stderr.contains(&format!("An error occurred ({code}) when calling the ")),
            "{outcome}"
        );
        assert_eq!(outcome.stdout, "");
    }
}

/// The members of a list that have this name, as strings.
fn names(list: &Value, member: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_first_user() {
    let desk = Desk::new(Moto::start().unwrap());
    let user = desk.json("iam create-user --user-name test-user-1");
    assert_eq!(user["User"]["Arn"], "arn:aws:iam::123456789012:user/test-user-1");
    assert_eq!(names(&desk.json("iam list-users")["Users"], "UserName"), ["test-user-1"]);
    let elsewhere = Desk::new(Moto::start().unwrap());
    let abbreviated = format!("--endpoint {} iam list-users", elsewhere.moto.url);
    assert_eq!(desk.json(&abbreviated)["Users"], json!([]));
    desk.run("--endpoint http://127.0.0.1:9 iam list-users")
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
        .ended(255)
        .complains("Could not connect to the endpoint URL: \"http://127.0.0.1:9/\"");
    desk.fails("iam create-user --user-name test-user-1", "EntityAlreadyExists");
    desk.quiet("iam delete-user --user-name test-user-1");
    desk.fails("iam get-user --user-name test-user-1", "NoSuchEntity");
}

#[test]
fn users_groups_and_managed_policies() {
    let desk = Desk::new(Moto::with_managed_policies().unwrap());
    let managed = "arn:aws:iam::aws:policy";
    desk.ok("iam create-user --user-name amelia");
    desk.quiet(&format!(
        "iam attach-user-policy --user-name amelia --policy-arn {managed}/AdministratorAccess"
    ));
    desk.ok("iam create-group --group-name project-calabria-developers");
    desk.ok("iam create-user --user-name meridith");
    desk.quiet("iam add-user-to-group --group-name project-calabria-developers --user-name meridith");
    let attached = "iam list-attached-group-policies --group-name project-calabria-developers";
    assert_eq!(desk.json(attached), json!({"AttachedPolicies": []}));
    desk.quiet(&format!(
        "iam attach-group-policy --group-name project-calabria-developers --policy-arn {managed}/AmazonEC2FullAccess"
    ));
    let one = |name: &str| json!({"AttachedPolicies": [{"PolicyName": name, "PolicyArn": format!("{managed}/{name}")}]});
    assert_eq!(desk.json(attached), one("AmazonEC2FullAccess"));
    assert_eq!(desk.json("iam list-attached-user-policies --user-name amelia"), one("AdministratorAccess"));
    assert_eq!(
        desk.json("iam list-attached-user-policies --user-name meridith"),
        json!({"AttachedPolicies": []})
    );
    let group = desk.json("iam get-group --group-name project-calabria-developers");
    assert_eq!(names(&group["Users"], "UserName"), ["meridith"]);
    let groups = desk.json("iam list-groups-for-user --user-name meridith");
    assert_eq!(names(&groups["Groups"], "GroupName"), ["project-calabria-developers"]);
    let policies = desk.json("iam list-policies --scope AWS --max-items 3");
    assert_eq!(policies["Policies"].as_array().unwrap().len(), 3);
    let rest =
        format!("iam list-policies --scope AWS --starting-token {}", policies["NextToken"].as_str().unwrap());
    assert!(desk.json(&rest)["Policies"].as_array().unwrap().len() > 500);
    desk.fails(
        &format!("iam attach-user-policy --user-name amelia --policy-arn {managed}/NoSuchPolicy"),
        "NoSuchEntity",
    );
    desk.fails("iam create-group --group-name project-calabria-developers", "EntityAlreadyExists");
    desk.quiet("iam remove-user-from-group --group-name project-calabria-developers --user-name meridith");
    desk.quiet(&format!(
        "iam detach-group-policy --group-name project-calabria-developers --policy-arn {managed}/AmazonEC2FullAccess"
    ));
    desk.quiet("iam delete-group --group-name project-calabria-developers");
}

#[test]
fn policies_from_files_and_their_versions() {
    let desk = Desk::new(Moto::start().unwrap());
    desk.home.write("policy.json", COMMITTER).unwrap();
    let document: Value = serde_json::from_str(COMMITTER).unwrap();
    let create = "iam create-policy --policy-name SourceCodeCommitter --policy-document file://policy.json";
    let policy = desk.json(create);
    let arn = policy["Policy"]["Arn"].as_str().unwrap();
    assert_eq!(arn, "arn:aws:iam::123456789012:policy/SourceCodeCommitter");
    let local = desk.json("iam list-policies --scope Local");
    assert_eq!(names(&local["Policies"], "PolicyName"), ["SourceCodeCommitter"]);
    let version = desk.json(&format!("iam get-policy-version --policy-arn {arn} --version-id v1"));
    assert_eq!(version["PolicyVersion"]["Document"], document);

    let second = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;
    desk.home.write("second.json", second).unwrap();
    let create = format!("iam create-policy-version --policy-arn {arn} --policy-document file://second.json");
    assert_eq!(desk.json(&create)["PolicyVersion"]["VersionId"], "v2");
    desk.quiet(&format!("iam set-default-policy-version --policy-arn {arn} --version-id v2"));
    let query = "Versions[?IsDefaultVersion].VersionId";
    let default =
        desk.ok(&format!("iam list-policy-versions --policy-arn {arn} --output text --query {query}"));
    assert_eq!(default.stdout, "v2\n");
    desk.fails(&format!("iam delete-policy-version --policy-arn {arn} --version-id v2"), "DeleteConflict");
    desk.quiet(&format!("iam delete-policy-version --policy-arn {arn} --version-id v1"));

    desk.ok("iam create-user --user-name carlos");
    desk.quiet(
        "iam put-user-policy --user-name carlos --policy-name own --policy-document file://policy.json",
    );
    let own = desk.json("iam get-user-policy --user-name carlos --policy-name own");
    assert_eq!(own, json!({"UserName": "carlos", "PolicyName": "own", "PolicyDocument": document}));
    assert_eq!(desk.json("iam list-user-policies --user-name carlos"), json!({"PolicyNames": ["own"]}));
    desk.fails("iam delete-user --user-name carlos", "DeleteConflict");
    desk.quiet("iam delete-user-policy --user-name carlos --policy-name own");
    desk.run("iam put-user-policy --user-name carlos --policy-name own --policy-document file://nope.json")
        .run()
        .ended(252)
        .complains("Error parsing parameter '--policy-document': Unable to load paramfile");
}

#[test]
fn roles_and_instance_profiles() {
    let desk = Desk::new(Moto::with_managed_policies().unwrap());
    desk.home.write("trust-policy.json", TRUST).unwrap();
    let create =
        "iam create-role --role-name S3AccessRole --assume-role-policy-document file://trust-policy.json";
    let role = desk.json(create);
    let trust: Value = serde_json::from_str(TRUST).unwrap();
    assert_eq!(role["Role"]["AssumeRolePolicyDocument"], trust);
    let read_only = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    desk.quiet(&format!("iam attach-role-policy --role-name S3AccessRole --policy-arn {read_only}"));
    let attached = desk.json("iam list-attached-role-policies --role-name S3AccessRole");
    assert_eq!(names(&attached["AttachedPolicies"], "PolicyArn"), [read_only]);
    desk.ok("iam create-instance-profile --instance-profile-name S3AccessProfile");
    desk.quiet(
        "iam add-role-to-instance-profile --instance-profile-name S3AccessProfile --role-name S3AccessRole",
    );
    let profile = desk.json("iam get-instance-profile --instance-profile-name S3AccessProfile");
    assert_eq!(names(&profile["InstanceProfile"]["Roles"], "RoleName"), ["S3AccessRole"]);
    desk.fails("iam delete-role --role-name S3AccessRole", "DeleteConflict");
    desk.quiet(
        "iam remove-role-from-instance-profile --instance-profile-name S3AccessProfile --role-name S3AccessRole",
    );
    desk.quiet("iam delete-instance-profile --instance-profile-name S3AccessProfile");
    desk.quiet(&format!("iam detach-role-policy --role-name S3AccessRole --policy-arn {read_only}"));
    desk.quiet("iam delete-role --role-name S3AccessRole");
    assert_eq!(desk.json("iam list-roles"), json!({"Roles": []}));
}

#[test]
fn access_keys_and_a_session_of_a_role() {
    let desk = Desk::new(Moto::start().unwrap());
    desk.home.write("trust.json", TRUST).unwrap();
    desk.ok("iam create-user --user-name amelia");
    let key = desk.json("iam create-access-key --user-name amelia");
    let (id, secret) = (&key["AccessKey"]["AccessKeyId"], &key["AccessKey"]["SecretAccessKey"]);
    let credentials = format!(
        "[amelia]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        id.as_str().unwrap(),
        secret.as_str().unwrap()
    );
    desk.home.write("~/.aws/credentials", credentials).unwrap();
    let caller = desk.json("sts get-caller-identity --profile amelia");
    assert_eq!(caller["Arn"], "arn:aws:iam::123456789012:user/amelia");
    let create = "iam create-role --role-name creator --assume-role-policy-document file://trust.json";
    let role = desk.json(create)["Role"]["Arn"].as_str().unwrap().to_owned();
    let session =
        desk.json(&format!("sts assume-role --role-arn {role} --role-session-name work --profile amelia"));
    assert_eq!(session["AssumedRoleUser"]["Arn"], "arn:aws:sts::123456789012:assumed-role/creator/work");
    let part = |name: &str| session["Credentials"][name].as_str().unwrap().to_owned();
    let caller = desk
        .run("sts get-caller-identity")
        .env("AWS_ACCESS_KEY_ID", &part("AccessKeyId"))
        .env("AWS_SECRET_ACCESS_KEY", &part("SecretAccessKey"))
        .env("AWS_SESSION_TOKEN", &part("SessionToken"))
        .run()
        .ok();
    assert_eq!(caller.string("/Arn"), "arn:aws:sts::123456789012:assumed-role/creator/work");
    let keys = desk.json("iam list-access-keys --user-name amelia");
    assert_eq!(&keys["AccessKeyMetadata"][0]["AccessKeyId"], id);
    let update = format!(
        "iam update-access-key --user-name amelia --status Inactive --access-key-id {}",
        id.as_str().unwrap()
    );
    desk.quiet(&update);
    assert_eq!(
        desk.json("iam list-access-keys --user-name amelia")["AccessKeyMetadata"][0]["Status"],
        "Inactive"
    );
    desk.quiet(&format!("iam delete-access-key --user-name amelia --access-key-id {}", id.as_str().unwrap()));
    desk.quiet("iam delete-user --user-name amelia");
}

#[test]
fn a_second_profile() {
    let desk = Desk::new(Moto::start().unwrap());
    let mut credentials = String::new();
    for (profile, user) in [("default", "amelia"), ("profile2", "carlos")] {
        desk.ok(&format!("iam create-user --user-name {user}"));
        let key = desk.json(&format!("iam create-access-key --user-name {user}"));
        credentials.push_str(&format!(
            "[{profile}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            key["AccessKey"]["AccessKeyId"].as_str().unwrap(),
            key["AccessKey"]["SecretAccessKey"].as_str().unwrap()
        ));
    }
    let config = "[default]\nregion = eu-west-1\noutput = json\n\n\
                  [profile profile2]\nregion = eu-west-2\noutput = text\n";
    desk.home.write("~/.aws/config", config).unwrap();
    desk.home.write("~/.aws/credentials", credentials).unwrap();

    let amelia = desk.run("sts get-caller-identity").by_files_alone().run().ok();
    assert_eq!(amelia.string("/Arn"), "arn:aws:iam::123456789012:user/amelia");
    let carlos = |run: Run| {
        let outcome = run.run().ok();
        assert!(outcome.stdout.contains("\tarn:aws:iam::123456789012:user/carlos\t"), "{outcome}");
    };
    carlos(desk.run("sts get-caller-identity --profile profile2").by_files_alone());
    carlos(desk.run("sts get-caller-identity").by_files_alone().env("AWS_PROFILE", "profile2"));
    // A profile that is named beats keys in the environment; one in the environment does not.
    carlos(desk.run("--profile profile2 sts get-caller-identity"));
    let testing = desk.run("sts get-caller-identity").env("AWS_PROFILE", "profile2").run().ok();
    assert!(!testing.stdout.contains("carlos"), "{testing}");
    desk.run("sts get-caller-identity --profile nobody")
        .run()
        .ended(255)
        .complains("The config profile (nobody) could not be found");
    let users =
        desk.run("iam list-users --profile profile2 --query Users[].UserName").by_files_alone().run().ok();
    assert_eq!(users.stdout, "amelia\tcarlos\n");
}
