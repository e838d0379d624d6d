//! Operations that the reference does not have yet, and a union, by the encoding rules of the AWS Query protocol.
//!
//! Nothing recorded stands behind these, so the wire is written out here:
//! lists are `Name.member.N`, maps `Name.entry.N.key` and `Name.entry.N.value`.

use iamctl_testkit::{Reply, Server};
use serde_json::json;

use crate::iamctl;

const TEMPLATE: &str = "arn:aws:iam::aws:role-template/example";

/// Runs the words against one reply and compares what went over the wire, `Action` first.
#[track_caller]
fn sends(words: &[&str], reply: Reply, wire: &[&str]) -> iamctl_testkit::Outcome {
    let server = Server::start(vec![reply]).unwrap();
    let outcome = iamctl(words).endpoint(&server.url()).run().ok();
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "{outcome}");
    let request = &requests[0];
    assert_eq!(request.param("Version").as_deref(), Some("2010-05-08"));
    let mut sent = vec![request.param("Action").unwrap()];
    sent.extend(in_order_of_keys(request.members()));
    assert_eq!(sent, wire);
    outcome
}

/// Numbers a map's entries by their keys: a map has no order, and the SDK keeps none.
fn in_order_of_keys(members: Vec<String>) -> Vec<String> {
    let key = |member: &String| {
        let (name, value) = member.split_once('=')?;
        Some((value.to_owned(), name.strip_suffix(".key")?.to_owned()))
    };
    let mut entries: Vec<_> = members.iter().filter_map(key).collect();
    entries.sort();
    let renumber = |member: String| {
        for (index, (_, entry)) in entries.iter().enumerate() {
            if let Some(rest) = member.strip_prefix(entry).filter(|rest| rest.starts_with('.')) {
                let map = entry.trim_end_matches(|c: char| c.is_ascii_digit());
                return format!("{map}{}{rest}", index + 1);
            }
        }
        member
    };
    let mut members: Vec<_> = members.into_iter().map(renumber).collect();
    members.sort();
    members
}

#[test]
fn acquire_role_sends_a_map_of_structures() {
    let reply = Reply::result(
        "AcquireRole",
        "<Role><Path>/</Path><RoleName>r</RoleName><RoleId>AROAEXAMPLEEXAMPLE00</RoleId>\
         <Arn>arn:aws:iam::123456789012:role/r</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>\
         <AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument>\
         <SourceRoleTemplate><TemplateMinorVersion>3</TemplateMinorVersion>\
         <TemplateArn>arn:aws:iam::aws:role-template/example</TemplateArn></SourceRoleTemplate></Role>",
    );
    let values = r#"{"Bucket":{"Values":["a b","ü"]},"Region":{"Values":["eu-west-1"]}}"#;
    let outcome = sends(
        &[
            "iam",
            "acquire-role",
            "--template-arn",
            TEMPLATE,
            "--template-minor-version",
            "3",
            "--replacement-values",
            values,
        ],
        reply,
        &[
            "AcquireRole",
            "ReplacementValues.entry.1.key=Bucket",
            "ReplacementValues.entry.1.value.Values.member.1=a b",
            "ReplacementValues.entry.1.value.Values.member.2=ü",
            "ReplacementValues.entry.2.key=Region",
            "ReplacementValues.entry.2.value.Values.member.1=eu-west-1",
            "TemplateArn=arn:aws:iam::aws:role-template/example",
            "TemplateMinorVersion=3",
        ],
    );
    let expected = r#"{
    "Role": {
        "Path": "/",
        "RoleName": "r",
        "RoleId": "AROAEXAMPLEEXAMPLE00",
        "Arn": "arn:aws:iam::123456789012:role/r",
        "CreateDate": "2026-01-02T03:04:05+00:00",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17"
        },
        "SourceRoleTemplate": {
            "TemplateArn": "arn:aws:iam::aws:role-template/example",
            "TemplateMinorVersion": 3
        }
    }
}
"#;
    assert_eq!(outcome.stdout, expected);
}

#[test]
fn acquire_role_takes_a_map_as_shorthand() {
    sends(
        &[
            "iam",
            "acquire-role",
            "--template-arn",
            TEMPLATE,
            "--replacement-values",
            "Bucket={Values=[one,two]},Region={Values=[three]}",
        ],
        Reply::result("AcquireRole", ""),
        &[
            "AcquireRole",
            "ReplacementValues.entry.1.key=Bucket",
            "ReplacementValues.entry.1.value.Values.member.1=one",
            "ReplacementValues.entry.1.value.Values.member.2=two",
            "ReplacementValues.entry.2.key=Region",
            "ReplacementValues.entry.2.value.Values.member.1=three",
            "TemplateArn=arn:aws:iam::aws:role-template/example",
        ],
    );
}

