use super::super::testing::{ALLOW_ALL, Bench};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

#[test]
fn a_policy_lives_from_creation_to_deletion() {
    let bench = Bench::new();
    let made = bench.ok(
        "CreatePolicy",
        &format!("PolicyName=Read&Path=/a/&Description=d&PolicyDocument={ALLOW_ALL}&Tags.member.1.Key=k&Tags.member.1.Value=v"),
    );
    let arn = "arn:aws:iam::123456789012:policy/a/Read";
    assert!(made.contains(&format!("<Arn>{arn}</Arn>")) && made.contains("<PolicyId>ANPA"), "{made}");
    let fault = bench.fault("CreatePolicy", &format!("PolicyName=READ&PolicyDocument={ALLOW_ALL}"));
    assert_eq!(fault.code, "EntityAlreadyExists");
    assert_eq!(fault.message, "A policy called READ already exists. Duplicate names are not allowed.");
    let got = bench.ok("GetPolicy", &format!("PolicyArn={arn}"));
    assert!(got.contains("<Description>d<") && got.contains("<Key>k<"), "{got}");
    bench.ok("CreateUser", "UserName=u");
    bench.ok("AttachUserPolicy", &format!("UserName=u&PolicyArn={arn}"));
    let fault = bench.fault("DeletePolicy", &format!("PolicyArn={arn}"));
    assert_eq!(fault.code, "DeleteConflict");
    assert_eq!(fault.message, "Cannot delete a policy attached to entities.");
    bench.ok("DetachUserPolicy", &format!("UserName=u&PolicyArn={arn}"));
    bench.ok("PutUserPermissionsBoundary", &format!("UserName=u&PermissionsBoundary={arn}"));
    assert_eq!(bench.fault("DeletePolicy", &format!("PolicyArn={arn}")).code, "DeleteConflict");
    bench.ok("DeleteUserPermissionsBoundary", "UserName=u");
    bench.ok("DeletePolicy", &format!("PolicyArn={arn}"));
    let fault = bench.fault("GetPolicy", &format!("PolicyArn={arn}"));
    assert_eq!((fault.code, fault.message), ("NoSuchEntity", format!("Policy {arn} was not found.")));
}

#[test]
fn a_policy_is_checked_and_has_a_quota() {
    let bench = Bench::new();
    let create =
        |document: &str| bench.fault("CreatePolicy", &format!("PolicyName=p&PolicyDocument={document}"));
    assert_eq!(create("{}").message, "Syntax errors in policy.");
    let actions = vec![format!("\"s3:{}\"", "a".repeat(95)); 62].join(",");
    let fault = create(&format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Resource":"*","Action":[{actions}]}}}}"#
    ));
    assert_eq!(
        (fault.code, fault.message.as_str()),
        ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    );
}

#[test]
fn policies_of_aws_are_listed_and_left_as_they_are() {
    let bench = Bench::new();
    bench.policy("mine", "/");
    let local = bench.pages("ListPolicies", "Scope=Local", "PolicyName");
    assert_eq!(local, [vec!["mine"]]);
    let aws = bench.pages("ListPolicies", "Scope=AWS&MaxItems=1000", "PolicyName").concat();
    assert!(aws.len() > 1000 && aws.contains(&"AmazonS3ReadOnlyAccess".to_owned()));
    let all = bench.pages("ListPolicies", "MaxItems=333", "PolicyName").concat();
    assert_eq!(all.len(), aws.len() + 1);
    assert!(all.is_sorted_by_key(|name| name.to_lowercase()));
    let jobs = bench.pages("ListPolicies", "PathPrefix=/job-function/", "PolicyName").concat();
    assert!(jobs.contains(&"Billing".to_owned()) && jobs.len() < 20, "{jobs:?}");
    for operation in ["UntagPolicy", "TagPolicy"] {
        let form = format!("PolicyArn={ADMIN}&Tags.member.1.Key=k&Tags.member.1.Value=v&TagKeys.member.1=k");
        let fault = bench.fault(operation, &form);
        assert_eq!(fault.code, "AccessDenied");
        assert!(
            fault.message.ends_with(&format!("iam:{operation} on resource: policy {ADMIN}")),
            "{fault:?}"
        );
    }
}

#[test]
fn lists_tell_how_policies_are_used() {
    let bench = Bench::new();
    let [one, two] = ["one", "two"].map(|name| bench.policy(name, "/"));
    bench.policy("three", "/");
    bench.ok("CreateUser", &format!("UserName=u&PermissionsBoundary={two}"));
    bench.ok("CreateGroup", "GroupName=g");
    bench.ok("AttachUserPolicy", &format!("UserName=u&PolicyArn={one}"));
    bench.ok("AttachGroupPolicy", &format!("GroupName=g&PolicyArn={one}"));
    bench.ok("AttachGroupPolicy", &format!("GroupName=g&PolicyArn={ADMIN}"));
    let list = |form: &str| bench.pages("ListPolicies", form, "PolicyName").concat();
    assert_eq!(list("OnlyAttached=true"), ["AdministratorAccess", "one"]);
    assert_eq!(list("OnlyAttached=true&Scope=Local"), ["one"]);
    assert_eq!(list("PolicyUsageFilter=PermissionsBoundary"), ["two"]);
    assert_eq!(list("PolicyUsageFilter=PermissionsPolicy&Scope=AWS"), ["AdministratorAccess"]);
    let reply = bench.ok("ListPolicies", "Scope=Local&OnlyAttached=true");
    assert!(reply.contains("<AttachmentCount>2<"), "{reply}");
}

#[test]
fn tags_of_policies() {
    let bench = Bench::new();
    let arn = bench.policy("p", "/");
    bench.ok("TagPolicy", &format!("PolicyArn={arn}&Tags.member.1.Key=k&Tags.member.1.Value=v"));
    assert!(bench.ok("ListPolicyTags", &format!("PolicyArn={arn}")).contains("<Value>v<"));
    bench.ok("UntagPolicy", &format!("PolicyArn={arn}&TagKeys.member.1=k"));
    assert!(!bench.ok("ListPolicyTags", &format!("PolicyArn={arn}")).contains("<Key>"));
}

#[test]
fn description_and_tags_are_told_where_the_service_tells_them() {
    let bench = Bench::new();
    let tags = "Description=d&Tags.member.1.Key=k&Tags.member.1.Value=v";
    let made = |name: &str, more: &str| {
        bench.ok("CreatePolicy", &format!("PolicyName={name}&PolicyDocument={ALLOW_ALL}&{more}"))
    };
    let (plain, full) = (made("plain", ""), made("full", tags));
    assert!(!plain.contains("<Tags>") && full.contains("<Key>k</Key>"), "{plain} {full}");
    assert!(!full.contains("<Description>"), "{full}");
    let of = |name: &str| {
        let arn = format!("PolicyArn=arn:aws:iam::{}:policy/{name}", bench.account.id());
        bench.ok("GetPolicy", &arn)
    };
    assert!(of("plain").contains("<Tags></Tags>"), "{}", of("plain"));
    let full = of("full");
    assert!(full.contains("<Description>d<") && full.contains("<Key>k</Key>"), "{full}");
    let list = bench.ok("ListPolicies", "Scope=Local");
    assert!(!list.contains("<Tags>") && !list.contains("<Description>"), "{list}");
}
