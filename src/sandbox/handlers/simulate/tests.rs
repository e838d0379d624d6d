//! Simulations, with the positions, keys and pages that they tell.

use crate::percent::encode;
use crate::sandbox::handlers::testing::Bench;

const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;

fn custom(policies: &[&str], more: &str) -> String {
    let mut form = String::from(more);
    for (index, policy) in policies.iter().enumerate() {
        form.push_str(&format!("&PolicyInputList.member.{}={}", index + 1, encode(policy)));
    }
    form
}

fn decisions(reply: &str) -> Vec<String> {
    reply.split("<EvalDecision>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn policies_of_the_request_decide_and_tell_where() {
    let bench = Bench::new();
    let actions = "ActionNames.member.1=s3:GetObject&ActionNames.member.2=ec2:RunInstances";
    let reply = bench.ok("SimulateCustomPolicy", &custom(&[ALLOW], actions));
    assert_eq!(decisions(&reply), ["allowed", "implicitDeny"]);
    let first = reply.split("</member>").next().unwrap();
    assert!(first.contains("<SourcePolicyId>PolicyInputList.1<"), "{first}");
    assert!(first.contains("<StartPosition><Line>1</Line><Column>38</Column></StartPosition>"), "{first}");
    assert!(first.contains("<EndPosition><Line>1</Line><Column>90</Column></EndPosition>"), "{first}");
    assert!(!reply.contains("EvalDecisionDetails") && !reply.contains("BoundaryDecision"), "{reply}");
}

#[test]
fn a_deny_and_a_boundary_are_told_apart() {
    let bench = Bench::new();
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}}"#;
    let form = "ActionNames.member.1=s3:GetObject&ResourceArns.member.1=arn:aws:s3:::a/k\
                &ResourceArns.member.2=arn:aws:s3:::b/k";
    let reply = bench.ok("SimulateCustomPolicy", &custom(&[ALLOW, deny], form));
    assert_eq!(decisions(&reply), ["allowed", "explicitDeny"]);
    assert!(reply.contains("<EvalResourceDecision>explicitDeny<") && reply.contains("PolicyInputList.2"));
    assert!(reply.contains("<EvalDecisionDetails></EvalDecisionDetails>"), "{reply}");
    let boundary = encode(&ALLOW.replace("s3:Get*", "s3:List*"));
    let form = format!("{form}&PermissionsBoundaryPolicyInputList.member.1={boundary}");
    let reply = bench.ok("SimulateCustomPolicy", &custom(&[ALLOW], &form));
    assert_eq!(decisions(&reply), ["implicitDeny", "implicitDeny"]);
    assert!(reply.contains("<AllowedByPermissionsBoundary>false<"), "{reply}");
}

#[test]
fn keys_that_are_missing_are_told_and_given_ones_count() {
    let bench = Bench::new();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",
        "Resource":"arn:aws:s3:::home/${aws:username}/*",
        "Condition":{"NumericLessThan":{"s3:max-keys":"10"}}}}"#;
    let keys = bench.ok("GetContextKeysForCustomPolicy", &custom(&[policy], ""));
    assert!(keys.contains("<member>aws:username</member><member>s3:max-keys</member>"), "{keys}");
    let form = "ActionNames.member.1=s3:GetObject&ResourceArns.member.1=arn:aws:s3:::home/al/k";
    let reply = bench.ok("SimulateCustomPolicy", &custom(&[policy], form));
    assert_eq!(decisions(&reply), ["implicitDeny"]);
    assert!(reply.contains("<member>aws:username</member><member>s3:max-keys</member>"), "{reply}");
    let entry = |number: u8, name: &str, sort: &str, value: &str| {
        let front = format!("ContextEntries.member.{number}");
        format!(
            "&{front}.ContextKeyName={name}&{front}.ContextKeyType={sort}&{front}.ContextKeyValues.member.1={value}"
        )
    };
    let given = format!(
        "{form}{}{}",
        entry(1, "s3:max-keys", "numeric", "5"),
        entry(2, "aws:username", "string", "al")
    );
    let reply = bench.ok("SimulateCustomPolicy", &custom(&[policy], &given));
    assert_eq!(decisions(&reply), ["allowed"]);
    let wrong = format!("{form}{}", entry(1, "s3:max-keys", "numeric", "five"));
    assert_eq!(bench.fault("SimulateCustomPolicy", &custom(&[policy], &wrong)).code, "InvalidInput");
}

