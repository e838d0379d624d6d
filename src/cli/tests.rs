use super::*;
use crate::error::Kind;
use crate::params::Words;

const CONTEXT: Context<'static> = Context { program: "iamctl", aliases: &[] };

fn split(line: &str) -> Vec<&str> {
    line.split(' ').filter(|word| !word.is_empty()).map(|word| if word == "''" { "" } else { word }).collect()
}

fn read_line(line: &str) -> Result<Read> {
    read(&split(line), &CONTEXT, &mut |_| Ok(()))
}

fn words(words: &Words) -> String {
    match words {
        Words::One(word) => word.clone(),
        Words::Many(words) => format!("{words:?}"),
        Words::Flag(flag) => flag.to_string(),
    }
}

fn show_call(call: &Call) -> String {
    let mut text = format!("{}:{}", call.service.name, call.operation.name);
    for (member, value) in &call.options {
        text.push_str(&format!(" {}={}", member.name, words(value)));
    }
    let texts = [
        ("json", &call.cli_input_json),
        ("yaml", &call.cli_input_yaml),
        ("token", &call.starting_token),
        ("outfile", &call.outfile),
        ("method", &call.bootstrap_method),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            text.push_str(&format!(" {name}={value}"));
        }
    }
    for (name, value) in [("max", &call.max_items), ("page", &call.page_size)] {
        if let Some(value) = value {
            text.push_str(&format!(" {name}={}", value.text));
        }
    }
    if let Some(skeleton) = call.skeleton {
        text.push_str(&format!(" {skeleton:?}"));
    }
    if call.paginate {
        text.push_str(" pages");
    }
    text
}

/// What a line says in one line of text, or the first line of its error.
fn said(line: &str) -> String {
    match read_line(line) {
        Err(error) => error.message.lines().next().unwrap_or_default().to_owned(),
        Ok(read) => match read.line {
            Line::Version => "version".to_owned(),
            Line::Help { path } => format!("help {}", path.join(" ")).trim_end().to_owned(),
            Line::Topic(topic) => format!("topic {topic}"),
            Line::Search(words) => format!("search {words:?}"),
            Line::Call(call) => show_call(&call),
            Line::Wait { waiter, call } => format!("wait {} {}", waiter.command, show_call(&call)),
            Line::Own(own) => format!("{} {:?} {:?}", own.path.join(" "), own.options, own.positionals),
            Line::Alias { under, name, words } => format!("alias {under:?} {name} {words:?}"),
        },
    }
}

#[test]
fn right_lines() {
    let cases = [
        ("sts get-caller-identity", "sts:GetCallerIdentity"),
        ("iam get-user --user-n a --user b", "iam:GetUser UserName=b"),
        ("--foo= --version x", "version"),
        ("iam --version", "version"),
        ("iam get-user -- --user-name x", "iam:GetUser UserName=x"),
        ("-- iam get-user --", "iam:GetUser"),
        ("iam get-user --user-name x ''", "iam:GetUser UserName=x"),
        ("iam tag-user --user-name x --tags", "iam:TagUser UserName=x Tags=[]"),
        ("iam untag-user --user-name x --tag-keys a -1", "iam:UntagUser UserName=x TagKeys=[\"a\", \"-1\"]"),
        ("iam list-policies --only-attached --no-only", "iam:ListPolicies OnlyAttached=false pages"),
        ("iam list-policies --no-only --only", "iam:ListPolicies OnlyAttached=true pages"),
        ("iam list-users --max 1_0 --page-s +5 --st t", "iam:ListUsers token=t max=10 page=5 pages"),
        ("iam list-users --max 05 --no-paginate", "iam:ListUsers MaxItems=5"),
        ("iam list-users --max 1 --marker m", "iam:ListUsers Marker=m MaxItems=1"),
        ("iam get-role --generate-cli-skeleton", "iam:GetRole Input"),
        ("iam --generate-cli-skeleton get-role", "iam:GetRole Input"),
        ("iam get-role --generate-cli-skeleton yaml-input", "iam:GetRole YamlInput"),
        ("iam get-role --cli-input-json {}", "iam:GetRole json={}"),
        (
            "iam simulate-principal-policy --policy-s a --action-names b --policy-in c",
            "iam:SimulatePrincipalPolicy PolicySourceArn=a PolicyInputList=[\"c\"] ActionNames=[\"b\"] pages",
        ),
        (
            "sts get-session-token --minimum-session-token-size 1",
            "sts:GetSessionToken MinimumSessionTokenSize=1",
        ),
        ("iam get-user --user-name=--", "iam:GetUser UserName=[]"),
        ("iam create-virtual-mfa-device --v x --outf y --b QRCodePNG --virtual-mfa-device-name z", "version"),
        (
            "iam create-virtual-mfa-device --outf y --b QRCodePNG --virtual-m z",
            "iam:CreateVirtualMFADevice VirtualMFADeviceName=z outfile=y method=QRCodePNG",
        ),
        ("iam wait user-exists --user-name x", "wait user-exists iam:GetUser UserName=x"),
        ("configure", "configure [] []"),
        ("configure get a.b", "configure get [] [\"a.b\"]"),
        ("configure set x help", "configure set [] [\"x\", \"help\"]"),
        ("configure set -- -a -b", "configure set [] [\"-a\", \"-b\"]"),
        ("configure -- -- set -a -b", "configure set [] [\"-a\", \"-b\"]"),
        ("configure set --sso s a -1", "configure set [(\"sso-session\", \"s\")] [\"a\", \"-1\"]"),
        (
            "configure import --skip --csv x",
            "configure import [(\"csv\", \"x\"), (\"skip-invalid\", \"\")] []",
        ),
        ("configure mfa-login --dur 1_0", "configure mfa-login [(\"duration-seconds\", \"10\")] []"),
    ];
    for (line, wanted) in cases {
        assert_eq!(said(line), wanted, "{line}");
    }
}

