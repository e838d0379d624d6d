use super::*;

fn fault(text: &str, kind: DocumentKind) -> String {
    match parse(text, kind) {
        Ok(_) => "none".to_owned(),
        Err(fault) => format!("{}:{} {}", fault.place.line, fault.place.column, fault.message),
    }
}

fn identity(statement: &str) -> String {
    fault(&format!("{{\"Version\":\"2012-10-17\",\"Statement\":[\n{statement}]}}"), DocumentKind::Identity)
}

fn trust(statement: &str) -> String {
    fault(&format!("{{\"Version\":\"2012-10-17\",\"Statement\":[\n{statement}]}}"), DocumentKind::Trust)
}

#[test]
fn a_full_policy_is_read() {
    let document = parse(
        r#"{"Version": "2012-10-17", "Id": "x", "Statement": {
            "Sid": "One", "Effect": "Allow", "NotAction": ["iam:*", "s3:Get?"], "NotResource": "*",
            "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", 1, true]}, "Bool": {"aws:x": false}}
        }}"#,
        DocumentKind::Identity,
    )
    .unwrap();
    assert_eq!(document.version.as_str(), "2012-10-17");
    assert_eq!(document.id.as_deref(), Some("x"));
    let [statement] = document.statements.as_slice() else { panic!() };
    assert_eq!(statement.sid.as_deref(), Some("One"));
    assert_eq!(statement.effect, Effect::Allow);
    let actions = statement.actions.as_ref().unwrap();
    assert!(actions.negated && actions.patterns.len() == 2);
    assert!(statement.resources.as_ref().unwrap().negated);
    assert_eq!(statement.conditions[0].values, ["a", "1", "true"]);
    assert_eq!(statement.conditions[1].values, ["false"]);
    assert!(statement.conditions[0].operator.unwrap().if_exists);
    assert_eq!((statement.span.start.line, statement.span.start.column), (1, 51));
    assert_eq!((statement.span.end.line, statement.span.end.column), (4, 10));
}

#[test]
fn faults_of_identity_policies() {
    let ok = r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*"}"#;
    assert_eq!(identity(ok), "none");
    for (statement, want) in [
        ("", "1:37 Syntax errors in policy."),
        (r#"{"Effect":"allow","Action":"s3:Get","Resource":"*"}"#, "2:11 The policy failed legacy parsing"),
        (r#"{"Effect":"maybe","Action":"s3:Get","Resource":"*"}"#, "2:11 Syntax errors in policy."),
        (r#"{"Action":"s3:Get","Resource":"*"}"#, "2:1 Syntax errors in policy."),
        (r#"{"Effect":"Allow","Resource":"*"}"#, "2:1 Policy statement must contain actions."),
        (r#"{"Effect":"Allow","Action":"s3:Get"}"#, "2:1 Policy statement must contain resources."),
        (
            r#"{"Effect":"Allow","Action":"Get","Resource":"*"}"#,
            "2:28 Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (r#"{"Effect":"Allow","Action":"s 3:Get","Resource":"*"}"#, "2:28 Vendor s 3 is not valid"),
        (
            r#"{"Effect":"Allow","Action":"s3:Get:x","Resource":"*"}"#,
            "2:28 Actions/Condition can contain only one colon.",
        ),
        (r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#, "2:28 Policy statement must contain actions."),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":[]}"#,
            "2:48 Policy statement must contain resources.",
        ),
        (r#"{"Effect":"Allow","Action":["s3:Get",1],"Resource":"*"}"#, "2:38 Syntax errors in policy."),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","NotAction":"s3:Put","Resource":"*"}"#,
            "2:37 Syntax errors in policy.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","NotResource":"*"}"#,
            "2:52 Syntax errors in policy.",
        ),
        (r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","Foo":1}"#, "2:52 Syntax errors in policy."),
        (
            r#"{"Effect":"Allow","Effect":"Deny","Action":"s3:Get","Resource":"*"}"#,
            "2:19 Syntax errors in policy.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"bucket"}"#,
            r#"2:48 Resource bucket must be in ARN format or "*"."#,
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"arn:was:s3:::b"}"#,
            r#"2:48 Partition "was" is not valid for resource "arn:was:s3:::b"."#,
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"arn:aws"}"#,
            "2:48 Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"arn:aws:s3::b"}"#,
            "2:48 The policy failed legacy parsing",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"arn:aws::::b"}"#,
            "2:48 The policy failed legacy parsing",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"arn:aws:iam:us-east-1::user/a"}"#,
            "2:48 IAM resource arn:aws:iam:us-east-1::user/a cannot contain region information.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"arn:aws:s3:us-east-1::b"}"#,
            "2:48 Resource arn:aws:s3:us-east-1::b can not contain region information.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"arn:aws:iam::1:cat/a"}"#,
            "2:48 IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, group/, \
             instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, \
             report/, access-report/.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","Principal":"*"}"#,
            "2:52 Policy document should not specify a principal.",
        ),
        (
            r#"{"Sid":"a b","Effect":"Allow","Action":"s3:Get","Resource":"*"}"#,
            "2:8 Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
             expression [0-9A-Za-z]*",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","Condition":{"StringIs":{"aws:x":"y"}}}"#,
            "2:65 Syntax errors in policy.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","Condition":{"DateLessThan":{"x":"y"}}}"#,
            "2:85 The policy failed legacy parsing",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","Condition":{"StringEquals":{"a:x":null}}}"#,
            "2:87 Syntax errors in policy.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","Condition":{"StringEquals":"a"}}"#,
            "2:80 Syntax errors in policy.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"*","Condition":[]}"#,
            "2:64 Syntax errors in policy.",
        ),
        ("1", "2:1 Syntax errors in policy."),
    ] {
        assert_eq!(identity(statement), want, "{statement}");
    }
    let twice = r#"{"Sid":"a","Effect":"Allow","Action":"s3:Get","Resource":"*"}"#;
    assert_eq!(
        identity(&format!("{twice},\n{twice}")),
        "3:1 Statement IDs (SID) in a single policy must be unique."
    );
}