#[test]
fn a_principal_brings_its_policies_groups_and_boundary() {
    let bench = Bench::new();
    bench.user("alice", "/dev/");
    let db = &bench.account.connection;
    db.execute_batch(
        "INSERT INTO \"group\" (key, name, path, id, created) VALUES ('g', 'g', '/', 'AGPA', 0);
         INSERT INTO member (\"group\", user) VALUES ('g', 'alice');",
    )
    .unwrap();
    let source = "PolicySourceArn=arn:aws:iam::123456789012:user/dev/alice&ActionNames.member.1=s3:GetObject";
    assert_eq!(decisions(&bench.ok("SimulatePrincipalPolicy", source)), ["implicitDeny"]);
    bench.allow("group", "g", "readers", ALLOW);
    let reply = bench.ok("SimulatePrincipalPolicy", source);
    assert_eq!(decisions(&reply), ["allowed"]);
    assert!(reply.contains("<SourcePolicyId>readers</SourcePolicyId><SourcePolicyType>group<"), "{reply}");
    let group = source.replace("user/dev/alice", "group/g");
    assert_eq!(decisions(&bench.ok("SimulatePrincipalPolicy", &group)), ["allowed"]);
    let arn = bench.managed("bound", &ALLOW.replace("s3:Get*", "s3:List*"));
    db.execute("UPDATE user SET boundary = ?1", [&arn]).unwrap();
    let reply = bench.ok("SimulatePrincipalPolicy", source);
    assert_eq!(decisions(&reply), ["implicitDeny"]);
    assert!(reply.contains("<AllowedByPermissionsBoundary>false<"), "{reply}");
    let excluded = format!("{source}&PolicyExclusionList.member.1.PolicyArn={arn}");
    assert_eq!(decisions(&bench.ok("SimulatePrincipalPolicy", &excluded)), ["allowed"]);

    let none = source.replace("alice", "nobody");
    assert_eq!(bench.fault("SimulatePrincipalPolicy", &none).code, "NoSuchEntity");
    let account = "PolicySourceArn=arn:aws:iam::123456789012:root&ActionNames.member.1=s3:GetObject";
    assert_eq!(
        bench.fault("SimulatePrincipalPolicy", account).message,
        "Invalid Entity Arn: arn:aws:iam::123456789012:root does not clearly define entity type and name."
    );
}

#[test]
fn a_resource_policy_counts_across_accounts() {
    let bench = Bench::new();
    let resource = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Principal":{"AWS":"arn:aws:iam::123456789012:user/al"}}}"#;
    let form = format!(
        "ActionNames.member.1=s3:GetObject&ResourceArns.member.1=arn:aws:s3:::b/k&ResourcePolicy={}",
        encode(resource)
    );
    let call = |more: &str| bench.ok("SimulateCustomPolicy", &custom(&[ALLOW], &format!("{form}{more}")));
    let fault = |more: &str| bench.fault("SimulateCustomPolicy", &custom(&[ALLOW], &format!("{form}{more}")));
    assert_eq!(fault("").code, "InvalidInput", "the caller is missing");
    assert_eq!(fault("&CallerArn=arn:aws:iam::123456789012:role/r").code, "InvalidInput");
    let caller = "&CallerArn=arn:aws:iam::123456789012:user/al&ResourceOwner=arn:aws:iam::210987654321:root";
    let reply = call(caller);
    assert_eq!(decisions(&reply), ["allowed"]);
    assert!(reply.contains("<key>Resource Policy</key><value>allowed</value>"), "{reply}");
    let other = call(&caller.replace("user/al", "user/bo"));
    assert_eq!(decisions(&other), ["implicitDeny"]);
    assert!(other.contains("<key>Resource Policy</key><value>implicitDeny</value>"), "{other}");
}

#[test]
fn results_are_paged_and_wrong_input_is_refused() {
    let bench = Bench::new();
    let actions: String = (1..=12).map(|n| format!("&ActionNames.member.{n}=s3:Get{n}")).collect();
    let first = bench.ok("SimulateCustomPolicy", &custom(&[ALLOW], &format!("MaxItems=10{actions}")));
    assert_eq!(decisions(&first).len(), 10);
    let marker = first.split("<Marker>").nth(1).unwrap().split('<').next().unwrap();
    let second =
        bench.ok("SimulateCustomPolicy", &custom(&[ALLOW], &format!("MaxItems=10&Marker={marker}{actions}")));
    assert_eq!(decisions(&second).len(), 2);
    assert!(
        second.contains("<EvalActionName>s3:Get11<") && second.contains("<IsTruncated>false<"),
        "{second}"
    );
    let code =
        |policies: &[&str], form: &str| bench.fault("SimulateCustomPolicy", &custom(policies, form)).code;
    assert_eq!(code(&["{"], "ActionNames.member.1=s3:GetObject"), "InvalidInput");
    assert_eq!(code(&[ALLOW], "ActionNames.member.1=s3:*"), "InvalidInput");
    assert_eq!(code(&[ALLOW], "ActionNames.member.1=GetObject"), "InvalidInput");
    assert_eq!(
        code(&[ALLOW], "ActionNames.member.1=s3:GetObject&ResourceArns.member.1=bucket"),
        "InvalidInput"
    );
    assert_eq!(code(&[ALLOW], "ActionNames.member.1=s3:GetObject&ResourceHandlingOption=x"), "InvalidInput");
}

#[test]
fn a_marker_beyond_all_numbers_is_no_panic() {
    use base64::Engine as _;
    let bench = Bench::new();
    let marker = |last: &str| {
        let text = format!("SimulateCustomPolicy\n{last}");
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
    };
    let form = "ActionNames.member.1=s3:GetObject&PolicyInputList.member.1={}&Marker=";
    let form = form.replace(
        "{}",
        &crate::sandbox::handlers::testing::encoded(crate::sandbox::handlers::testing::ALLOW_ALL),
    );
    let fault = bench.fault("SimulateCustomPolicy", &format!("{form}{}", marker("18446744073709551615")));
    assert_eq!((fault.code, fault.message.as_str()), ("ValidationError", "Invalid Marker."));
    assert!(
        bench.ok("SimulateCustomPolicy", &format!("{form}{}", marker("7"))).contains("EvaluationResults")
    );
}