#[test]
fn help_words() {
    let cases = [
        ("help", "help"),
        ("--foo help", "help"),
        ("help topics", "topic topics"),
        ("help policies", "topic policies"),
        ("help search old keys --debug", "search [\"old\", \"keys\"]"),
        ("help search", "search []"),
        ("help x", "argument subcommand: Found invalid choice 'x'"),
        ("iam help x", "help iam"),
        ("iam get-role help", "help iam get-role"),
        ("iam get-user --foo help x", "help iam get-user"),
        ("iam get-role help x", "the following arguments are required: --role-name"),
        ("iam get-user x help", "Unknown options: help, x"),
        ("iam get-user --user-name help", "iam:GetUser UserName=help"),
        ("iam wait help", "help iam wait"),
        ("iam wait help x", "argument subcommand: Found invalid choice 'help'"),
        ("iam wait user-exists help", "help iam wait user-exists"),
        ("configure help", "help configure"),
        ("configure list help", "help configure list"),
        ("configure list help x", "Unknown options: help,x"),
        ("--help", "help"),
        ("iam -h", "help iam"),
        ("iam get-role --help", "help iam get-role"),
        ("iam get-user --user-name x --help", "help iam get-user"),
        ("configure get --help", "help configure get"),
        ("configure --help", "help configure"),
        ("iam get-user --help --user-name x", "Unknown options: --help"),
        ("iam get-user --foo --help", "Unknown options: --foo, --help"),
        ("iam get-user --user-name --help", "argument --user-name: expected one argument"),
        ("iam bogus --help", "argument operation: Found invalid choice 'bogus'"),
    ];
    for (line, wanted) in cases {
        assert_eq!(said(line), wanted, "{line}");
    }
}

#[test]
fn wrong_lines() {
    let cases = [
        ("", "the following arguments are required: command"),
        ("iam", "the following arguments are required: operation"),
        ("--profile", "argument --profile: expected one argument"),
        ("--d=", "argument --debug: ignored explicit argument ''"),
        ("--no-cli iam", "ambiguous option: --no-cli could match --no-cli-pager, --no-cli-auto-prompt"),
        ("iam get-user a --foo b", "Unknown options: --foo, b, a"),
        ("sts get-session-token --minimum 1", "Unknown options: --minimum, 1"),
        ("iam list-users --ma x", "ambiguous option: --ma could match --marker, --max-items"),
        ("iam list-users --max x", "argument --max-items: invalid int value: 'x'"),
        (
            "iam list-users --page-size 1 --st x --marker y",
            "Cannot specify --no-paginate along with pagination arguments: --starting-token, --page-size",
        ),
        (
            "iam create-virtual-mfa-device --cli-input-json {}",
            "the following arguments are required: --virtual-mfa-device-name, --outfile, --bootstrap-method",
        ),
        ("iam get-role --cli-input-json={}", "the following arguments are required: --role-name"),
        ("iam get-role --generate-cli-skeleton output", "the following arguments are required: --role-name"),
        (
            "iam get-user --endpoint-url x",
            "Bad value for --endpoint-url \"x\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/",
        ),
        ("iam x --cli-c 1.5", "invalid literal for int() with base 10: '1.5'"),
        ("iam x --cli-c x --cli-r y", "invalid literal for int() with base 10: 'y'"),
        ("iam wait --foo", "Unknown options: --foo"),
        ("iam wait", "usage: iamctl [options] iam wait <subcommand> [parameters]"),
        ("sts wait", "argument operation: Found invalid choice 'wait'"),
        ("configure list -- x", "Unknown options: --,x"),
        ("configure -x list y --z", "Unknown options: -x,y,--z"),
        ("iam wait user-exists -- --user-name x", "Unknown options: x, --user-name"),
        ("configure get a b --foo", "Unknown options: b,--foo"),
        ("configure mfa-login --dur x y", "invalid literal for int() with base 10: 'x'"),
        ("s3 create-role", "argument subcommand: Found invalid choice 'create-role'"),
        (
            "s3 ls",
            "iamctl covers iam, sts, configure, sso login and logout; it does not have 's3'. With IAMCTL_FALLBACK=/path/to/aws in the environment it hands such commands to that program.",
        ),
    ];
    for (line, wanted) in cases {
        assert_eq!(said(line), wanted, "{line}");
    }
}

