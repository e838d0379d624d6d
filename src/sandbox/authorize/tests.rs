//! Refused and then granted, over the whole way: signed requests against stored policies.

use super::authorize;
use crate::sandbox::account::set_setting;
use crate::sandbox::caller::{Caller, Who};
use crate::sandbox::fault::Fault;
use crate::sandbox::handlers::Call;
use crate::sandbox::handlers::signer::Signer;
use crate::sandbox::handlers::testing::Bench;
use crate::sandbox::origin::Origin;
use crate::sandbox::wire::{self, Form};

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}}"#;

/// A policy of one statement.
fn policy(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#)
}

fn allow(action: &str, resource: &str, condition: &str) -> String {
    let condition =
        if condition.is_empty() { String::new() } else { format!(r#", "Condition": {condition}"#) };
    policy(&format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"{condition}}}"#))
}

/// An account with the user alice, who may nothing.
fn bench() -> (Bench, Signer) {
    let bench = Bench::new();
    let alice = bench.user("alice", "/dev/");
    (bench, alice)
}

#[test]
fn a_user_may_what_its_policies_allow() {
    let (bench, alice) = bench();
    assert_eq!(
        bench.refused(&alice, "CreateUser", "UserName=bob&Path=/x/"),
        "403 AccessDenied: User: arn:aws:iam::123456789012:user/dev/alice is not authorized to perform: \
         iam:CreateUser on resource: arn:aws:iam::123456789012:user/x/bob because no identity-based policy \
         allows the iam:CreateUser action"
    );
    bench.allow("user", "alice", "p", &allow("iam:CreateUser", "arn:aws:iam::123456789012:user/x/*", ""));
    bench.ok_as(&alice, "CreateUser", "UserName=bob&Path=/x/");
    assert!(bench.refused(&alice, "CreateUser", "UserName=carol").starts_with("403 AccessDenied"));
    assert_eq!(
        bench.refused(&alice, "GetUser", "UserName=bob"),
        "403 AccessDenied: User: arn:aws:iam::123456789012:user/dev/alice is not authorized to perform: \
         iam:GetUser on resource: user bob because no identity-based policy allows the iam:GetUser action"
    );
    bench.ok_as(&alice, "GetCallerIdentity", "");
}

#[test]
fn the_stored_path_is_in_the_arn_whatever_the_request_says() {
    let (bench, alice) = bench();
    bench.user("bob", "/ops/");
    bench.allow("user", "alice", "p", &allow("iam:*", "arn:aws:iam::123456789012:user/dev/*", ""));
    bench.ok_as(&alice, "GetUser", "");
    bench.ok_as(&alice, "GetUser", "UserName=ALICE");
    assert!(bench.refused(&alice, "GetUser", "UserName=bob").starts_with("403"));
    // A move needs the permission for both places.
    assert!(bench.refused(&alice, "UpdateUser", "UserName=alice&NewPath=/ops/").starts_with("403"));
    bench.ok_as(&alice, "UpdateUser", "UserName=alice&NewPath=/dev/deep/");
    assert!(bench.refused(&alice, "UpdateUser", "UserName=bob&NewPath=/dev/").starts_with("403"));
    // A list is about the prefix that is asked for.
    bench.ok_as(&alice, "ListUsers", "PathPrefix=/dev/");
    let refused = bench.refused(&alice, "ListUsers", "");
    assert!(refused.contains("on resource: arn:aws:iam::123456789012:user/ because"), "{refused}");
}

#[test]
fn policies_of_groups_and_managed_policies_count_and_a_deny_wins() {
    let (bench, alice) = bench();
    let db = &bench.account.connection;
    db.execute_batch(
        "INSERT INTO \"group\" (key, name, path, id, created) VALUES ('g', 'g', '/', 'AGPA', 0);
         INSERT INTO member (\"group\", user) VALUES ('g', 'alice');",
    )
    .unwrap();
    assert!(bench.refused(&alice, "ListUsers", "").starts_with("403"));
    bench.allow("group", "g", "p", &allow("iam:ListUsers", "*", ""));
    bench.ok_as(&alice, "ListUsers", "");
    let arn = bench.managed("getters", &allow("iam:Get*", "*", ""));
    db.execute("INSERT INTO attachment (kind, owner, arn) VALUES ('group', 'g', ?1)", [&arn]).unwrap();
    bench.ok_as(&alice, "GetUser", "");
    let deny = policy(r#"{"Effect": "Deny", "Action": "iam:GetUser", "Resource": "*"}"#);
    bench.allow("user", "alice", "no", &deny);
    let refused = bench.refused(&alice, "GetUser", "");
    assert!(refused.ends_with("on resource: user alice with an explicit deny in an identity-based policy"));
}

#[test]
fn a_boundary_bounds_and_a_deleted_one_bounds_all() {
    let (bench, alice) = bench();
    bench.allow("user", "alice", "p", &allow("iam:*", "*", ""));
    bench.ok_as(&alice, "ListUsers", "");
    let arn = bench.managed("bound", &allow("iam:Get*", "*", ""));
    let db = &bench.account.connection;
    db.execute("UPDATE user SET boundary = ?1 WHERE key = 'alice'", [&arn]).unwrap();
    bench.ok_as(&alice, "GetUser", "");
    let refused = bench.refused(&alice, "ListUsers", "");
    assert!(
        refused.ends_with("because no permissions boundary allows the iam:ListUsers action"),
        "{refused}"
    );
    db.execute("DELETE FROM policy WHERE arn = ?1", [&arn]).unwrap();
    assert!(bench.refused(&alice, "GetUser", "").ends_with("explicit deny in a permissions boundary"));
    // Delegation: users only with the boundary.
    assert_eq!(bench.managed("bound", &allow("iam:Get*", "*", "")), arn);
    let condition = format!(r#"{{"StringEquals": {{"iam:PermissionsBoundary": "{arn}"}}}}"#);
    db.execute("UPDATE user SET boundary = NULL WHERE key = 'alice'", []).unwrap();
    bench.allow("user", "alice", "p", &allow("iam:CreateUser", "*", &condition));
    assert!(bench.refused(&alice, "CreateUser", "UserName=bob").starts_with("403"));
    bench.ok_as(&alice, "CreateUser", &format!("UserName=bob&PermissionsBoundary={arn}"));
}

#[test]
fn tags_of_caller_resource_and_request_are_keys() {
    let (bench, alice) = bench();
    let tagged = |name: &str, value: &str| {
        format!("UserName={name}&Tags.member.1.Key=team&Tags.member.1.Value={value}")
    };
    bench.ok("CreateUser", &tagged("bob", "red"));
    let same = r#"{"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}"#;
    bench.allow("user", "alice", "p", &allow("iam:GetUser", "*", same));
    assert!(bench.refused(&alice, "GetUser", "UserName=bob").starts_with("403"));
    bench.ok("TagUser", &tagged("alice", "red"));
    bench.ok_as(&alice, "GetUser", "UserName=bob");
    bench.ok("TagUser", &tagged("alice", "blue"));
    assert!(bench.refused(&alice, "GetUser", "UserName=bob").starts_with("403"));

    // Giving tags to what is made is a permission of its own.
    bench.allow("user", "alice", "p", &allow("iam:CreateUser", "*", ""));
    let refused = bench.refused(&alice, "CreateUser", &tagged("carol", "red"));
    assert!(refused.contains("to perform: iam:TagUser on resource: "), "{refused}");
    assert!(bench.fault("GetUser", "UserName=carol").code == "NoSuchEntity", "nothing was made");
    let red = r#"{"StringEquals": {"aws:RequestTag/team": "red"}}"#;
    bench.allow("user", "alice", "q", &allow("iam:TagUser", "*", red));
    bench.ok_as(&alice, "CreateUser", &tagged("carol", "red"));
    assert!(bench.refused(&alice, "TagUser", &tagged("carol", "blue")).starts_with("403"));
}

#[test]
fn a_role_gives_its_own_policies_and_session_policies_narrow_them() {
    let (bench, alice) = bench();
    bench.role("reader", "/app/", TRUST);
    bench.allow("role", "reader", "p", &allow("iam:*", "*", ""));
    let arn = "arn:aws:iam::123456789012:role/app/reader";
    let form = format!("RoleArn={arn}&RoleSessionName=ses");
    assert_eq!(
        bench.refused(&alice, "AssumeRole", &form),
        format!(
            "403 AccessDenied: User: arn:aws:iam::123456789012:user/dev/alice is not authorized to perform: \
             sts:AssumeRole on resource: {arn}"
        )
    );
    bench.allow("user", "alice", "p", &allow("sts:*", arn, ""));
    let session = Signer::of(&bench.ok_as(&alice, "AssumeRole", &form));
    let who = bench.ok_as(&session, "GetCallerIdentity", "");
    assert_eq!(who["Arn"].as_str(), Some("arn:aws:sts::123456789012:assumed-role/reader/ses"));
    assert!(who["UserId"].as_str().unwrap().ends_with(":ses"));
    bench.ok_as(&session, "ListUsers", "");
    assert!(bench.refused(&session, "GetSessionToken", "").starts_with("403 AccessDenied: Cannot call"));

    let narrow = crate::percent::encode(&allow("iam:GetUser", "*", ""));
    let narrow = Signer::of(&bench.ok_as(&alice, "AssumeRole", &format!("{form}&Policy={narrow}")));
    bench.ok_as(&narrow, "GetUser", "UserName=alice");
    let refused = bench.refused(&narrow, "ListUsers", "");
    assert!(refused.ends_with("because no session policy allows the iam:ListUsers action"), "{refused}");

    bench.account.connection.execute("DELETE FROM role", []).unwrap();
    bench.role("reader", "/app/", TRUST);
    bench.account.connection.execute("UPDATE role SET id = 'AROAOTHER'", []).unwrap();
    assert!(bench.refused(&session, "ListUsers", "").starts_with("403 InvalidClientTokenId"), "another role");
}

/// Whether a caller would be allowed, also of what no handler does yet.
fn decide(bench: &Bench, user: &str, operation: &str, form: &str) -> Result<(), Fault> {
    let caller = Caller {
        who: Who::User(user.to_owned()),
        arn: format!("arn:aws:iam::123456789012:user/dev/{user}"),
        id: "AIDA".to_owned(),
        access_key: String::new(),
        session: None,
    };
    let operations = crate::model::iam::SERVICE.operations;
    let operation = operations.iter().find(|one| one.name == operation).unwrap();
    let form = Form::parse(form.as_bytes()).unwrap();
    let input = wire::decode(&form, operation.input).unwrap();
    let (db, account) = (&bench.account.connection, bench.account.id());
    let origin = Origin::default();
    authorize(&Call { db, account, caller: &caller, origin: &origin, operation, input: &input, now: 0 })
}

#[test]
fn adding_a_role_to_a_profile_passes_it() {
    let (bench, _) = bench();
    bench.role("app", "/web/", TRUST);
    let sql = "INSERT INTO instance_profile (key, name, path, id, created) VALUES ('p', 'p', '/', 'AIPA', 0)";
    bench.account.connection.execute(sql, []).unwrap();
    bench.allow("user", "alice", "p", &allow("iam:AddRoleToInstanceProfile", "*", ""));
    let decide = || decide(&bench, "alice", "AddRoleToInstanceProfile", "InstanceProfileName=p&RoleName=app");
    let refused = decide().unwrap_err().message;
    let wanted = "iam:PassRole on resource: arn:aws:iam::123456789012:role/web/app because no";
    assert!(refused.contains(wanted), "{refused}");
    let to = |service: &str| format!(r#"{{"StringEquals": {{"iam:PassedToService": "{service}"}}}}"#);
    bench.allow("user", "alice", "q", &allow("iam:PassRole", "*", &to("lambda.amazonaws.com")));
    assert!(decide().is_err());
    bench.allow("user", "alice", "q", &allow("iam:PassRole", "*", &to("ec2.amazonaws.com")));
    assert_eq!(decide(), Ok(()));
}

#[test]
fn every_operation_has_a_resource_that_a_policy_can_name() {
    let (bench, _) = bench();
    let mut resources = Vec::new();
    for operation in crate::model::iam::SERVICE.operations {
        let form = "UserName=u&GroupName=g&RoleName=r&InstanceProfileName=p&PolicyName=n&Path=/x/\
                    &PolicyArn=arn:aws:iam::123456789012:policy/n&ServerCertificateName=c&Name=s\
                    &VirtualMFADeviceName=d&Url=https://idp.example.com&PathPrefix=/x/&AWSServiceName=a.amazonaws.com\
                    &DeletionTaskId=task/aws-service-role/a.amazonaws.com/Role/1&SerialNumber=arn:aws:iam::123456789012:mfa/d\
                    &OpenIDConnectProviderArn=arn:aws:iam::123456789012:oidc-provider/o\
                    &SAMLProviderArn=arn:aws:iam::123456789012:saml-provider/s\
                    &PolicySourceArn=arn:aws:iam::123456789012:role/r&Arn=arn:aws:iam::123456789012:group/g";
        let refused = decide(&bench, "alice", operation.name, form).unwrap_err();
        assert_eq!(refused.code, "AccessDenied", "{}", operation.name);
        let action = format!("to perform: iam:{} on resource: ", operation.name);
        let resource =
            refused.message.split(&action).nth(1).unwrap().split(" because").next().unwrap().to_owned();
        assert!(!resource.is_empty(), "{}", operation.name);
        let allowed = allow(&format!("iam:{}", operation.name), "*", "");
        bench.allow("user", "alice", "p", &allowed);
        match decide(&bench, "alice", operation.name, form) {
            Ok(()) => {}
            Err(fault) => assert!(fault.message.contains("iam:PassRole"), "{}: {fault:?}", operation.name),
        }
        bench.allow(
            "user",
            "alice",
            "p",
            &policy(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#),
        );
        resources.push(format!("{} {resource}", operation.name));
    }
    let has =
        |line: &str| assert!(resources.iter().any(|one| one == line), "{line} is not in {resources:#?}");
    has("CreatePolicy arn:aws:iam::123456789012:policy/x/n");
    has("GetPolicy policy arn:aws:iam::123456789012:policy/n");
    has("CreateVirtualMFADevice arn:aws:iam::123456789012:mfa/x/d");
    has("CreateOpenIDConnectProvider arn:aws:iam::123456789012:oidc-provider/idp.example.com");
    has("CreateSAMLProvider arn:aws:iam::123456789012:saml-provider/s");
    has("ListRoles arn:aws:iam::123456789012:role/x/");
    has("SimulatePrincipalPolicy role r");
    has(
        "GetServiceLinkedRoleDeletionStatus arn:aws:iam::123456789012:role/aws-service-role/a.amazonaws.com/Role",
    );
    has("AddUserToGroup group g");
    has("GetAccountSummary *");
}

#[test]
fn a_service_linked_role_is_made_under_the_services_path() {
    let (bench, alice) = bench();
    let named = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS*";
    let of = |service: &str| format!(r#"{{"StringLike": {{"iam:AWSServiceName": "{service}"}}}}"#);
    let form = "AWSServiceName=ecs.amazonaws.com";
    let create = "iam:CreateServiceLinkedRole";
    bench.allow("user", "alice", "p", &allow(create, named, &of("lambda.amazonaws.com")));
    assert!(bench.refused(&alice, "CreateServiceLinkedRole", form).starts_with("403 AccessDenied"));
    bench.allow("user", "alice", "p", &allow(create, named, &of("ecs.amazonaws.com")));
    bench.ok_as(&alice, "CreateServiceLinkedRole", form);
    let other = "AWSServiceName=autoscaling.amazonaws.com";
    assert!(bench.refused(&alice, "CreateServiceLinkedRole", other).starts_with("403 AccessDenied"));
}

#[test]
fn policies_of_aws_grant_what_they_say() {
    let (bench, alice) = bench();
    let attach = |name: &str| {
        bench.ok("AttachUserPolicy", &format!("UserName=alice&PolicyArn=arn:aws:iam::aws:policy/{name}"));
    };
    attach("IAMReadOnlyAccess");
    bench.ok_as(&alice, "ListRoles", "");
    assert!(bench.refused(&alice, "CreateGroup", "GroupName=g").starts_with("403 AccessDenied"));
    attach("AdministratorAccess");
    bench.ok_as(&alice, "CreateGroup", "GroupName=g");
    // Only some policies may be attached by whom this says.
    let only = r#"{"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"}}"#;
    let bob = bench.user("bob", "/");
    bench.allow("user", "bob", "p", &allow("iam:AttachUserPolicy", "*", only));
    let form = |name: &str| format!("UserName=bob&PolicyArn=arn:aws:iam::aws:policy/{name}");
    assert!(bench.refused(&bob, "AttachUserPolicy", &form("AdministratorAccess")).starts_with("403"));
    bench.ok_as(&bob, "AttachUserPolicy", &form("IAMReadOnlyAccess"));
}

#[test]
fn an_account_limit_binds_the_root_user_too() {
    let bench = Bench::new();
    let root = bench.root_signer();
    bench.ok_as(&root, "ListUsers", "");
    let limit = policy(
        r#"[{"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}]"#,
    );
    set_setting(&bench.account.connection, "account_limit", &limit).unwrap();
    let refused = bench.refused(&root, "ListUsers", "");
    assert!(refused.ends_with("with an explicit deny in a service control policy"), "{refused}");
    bench.ok_as(&root, "CreateUser", "UserName=a");
}

#[test]
fn where_and_when_a_request_was_made_are_keys() {
    let (bench, alice) = bench();
    let with = |condition: &str| bench.allow("user", "alice", "p", &allow("iam:GetUser", "*", condition));
    for condition in [
        r#"{"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}"#,
        r#"{"Bool": {"aws:SecureTransport": "true", "aws:ViaAWSService": "false"}}"#,
        r#"{"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}"#,
        r#"{"NumericGreaterThan": {"aws:EpochTime": "1600000000"}}"#,
        r#"{"StringEquals": {"aws:RequestedRegion": "us-east-1", "aws:username": "alice"}}"#,
        r#"{"StringLike": {"aws:userid": "AIDA*", "aws:PrincipalArn": "*:user/dev/alice"}}"#,
        r#"{"StringEquals": {"aws:PrincipalType": "User", "aws:PrincipalAccount": "123456789012"}}"#,
        r#"{"Null": {"aws:TokenIssueTime": "true", "aws:MultiFactorAuthPresent": "true"}}"#,
    ] {
        with(condition);
        bench.ok_as(&alice, "GetUser", "");
    }
    for condition in [
        r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#,
        r#"{"Bool": {"aws:SecureTransport": "false"}}"#,
        r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#,
        r#"{"StringLike": {"aws:UserAgent": "*"}}"#,
    ] {
        with(condition);
        assert!(bench.refused(&alice, "GetUser", "").starts_with("403"), "{condition}");
    }
}

#[test]
fn who_may_list_its_own_credentials_cannot_list_those_of_all_users() {
    let (bench, alice) = bench();
    bench.user("bob", "/");
    bench.ok("CreateServiceSpecificCredential", "UserName=bob&ServiceName=codecommit.amazonaws.com");
    let own = "arn:aws:iam::123456789012:user/dev/${aws:username}";
    bench.allow("user", "alice", "p", &allow("iam:*ServiceSpecificCredential*", own, ""));
    bench.ok_as(&alice, "ListServiceSpecificCredentials", "");
    let refused = bench.refused(&alice, "ListServiceSpecificCredentials", "AllUsers=true");
    assert!(refused.starts_with("403 AccessDenied") && refused.contains(":user/*"), "{refused}");
}

#[test]
fn conditions_on_keys_that_a_request_does_not_have_in_aws_grant_nothing() {
    let (bench, alice) = bench();
    let arn = bench.managed("bound", &allow("iam:Get*", "*", ""));
    bench.ok("CreateUser", &format!("UserName=bob&PermissionsBoundary={arn}"));
    let condition = format!(r#"{{"ArnEquals": {{"iam:PolicyARN": "{arn}"}}}}"#);
    bench.allow("user", "alice", "p", &allow("iam:*Policy*", "*", &condition));
    bench.ok_as(&alice, "AttachUserPolicy", &format!("UserName=alice&PolicyArn={arn}"));
    let admin = crate::percent::encode(&allow("*", "*", ""));
    let form = format!("PolicyArn={arn}&SetAsDefault=true&PolicyDocument={admin}");
    assert!(bench.refused(&alice, "CreatePolicyVersion", &form).starts_with("403 AccessDenied"));
    let condition = format!(r#"{{"StringEquals": {{"iam:PermissionsBoundary": "{arn}"}}}}"#);
    bench.allow("user", "alice", "p", &allow("iam:*", "*", &condition));
    bench.ok_as(&alice, "PutUserPolicy", &format!("UserName=bob&PolicyName=p&PolicyDocument={admin}"));
    assert!(bench.refused(&alice, "CreateAccessKey", "UserName=bob").starts_with("403 AccessDenied"));
}