/// Orders seen in AWS's answers, as moto's tests record them.
#[test]
fn of_several_faults_that_of_the_earliest_stage_is_told() {
    let ok = r#"{"Sid":"a","Effect":"Allow","Action":"s3:Get","Resource":"*"}"#;
    for (statement, want) in [
        (
            r#"{"Effect":"Allow","Action":"s:3:List","Resource":"x"}"#,
            "Resource x must be in ARN format or \"*\".",
        ),
        (r#"{"Effect":"Allow","Resource":"x"}"#, "Policy statement must contain actions."),
        (r#"{"Effect":"Allow","Action":"x"}"#, "Policy statement must contain resources."),
        (r#"{"Effect":"Allow","Resource":"arn:aws:s3::b"}"#, "The policy failed legacy parsing"),
        (r#"{"Effect":"Allow","Action":"s3:Get","Resource":["x",{}]}"#, "Syntax errors in policy."),
        (
            &format!(r#"{ok},{{"Sid":"a","Effect":"Allow"}}"#),
            "Statement IDs (SID) in a single policy must be unique.",
        ),
        (&format!(r#"{ok},{{"Sid":"a","Effect":"aLLow"}}"#), "The policy failed legacy parsing"),
        (
            r#"{"Effect":"Allow","Action":"s3:Get","Resource":"a:b:cadfsdf"}"#,
            r#"Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*"."#,
        ),
    ] {
        let got = identity(statement);
        assert_eq!(got.split_once(' ').unwrap().1, want, "{statement}");
    }
}

#[test]
fn what_aws_takes_without_a_complaint() {
    for statement in [
        r#"{"Effect":"Allow","Action":"iam: asdf safdsf af ","Resource":"arn:aws:s3:::b"}"#,
        r#"{"Effect":"Allow","Action":"s3.s:List","Resource":"arn:aws:s33:::b"}"#,
        r#"{"Effect":"Allow","Action":"*:*","Resource":"*","Condition":{}}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"x":{},"y":{}}}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateGreaterThan":{"a":[]}}}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateGreaterThan":{"a":"01T"}}}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"a":"-292275054"}}}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEqualsIfExists":{"a":"x"}}}"#,
    ] {
        assert_eq!(identity(statement), "none", "{statement}");
    }
}

#[test]
fn resources_that_are_well_formed() {
    for resource in [
        "arn:aws:s3:::*",
        "arn:aws:sqs",
        "arn:aws:sqs:*:*",
        "arn:aws:s3:us-west-2:123456789012:accesspoint/a/object/*",
        "arn:aws:s3:*:*:job/*",
        "arn:*:s3:::b",
        "arn:aws:iam::*:*",
        "arn:aws:iam::123456789012:r*",
        "arn:aws:iam::123456789012:user/${aws:username}",
        "arn:aws:iam::123456789012:${a:b}",
        "arn:aws-cn:ec2:*:*:instance/*",
        "arn:aws:iam::123456789012:root",
    ] {
        let statement = format!(r#"{{"Effect":"Allow","Action":"s3:Get","Resource":"{resource}"}}"#);
        assert_eq!(identity(&statement), "none", "{resource}");
    }
}

#[test]
fn faults_of_documents() {
    let identity = |text: &str| fault(text, DocumentKind::Identity);
    let rest = r#""Statement":{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    assert_eq!(identity("{"), "1:2 Syntax errors in policy.");
    assert_eq!(identity("[]"), "1:1 Syntax errors in policy.");
    assert_eq!(identity("{}"), "1:1 Syntax errors in policy.");
    assert_eq!(identity(r#"{"Statement":[]}"#), "1:14 Syntax errors in policy.");
    assert_eq!(identity(r#"{"Statement":"x"}"#), "1:14 Syntax errors in policy.");
    let old = "1:1 Policy document must be version 2012-10-17 or greater.";
    assert_eq!(identity(&format!("{{{rest}}}")), old);
    assert_eq!(identity(&format!(r#"{{"Version":"2008-10-17",{rest}}}"#)), old);
    assert_eq!(identity(&format!(r#"{{"Version":"2012-10-17",{rest}}}"#)), "none");
    assert_eq!(identity(&format!(r#"{{"Version":"2012-10-18",{rest}}}"#)), "1:12 Syntax errors in policy.");
    assert_eq!(identity(&format!(r#"{{"Version":2012,{rest}}}"#)), "1:12 Syntax errors in policy.");
    assert_eq!(identity(&format!(r#"{{"Id":2012,{rest}}}"#)), "1:7 Syntax errors in policy.");
    assert_eq!(identity(&format!(r#"{{"Foo":2012,{rest}}}"#)), "1:2 Syntax errors in policy.");
    assert_eq!(identity(&format!("{{{rest},{rest}}}")), "1:61 Syntax errors in policy.");
}

#[test]
fn faults_of_trust_policies() {
    let start = r#"{"Effect":"Allow","Action":"sts:AssumeRole","#;
    for (principal, want) in [
        (r#""Principal":"*""#, r#"2:57 AssumeRolepolicy contained an invalid principal: "STAR":"*"."#),
        (r#""Principal":{"AWS":"*"}"#, "none"),
        (r#""Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:root"]}"#, "none"),
        (r#""Principal":{"AWS":"arn:aws:iam::123456789012:user/a/b"}"#, "none"),
        (r#""Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/r/s"}"#, "none"),
        (r#""Principal":{"AWS":"AIDAAAAAAAAAAAAAAAAAA"}"#, "none"),
        (r#""Principal":{"Service":"ec2.amazonaws.com","Federated":"accounts.google.com"}"#, "none"),
        (r#""Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/x"}"#, "none"),
        (r#""Principal":{"CanonicalUser":"79a59df900b949e5"}"#, "none"),
        (r#""NotPrincipal":{"AWS":"123456789012"}"#, "2:45 Allow with NotPrincipal is not allowed."),
        (r#""Principal":{"CanonicalUser":""}"#, r#"2:74 Invalid principal in policy: "CANONICALUSER":"""#),
        (
            r#""Principal":{"CanonicalUser":"xyz"}"#,
            r#"2:74 Invalid principal in policy: "CANONICALUSER":"xyz""#,
        ),
        (r#""Principal":{"AWS":"AIDAX"}"#, r#"2:64 Invalid principal in policy: "AWS":"AIDAX""#),
        (
            r#""Principal":{"AWS":"AIDAaaaaaaaaaaaaaaaaa"}"#,
            r#"2:64 Invalid principal in policy: "AWS":"AIDAaaaaaaaaaaaaaaaaa""#,
        ),
        (
            r#""Principal":{"AWS":"XXXXAAAAAAAAAAAAAAAAA"}"#,
            r#"2:64 Invalid principal in policy: "AWS":"XXXXAAAAAAAAAAAAAAAAA""#,
        ),
        (r#""Principal":{"Federated":"a b.c"}"#, r#"2:70 Invalid principal in policy: "FEDERATED":"a b.c""#),
        (r#""Principal":{}"#, "2:57 Missing required field Principal cannot be empty!"),
        (
            r#""Principal":{"AWS":[]}"#,
            "2:64 Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy \
             has a statement with no principals!",
        ),
        (
            r#""Principal":{"AWS":"*"},"NotResource":"*""#,
            "2:69 AssumeRole policy must not contain resources.",
        ),
        (
            r#""Principal":{"Service":"amazonaws.com"}"#,
            r#"2:68 Invalid principal in policy: "SERVICE":"amazonaws.com""#,
        ),
        (r#""Principal":[]"#, "2:57 Syntax errors in policy."),
        (r#""Principal":{"Aws":"*"}"#, "2:58 Unknown field Aws"),
        (r#""Principal":"alice""#, r#"2:57 Invalid principal in policy: "AWS":"alice""#),
        (r#""Principal":{"AWS":"alice"}"#, r#"2:64 Invalid principal in policy: "AWS":"alice""#),
        (
            r#""Principal":{"AWS":"arn:aws:iam::123456789012:user/*"}"#,
            r#"2:64 Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/*""#,
        ),
        (
            r#""Principal":{"AWS":"arn:aws:iam::123456789012:group/a"}"#,
            r#"2:64 Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:group/a""#,
        ),
        (r#""Principal":{"Service":"ec2"}"#, r#"2:68 Invalid principal in policy: "SERVICE":"ec2""#),
        (r#""Principal":{"Federated":"x"}"#, r#"2:70 Invalid principal in policy: "FEDERATED":"x""#),
        (
            r#""Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/"}"#,
            r#"2:70 Invalid principal in policy: "FEDERATED":"arn:aws:iam::123456789012:saml-provider/""#,
        ),
        (r#""Resource":"*""#, "2:1 Missing required field Principal"),
        (r#""Principal":"*","Resource":"*""#, "2:61 Has prohibited field Resource"),
        (r#""Principal":"*","NotPrincipal":"*""#, "2:61 Syntax errors in policy."),
        (r#""Principal":"*","Cat":"*""#, "2:61 Unknown field Cat"),
    ] {
        assert_eq!(trust(&format!("{start}{principal}}}")), want, "{principal}");
    }
    assert_eq!(trust(r#"{"Effect":"Allow","Principal":"*"}"#), "2:1 Missing required field Action");
    assert_eq!(
        trust(r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}"#),
        "2:44 AssumeRole policy may only specify STS AssumeRole actions."
    );
    assert_eq!(
        trust(r#"{"Effect":"allow","Principal":"*","Action":"sts:AssumeRole"}"#),
        "2:11 Invalid effect: allow"
    );
    assert_eq!(trust(r#"{"Principal":"*","Action":"sts:AssumeRole"}"#), "2:1 Missing required field Effect");
    assert_eq!(
        trust(r#"{"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}"#),
        "2:18 AssumeRole policy must not contain NotPrincipal field."
    );
}

#[test]
fn trust_policies_are_about_the_ways_to_assume_a_role() {
    let said = |action: &str| {
        trust(&format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"{action}"}}"#))
    };
    for good in [
        "sts:AssumeRole",
        "STS:assumerole",
        "sts:AssumeRoleWithSAML",
        "sts:TagSession",
        "sts:SetContext",
        "sts:*",
    ] {
        assert_eq!(said(good), "none", "{good}");
    }
    for bad in ["*", "sts:BadAssumeRole", "sts:GetCallerIdentity", "sts:Get*", "s3:AssumeRole"] {
        assert!(said(bad).ends_with(" AssumeRole policy may only specify STS AssumeRole actions."), "{bad}");
    }
}

#[test]
fn trust_policies_have_words_of_their_own() {
    let said = |text: &str| parse(text, DocumentKind::Trust).unwrap_err().message;
    assert_eq!(said("some policy"), "This policy contains invalid Json");
    assert_eq!(said("{}"), "Could not parse the policy: Statement is empty!");
    let one = r#"{"Sid":"a","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}"#;
    assert_eq!(
        said(&format!(r#"{{"Version":"2012","Statement":{one}}}"#)),
        "The policy must contain a valid version string"
    );
    assert_eq!(
        said(&format!(r#"{{"Statement":[{one},{one}]}}"#)),
        "The Statement Ids in the policy are not unique"
    );
}

#[test]
fn resource_policies_need_both() {
    let resource = |text: &str| fault(&format!("{{\"Statement\":{text}}}"), DocumentKind::Resource);
    assert_eq!(
        resource(r#"{"Sid":"a b-c","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#),
        "none"
    );
    let not =
        |effect| format!(r#"{{"Effect":"{effect}","NotPrincipal":"*","Action":"s3:*","Resource":"*"}}"#);
    assert_eq!(resource(&not("Deny")), "none");
    assert_eq!(resource(&not("Allow")), "1:32 Syntax errors in policy.");
    assert_eq!(
        resource(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#),
        "1:14 Policy statement must contain principals."
    );
    assert_eq!(
        resource(r#"{"Effect":"Allow","Action":"s3:*","Principal":"*"}"#),
        "1:14 Policy statement must contain resources."
    );
}

#[test]
fn what_cannot_be_read_is_kept_as_a_deny() {
    let read = |effect: &str| {
        let text = format!(r#"{{"Statement":{{{effect}"Action":"*","Resource":"*"}}}}"#);
        let statement = Document::read(&text, DocumentKind::Identity).statements.remove(0);
        (statement.effect, statement.fault.is_some())
    };
    assert_eq!(read(r#""Effect":"Allow","#), (Effect::Allow, false));
    assert_eq!(read(r#""Effect":"ALLOW","#), (Effect::Allow, true));
    assert_eq!(read(r#""Effect":"deny","#), (Effect::Deny, true));
    assert_eq!(read(r#""Effect":1,"#), (Effect::Deny, true));
    assert_eq!(read(""), (Effect::Deny, true));
    assert!(Document::read("{", DocumentKind::Identity).unreadable);
    assert!(Document::read("[]", DocumentKind::Identity).unreadable);
    assert!(Document::read(r#"{"Statement":1}"#, DocumentKind::Identity).unreadable);
    assert!(Document::read(r#"{"Statement":{},"Statement":{}}"#, DocumentKind::Identity).unreadable);
    assert!(!Document::read(r#"{"Statement":{}}"#, DocumentKind::Identity).unreadable);
}

#[test]
fn a_fault_says_where_and_what_to_do() {
    let fault = parse("{\n \"Version\": \"2012\"}", DocumentKind::Identity).unwrap_err();
    assert_eq!(fault.to_string(), "line 1 column 1: The policy has no statement; it needs at least one.");
    let all = faults("{\n \"Version\": \"2012\"}", DocumentKind::Identity);
    let kinds: Vec<_> = all.into_iter().map(|fault| fault.kind).collect();
    assert_eq!(kinds, [FaultKind::NoStatement, FaultKind::OldVersion, FaultKind::Version("2012".to_owned())]);
}

#[test]
fn size_counts_no_white_space() {
    assert_eq!(size("{ \"a\":\t\"é b\"\n}"), 10);
}

#[test]
fn the_older_version_is_also_that_of_no_version() {
    for text in [r#"{"Version": "2008-10-17", "Statement": {}}"#, r#"{"Statement": {}}"#] {
        assert_eq!(Document::read(text, DocumentKind::Trust).version.as_str(), "2008-10-17");
    }
}
