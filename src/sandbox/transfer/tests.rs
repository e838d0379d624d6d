use crate::json;
use crate::sandbox::account::Account;
use crate::sandbox::handlers::Bench;
use crate::sandbox::name::Name;
use crate::value::Value;

const DETAILS: &str = r#"{
  "UserDetailList": [{"Path": "/eng/", "UserName": "Alice", "UserId": "AIDAEXAMPLEEXAMPLE000",
    "Arn": "arn:aws:iam::111122223333:user/eng/Alice", "CreateDate": "2024-01-02T03:04:05+00:00",
    "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": []}}],
    "GroupList": ["devs"], "AttachedManagedPolicies": [], "Tags": [{"Key": "Team", "Value": "a"}]}],
  "GroupDetailList": [{"Path": "/", "GroupName": "devs", "GroupId": "AGPAEXAMPLEEXAMPLE000",
    "Arn": "arn:aws:iam::111122223333:group/devs", "CreateDate": "2024-01-02T03:04:05Z", "GroupPolicyList": [],
    "AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}],
  "RoleDetailList": [], "Policies": []}"#;

#[test]
fn an_export_is_read_back_as_it_was() {
    let bench = Bench::new();
    bench.ok("CreateUser", "UserName=alice&Tags.member.1.Key=k&Tags.member.1.Value=v");
    let before = bench.account.export().unwrap();
    bench.account.reset().unwrap();
    assert!(bench.ok("ListUsers", "").contains("<Users></Users>"));
    bench.account.import(&before).unwrap();
    assert!(bench.account.export().unwrap() == before);
    assert!(bench.ok("ListUserTags", "UserName=alice").contains("<Key>k</Key>"));
}

#[test]
fn a_reset_keeps_the_root_key() {
    let bench = Bench::new();
    let key = bench.account.root_key().unwrap().id;
    bench.account.reset().unwrap();
    assert_eq!(bench.account.root_key().unwrap().id, key);
}

#[test]
fn the_details_of_a_real_account_become_a_copy() {
    let bench = Bench::new();
    bench.account.import(&json::read(DETAILS).unwrap()).unwrap();
    let user = bench.ok("GetUser", "UserName=alice");
    assert!(user.contains("user/eng/Alice") && user.contains("<Key>Team</Key>"), "{user}");
    assert!(user.contains("<CreateDate>2024-01-02T03:04:05Z</CreateDate>"), "{user}");
    let counts = bench.account.counts().unwrap();
    assert_eq!(counts, [("Users", 1), ("Groups", 1), ("Roles", 0), ("Policies", 0)]);
}

#[test]
fn a_document_that_does_not_fit_changes_nothing() {
    let bench = Bench::new();
    bench.ok("CreateUser", "UserName=alice");
    for wrong in [
        "{}",
        r#"{"Format": "iamctl-sandbox", "Version": 2, "Tables": {}}"#,
        r#"{"Format": "iamctl-sandbox", "Version": 1, "Tables": {"other": []}}"#,
        r#"{"Format": "iamctl-sandbox", "Version": 1, "Tables": {"user": [{"nothing": 1}]}}"#,
        r#"{"Format": "iamctl-sandbox", "Version": 1, "Tables": {}}"#,
        r#"{"UserDetailList": [{"Path": "/"}]}"#,
    ] {
        let document: Value = json::read(wrong).unwrap();
        assert_eq!(bench.account.import(&document).unwrap_err().code, "InvalidInput", "{wrong}");
        assert!(bench.ok("GetUser", "UserName=alice").contains("alice"), "{wrong}");
    }
}

#[test]
fn an_imported_service_linked_role_stays_its_services() {
    let bench = Bench::new();
    let role = r#"{"RoleName": "AWSServiceRoleForECS", "RoleId": "AROAEXAMPLEEXAMPLE000",
        "Path": "/aws-service-role/ecs.amazonaws.com/", "CreateDate": "2024-01-02T03:04:05Z",
        "Arn": "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}"#;
    let details = DETAILS.replace(r#""RoleDetailList": []"#, &format!(r#""RoleDetailList": [{role}]"#));
    bench.account.import(&json::read(&details).unwrap()).unwrap();
    assert_eq!(bench.fault("DeleteRole", "RoleName=AWSServiceRoleForECS").code, "UnmodifiableEntity");
    let deletion = bench.ok("DeleteServiceLinkedRole", "RoleName=AWSServiceRoleForECS");
    assert!(deletion.contains("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/"), "{deletion}");
}

#[test]
fn an_account_that_is_open_takes_the_number_of_an_import_by_another_process() {
    let bench = Bench::new();
    let path = std::path::PathBuf::from(bench.account.connection.path().unwrap());
    let other = Account::open(path.parent().unwrap(), &Name::default()).unwrap();
    other.import(&json::read(DETAILS).unwrap()).unwrap();
    assert!(bench.ok("GetUser", "UserName=alice").contains("arn:aws:iam::111122223333:user/eng/Alice"));
    let root = bench.root_signer();
    let who = bench.ok_as(&root, "GetCallerIdentity", "");
    assert_eq!(who["Account"].as_str(), Some("111122223333"));
    bench.account.reset().unwrap();
    let who = bench.ok_as(&root, "GetCallerIdentity", "");
    assert_eq!(who["Arn"].as_str(), Some("arn:aws:iam::111122223333:root"));
}

#[test]
fn numbers_of_an_import_that_are_too_large_are_no_panic() {
    let bench = Bench::new();
    let policy = r#"{"Policies": [{"PolicyName": "p", "Arn": "arn:aws:iam::123456789012:policy/p",
        "DefaultVersionId": "v9223372036854775807",
        "PolicyVersionList": [{"VersionId": "v1", "Document": "{}"}]}]}"#;
    bench.account.import(&json::read(policy).unwrap()).unwrap();
    let document = crate::sandbox::handlers::testing::encoded(crate::sandbox::handlers::testing::ALLOW_ALL);
    let form = format!("PolicyArn=arn:aws:iam::123456789012:policy/p&PolicyDocument={document}");
    assert!(bench.ok("CreatePolicyVersion", &form).contains("<VersionId>v2</VersionId>"));
}