#[test]
fn close_names_are_proposed_and_newer_ones_are_not() {
    let message = |line: &str| read_line(line).err().map(|error| error.message).unwrap_or_default();
    let block = usage::block("iamctl");
    assert_eq!(
        message("iam list-userz"),
        format!(
            "argument operation: Found invalid choice 'list-userz'\n\nMaybe you meant:\n\n  * list-users\n\n{block}"
        )
    );
    assert_eq!(message("x"), format!("argument command: Found invalid choice 'x'\n\n\n{block}"));
    assert!(!message("iam acquire-rol").contains("acquire-role\n"));
    assert_eq!(said("iam acquire-role help"), "help iam acquire-role");
}

#[test]
fn errors_have_the_kinds_that_their_layout_needs() {
    let kinds = [
        ("iam get-user --foo", Kind::UnknownOptions, false),
        ("configure --foo", Kind::ParamValidation, false),
        ("iam x", Kind::ParamValidation, false),
        ("x", Kind::ParamValidation, true),
        ("--profile", Kind::ParamValidation, true),
        ("iam x --cli-read-timeout x", Kind::General, false),
    ];
    for (line, kind, early) in kinds {
        let error = read_line(line).err().unwrap();
        assert!(error.kind == kind && error.early == early, "{line}: {error:?}");
    }
}

#[test]
fn the_query_is_compiled_between_the_passes() {
    let order = |line: &str| {
        read(&split(line), &CONTEXT, &mut |_| Err(crate::error::Error::usage("between")))
            .err()
            .map(|error| error.message.lines().next().unwrap_or_default().to_owned())
    };
    assert_eq!(order("iam x --endpoint-url y").as_deref(), Some("between"));
    assert_eq!(order("x").as_deref(), Some("argument command: Found invalid choice 'x'"));
    assert_eq!(order("--version"), None);
}

#[test]
fn global_options_are_found_anywhere() {
    let line = "--reg r iam --profile= get-user --out json --ca-b= --cli-r -5 --no-s --cli-error-format=text";
    let globals = read_line(line).ok().unwrap().globals;
    let wanted = Globals {
        region: Some("r".to_owned()),
        output: Some("json".to_owned()),
        ca_bundle: Some(String::new()),
        cli_read_timeout: Some(-5),
        no_sign_request: true,
        cli_error_format: Some("text".to_owned()),
        ..Globals::default()
    };
    assert_eq!(globals, wanted);
}

#[test]
fn aliases_are_left_to_the_caller() {
    let alias = |under: &str, name: &str| Alias { under: under.to_owned(), name: name.to_owned() };
    let aliases = [alias("", "who"), alias("iam", "mine"), alias("iam wait", "soon"), alias("", "iam")];
    let said =
        |line: &str, aliases: &[Alias]| match read(&split(line), &Context { aliases, ..CONTEXT }, &mut |_| {
            Ok(())
        })
        .ok()
        .unwrap()
        .line
        {
            Line::Alias { under, name, words } => format!("{under:?} {name} {words:?}"),
            _ => String::new(),
        };
    assert_eq!(said("who --foo --region x y", &aliases), r#"[] who ["--foo", "y"]"#);
    assert_eq!(said("iam x", &aliases), r#"[] iam ["x"]"#);
    assert_eq!(said("iam mine x", &aliases[..3]), r#"["iam"] mine ["x"]"#);
    assert_eq!(said("iam wait soon", &aliases[..3]), r#"["iam", "wait"] soon []"#);
}

#[test]
fn the_whole_tree_is_sound() {
    tree::full("iamctl").debug_assert();
}

#[test]
fn the_tree_has_the_options_that_the_passes_know() {
    for service in model::SERVICES {
        for operation in service.operations {
            let mut known: Vec<String> = operation::options(operation)
                .iter()
                .map(|option| option.name.trim_start_matches('-').to_owned())
                .collect();
            let command = tree::operation(operation);
            let mut shown: Vec<String> =
                command.get_arguments().map(|arg| arg.get_id().as_str().to_owned()).collect();
            known.sort();
            shown.sort();
            assert_eq!(known, shown, "{}", operation.command);
        }
    }
}