#[test]
fn acquire_role_checks_inside_the_map() {
    let arguments = ["--replacement-values", r#"{"Bucket":{"Values":[]}}"#];
    let words = [&["iam", "acquire-role", "--template-arn", TEMPLATE][..], &arguments].concat();
    iamctl(&words).run().ended(252).complains(
        "Invalid length for parameter ReplacementValues.Bucket.Values, value: 0, valid min length: 1",
    );
    let arguments = ["--replacement-values", r#"{"Bucket":{}}"#];
    let words = [&["iam", "acquire-role", "--template-arn", TEMPLATE][..], &arguments].concat();
    iamctl(&words)
        .run()
        .ended(252)
        .complains("Missing required parameter in ReplacementValues.Bucket: \"Values\"");
}

#[test]
fn get_role_template_version_reads_documents_and_booleans() {
    let reply = Reply::result(
        "GetRoleTemplateVersion",
        "<RoleTemplateVersion><Enabled>true</Enabled>\
         <TemplateArn>arn:aws:iam::aws:role-template/example</TemplateArn><MajorVersion>1</MajorVersion>\
         <AssumeRolePolicyDocumentTemplate>%7B%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocumentTemplate>\
         <InlinePolicyTemplates><member><PolicyName>p</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></member>\
         </InlinePolicyTemplates><ManagedPolicyArns/>\
         <RoleTagsTemplate><member><Key>{Team}</Key><Value>{}</Value></member></RoleTagsTemplate>\
         <CreateTimestamp>2026-01-02T03:04:05.250Z</CreateTimestamp></RoleTemplateVersion>",
    );
    let outcome = sends(
        &["iam", "get-role-template-version", "--template-arn", TEMPLATE, "--minor-version", "2"],
        reply,
        &["GetRoleTemplateVersion", "MinorVersion=2", "TemplateArn=arn:aws:iam::aws:role-template/example"],
    );
    let expected = json!({"RoleTemplateVersion": {
        "TemplateArn": TEMPLATE,
        "MajorVersion": 1,
        "Enabled": true,
        "AssumeRolePolicyDocumentTemplate": {"Statement": []},
        "InlinePolicyTemplates": [{"PolicyName": "p", "PolicyDocument": {}}],
        "ManagedPolicyArns": [],
        "RoleTagsTemplate": [{"Key": "{Team}", "Value": "{}"}],
        "CreateTimestamp": "2026-01-02T03:04:05.250000+00:00",
    }});
    assert_eq!(outcome.json(), expected);
}

#[test]
fn get_account_properties_prints_a_map_in_the_order_of_the_reply() {
    let reply = Reply::result(
        "GetAccountProperties",
        "<Properties><entry><key>Zone</key><value>on</value></entry>\
         <entry><value>1 &lt; 2</value><key>Alpha</key></entry></Properties>",
    );
    let outcome = sends(&["iam", "get-account-properties"], reply, &["GetAccountProperties"]);
    let expected =
        "{\n    \"Properties\": {\n        \"Zone\": \"on\",\n        \"Alpha\": \"1 < 2\"\n    }\n}\n";
    assert_eq!(outcome.stdout, expected);
}

#[test]
fn put_account_properties_sends_a_map_of_strings() {
    for properties in ["Alpha=1,Beta=x y", r#"{"Alpha": "1", "Beta": "x y"}"#] {
        let outcome = sends(
            &["iam", "put-account-properties", "--properties", properties],
            Reply::result("PutAccountProperties", ""),
            &[
                "PutAccountProperties",
                "Properties.entry.1.key=Alpha",
                "Properties.entry.1.value=1",
                "Properties.entry.2.key=Beta",
                "Properties.entry.2.value=x y",
            ],
        );
        assert_eq!(outcome.stdout, "");
    }
}

#[test]
fn a_union_sends_the_one_member_that_is_set() {
    let exclusions = [
        "PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess",
        "PolicyType=scp",
        "InlinePolicyIdentifier={PolicyName=p,AttachmentType=user,AttachmentName=amelia}",
    ];
    let mut words = vec!["iam", "simulate-principal-policy", "--policy-source-arn"];
    words.extend(["arn:aws:iam::123456789012:user/amelia", "--action-names", "s3:GetObject"]);
    words.push("--policy-exclusion-list");
    words.extend(exclusions);
    let reply = Reply::result(
        "SimulatePrincipalPolicy",
        "<EvaluationResults><member><EvalActionName>s3:GetObject</EvalActionName>\
         <EvalDecision>allowed</EvalDecision></member></EvaluationResults><IsTruncated>false</IsTruncated>",
    );
    let outcome = sends(
        &words,
        reply,
        &[
            "SimulatePrincipalPolicy",
            "ActionNames.member.1=s3:GetObject",
            "PolicyExclusionList.member.1.PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess",
            "PolicyExclusionList.member.2.PolicyType=scp",
            "PolicyExclusionList.member.3.InlinePolicyIdentifier.AttachmentName=amelia",
            "PolicyExclusionList.member.3.InlinePolicyIdentifier.AttachmentType=user",
            "PolicyExclusionList.member.3.InlinePolicyIdentifier.PolicyName=p",
            "PolicySourceArn=arn:aws:iam::123456789012:user/amelia",
        ],
    );
    let expected =
        json!({"EvaluationResults": [{"EvalActionName": "s3:GetObject", "EvalDecision": "allowed"}]});
    assert_eq!(outcome.json(), expected);
}

#[test]
fn a_union_with_two_members_is_refused() {
    let both = "PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess,PolicyType=scp";
    let mut words = vec!["iam", "simulate-principal-policy", "--policy-source-arn"];
    words.extend(["arn:aws:iam::123456789012:user/amelia", "--action-names", "s3:GetObject"]);
    words.extend(["--policy-exclusion-list", both]);
    iamctl(&words).run().ended(252).complains("PolicyExclusionList[0]");
}
