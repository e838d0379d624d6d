//! Aliases, from the file to what is sent and printed.

use iamctl_testkit::{Outcome, Reply, Server};

use crate::iamctl;

const FILE: &str = "[toplevel]\n\
    who = sts get-caller-identity --query Account --output text\n\
    me = who --region eu-north-1\n\
    sts = sts --output text\n\
    args = !for a in \"$@\"; do echo \"[$a]\"; done; true\n\
    show = !f() { for a in \"$@\"; do echo \"[$a]\"; done; }; f\n\
    three = !exit 3\n\
    open = sts 'x\n\
    other = sts get-caller-identity --profile p\n\
    round = back\n\
    back = round\n\
    [command iam]\n\
    mk = create-user --output text --user-name\n\
    get-user = anything --user-name zed\n\
    [command iam wait]\n\
    zed = user-exists --user-name zed\n";

const IDENTITY: &str = "<Arn>a</Arn><UserId>u</UserId><Account>123456789012</Account>";

fn run(words: &[&str], server: &Server) -> Outcome {
    iamctl(words).file("~/.aws/cli/alias", FILE).endpoint(&server.url()).run()
}

#[test]
fn words_stand_before_those_that_are_typed_and_aliases_lead_to_one_another() {
    let server = Server::start(vec![Reply::result("GetCallerIdentity", IDENTITY)]).unwrap();
    assert_eq!(run(&["who"], &server).ok().stdout, "123456789012\n");
    assert_eq!(run(&["who", "--output", "json"], &server).ok().stdout, "123456789012\n", "the alias wins");
    assert_eq!(run(&["me"], &server).ok().stdout, "123456789012\n");
    assert!(server.requests()[2].scope().unwrap().contains("eu-north-1"));
    assert_eq!(run(&["sts", "get-caller-identity"], &server).ok().stdout, "123456789012\ta\tu\n");
}

#[test]
fn aliases_of_a_service_and_of_its_waiters() {
    let user = "<User><UserName>u</UserName></User>";
    let server =
        Server::start(vec![Reply::result("CreateUser", user), Reply::result("GetUser", user)]).unwrap();
    assert_eq!(run(&["iam", "mk", "zed"], &server).ok().stdout, "USER\tu\n");
    let _ = run(&["iam", "get-user"], &server).ok();
    let _ = run(&["iam", "wait", "zed"], &server).ok();
    let names: Vec<_> = server.requests().iter().map(|request| request.param("UserName")).collect();
    assert_eq!(names, [Some("zed".to_owned()), Some("zed".to_owned()), Some("zed".to_owned())]);
}

#[test]
fn a_shell_line_gets_the_words_and_passes_its_status_on() {
    let server = Server::start(vec![Reply::ok("")]).unwrap();
    let shown = run(&["show", "a b", "it's", "$HOME", "--region", "x", "--odd"], &server).ok();
    assert_eq!(shown.stdout, "[a b]\n[it's]\n[$HOME]\n[--odd]\n");
    let _ = run(&["three"], &server).ended(3);
}

#[test]
fn what_is_wrong_with_an_alias_is_told() {
    let server = Server::start(vec![Reply::ok("")]).unwrap();
    let _ = run(&["open"], &server).ended(255).complains(
        "Value of alias \"open\" could not be parsed. Received error: No closing quotation when parsing:\nsts 'x\n",
    );
    let _ = run(&["other"], &server)
        .ended(255)
        .complains("Global parameter \"--profile\" detected in alias \"other\" which is not supported in subcommand aliases.");
    let _ = run(&["round"], &server).ended(255).complains("maximum recursion depth exceeded");
    let broken = iamctl(&["--version"]).file("~/.aws/cli/alias", "[toplevel\n").run().ended(255);
    let path = broken.home.path("~/.aws/cli/alias");
    let _ = broken.complains(&format!("Unable to parse config file: {}", path.display()));
}
