use super::{candidates, hint};
use crate::env::Env;

fn words(line: &str, env: &Env) -> Vec<String> {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let current = words.pop().unwrap();
    candidates(&words, &current, env).into_iter().map(|one| one.word).collect()
}

fn of(line: &str) -> Vec<String> {
    words(line, &Env::fixed::<&str, &str>([]))
}

#[test]
fn commands_at_every_level() {
    assert!(of("").contains(&"iam".to_owned()) && of("").contains(&"configure".to_owned()));
    assert_eq!(of("st"), ["sts"]);
    assert_eq!(of("iam create-u"), ["create-user"]);
    assert_eq!(of("--profile p iam create-u"), ["create-user"]);
    assert_eq!(of("help st"), ["start"]);
    assert!(of("help ").contains(&"search".to_owned()) && of("help ").contains(&"policies".to_owned()));
    assert!(of("iam wait ").contains(&"user-exists".to_owned()));
    assert!(of("configure se").contains(&"set".to_owned()));
    assert!(of("configure set aws_acc").contains(&"aws_access_key_id".to_owned()));
}

#[test]
fn options_of_the_operation_come_before_the_global_ones_and_once() {
    let found = of("iam create-user --");
    assert_eq!(found.first().map(String::as_str), Some("--path"));
    assert!(found.contains(&"--profile".to_owned()));
    assert!(!of("iam create-user --path / --").contains(&"--path".to_owned()));
    assert_eq!(of("iam create-user --user"), ["--user-name"]);
}

#[test]
fn values_that_the_tables_know() {
    assert_eq!(of("iam update-access-key --status I"), ["Inactive"]);
    assert_eq!(of("iam list-users --output ya"), ["yaml", "yaml-stream"]);
    assert!(of("iam list-users --region eu-c").contains(&"eu-central-1".to_owned()));
    assert_eq!(of("iam update-access-key --status=I"), ["--status=Inactive"]);
    assert_eq!(of("iam create-role --assume-role-policy-document f"), ["file://"]);
}

#[test]
fn profiles_and_files() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join(".aws/deep")).unwrap();
    std::fs::write(home.path().join(".aws/config"), "[default]\n[profile prod]\n").unwrap();
    let env = Env::fixed([("HOME", home.path().to_str().unwrap())]);
    assert_eq!(words("iam list-users --profile pr", &env), ["prod"]);
    assert_eq!(words("iam list-users --profile s", &env), ["sandbox:"]);
    let typed =
        format!("iam create-role --assume-role-policy-document file://{}/.aws/", home.path().display());
    let found = words(&typed, &env);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("/.aws/config") && found[1].ends_with("/.aws/deep/"), "{found:?}");
}

#[test]
fn a_name_that_is_about_to_be_made_is_not_looked_up() {
    assert!(of("iam create-user --user-name ").is_empty());
}

#[test]
fn an_account_that_cannot_be_asked_is_silent() {
    let env = Env::fixed([("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true")]);
    assert!(words("iam get-user --user-name ", &env).is_empty());
}

#[test]
fn a_hint_tells_the_rest_of_the_word_and_what_is_missing() {
    let env = Env::fixed::<&str, &str>([]);
    let told = |line: &str| {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let current = words.pop().unwrap();
        hint(&words, &current, &env).map(|hint| (hint.rest, hint.help))
    };
    assert_eq!(told("iam create-us").unwrap().0, "er");
    assert_eq!(told("iam create-user ").unwrap().1, "needs --user-name");
    assert_eq!(told("iam create-user --user-name bob "), None);
    assert_eq!(told("iam update-access-key --status Ina").unwrap().0, "ctive");
    assert_eq!(
        told("iam list-users --region ").unwrap().1,
        "The region; overrides environment and configuration"
    );
    assert_eq!(told("zzz"), None);
}

#[test]
fn commands_of_sign_in_are_there_and_those_of_another_program_are_not() {
    assert_eq!(of("sso lo"), ["login", "logout"]);
    assert!(of("s3 ").is_empty());
    assert!(of("iam create-user --no-pag").contains(&"--no-paginate".to_owned()));
}

#[test]
fn accounts_of_this_machine_are_known_by_name() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("lab.db"), "").unwrap();
    let folder = home.path().to_str().unwrap();
    let env = Env::fixed([("HOME", "/nonexistent"), ("IAMCTL_SANDBOX_DIR", folder)]);
    assert_eq!(words("iam list-users --profile sand", &env), ["sandbox:", "sandbox:lab"]);
    assert_eq!(words("iam list-users --endpoint-url sandbox:l", &env), ["sandbox:lab"]);
    assert_eq!(words("sandbox reset --name ", &env), ["lab"]);
}