#[test]
fn a_policy_without_a_name_takes_that_of_its_arn() {
    let bench = Bench::new();
    let policy = r#"{"Policies": [{"Arn": "arn:aws:iam::123456789012:policy/eng/Reader", "Path": "/eng/",
        "PolicyVersionList": [{"VersionId": "v1", "Document": "{}"}]}]}"#;
    bench.account.import(&json::read(policy).unwrap()).unwrap();
    let form = "PolicyArn=arn:aws:iam::123456789012:policy/eng/Reader";
    assert!(bench.ok("GetPolicy", form).contains("<PolicyName>Reader</PolicyName>"));
}

#[test]
fn the_entry_that_does_not_fit_is_named() {
    let bench = Bench::new();
    for (wrong, said) in [
        (
            r#"{"UserDetailList": [{"UserName": "a"}, {"UserName": "b", "GroupList": ["devs"]}]}"#,
            "UserDetailList[1] (b): its group devs is not in GroupDetailList",
        ),
        (
            r#"{"UserDetailList": [{"UserName": "a"}, {"UserName": "A"}]}"#,
            "UserDetailList[1] (A): this name, or one that belongs to it, stands in the document twice",
        ),
        (r#"{"RoleDetailList": [{"Path": "/"}]}"#, "RoleDetailList[0]: the entry has no RoleName"),
        (r#"{"GroupDetailList": [{"GroupName": ""}]}"#, "GroupDetailList[0] (): the entry has no GroupName"),
    ] {
        let fault = bench.account.import(&json::read(wrong).unwrap()).unwrap_err();
        assert_eq!((fault.code, fault.message.as_str()), ("InvalidInput", said));
    }
}
