//! `cargo xtask bench`: how long a call takes, and what it costs.
//!
//! All commands take turns within one run, so that a busy moment of the
//! machine hits all of them; what is printed are medians. The server answers
//! from memory in one write. curl signs and sends the very same call.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use iamctl_testkit::tls::Authority;
use iamctl_testkit::{Reply, Server};

use crate::measure::{Helpers, Line, interleaved, median};
use crate::words::Words;
use crate::{build, dist, out, sandbox_bench, say, writes};

const REPLY: &str = "<Arn>arn:aws:iam::123456789012:user/amelia</Arn><UserId>AIDAEXAMPLE</UserId>\
                     <Account>123456789012</Account>";

/// Where systems keep their roots.
const ROOTS: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// What a run is compared with, and the most that it may take of that.
const AIMS: [(&str, f64); 3] =
    [("http", 0.35), ("https, private CA file", 0.45), ("https, system's roots and the CA", 0.25)];

/// Measures and prints the table.
pub fn run(mut words: Words) -> Result<()> {
    let rounds = words.number("--rounds")?.unwrap_or(61).max(1);
    let program = match words.value("--sut")? {
        Some(path) => std::path::absolute(path)?,
        None => built()?,
    };
    let sandbox = words.switch("--sandbox");
    words.end()?;
    if sandbox {
        return sandbox_bench::run(&program, rounds);
    }
    let folder = tempfile::tempdir()?;
    let helpers = Helpers::compile(folder.path())?;
    let servers = Servers::start()?;
    let lines = lines(&program, &helpers, &servers, folder.path())?;

    say(&format!("{rounds} rounds of {} commands, after one to warm up ...", lines.len()));
    let mut times = interleaved(&lines, rounds)?;
    let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
    print(&program, &lines, &medians, &helpers)?;
    writes::measure(&program, 101)
}

/// The binary that people download where it is built, else the release one.
fn built() -> Result<PathBuf> {
    let release = build::target().join("release/iamctl");
    match [dist::path(), release].into_iter().find(|path| path.exists()) {
        Some(path) => Ok(path),
        None => bail!("nothing to measure: run `cargo xtask dist` first, or name a program with --sut"),
    }
}

struct Servers {
    plain: Server,
    tls: Server,
    authority: Authority,
}

impl Servers {
    fn start() -> Result<Servers> {
        let replies = || vec![Reply::result("GetCallerIdentity", REPLY)];
        let authority = Authority::new("bench")?;
        let tls = Server::start_tls(replies(), &authority.vouch_for(&["127.0.0.1", "localhost"])?)?;
        Ok(Servers { plain: Server::start(replies())?, tls, authority })
    }
}

/// The commands that take turns: ours, and curl's where it can sign.
fn lines(program: &Path, helpers: &Helpers, servers: &Servers, folder: &Path) -> Result<Vec<Line>> {
    let small = folder.join("ca.pem");
    std::fs::write(&small, servers.authority.pem())?;
    let mut ways =
        vec![("http", servers.plain.url(), None), ("https, private CA file", servers.tls.url(), Some(small))];
    match ROOTS.iter().find(|path| Path::new(path).exists()) {
        Some(path) => {
            let large = folder.join("roots.pem");
            std::fs::write(&large, std::fs::read_to_string(path)? + "\n" + servers.authority.pem())?;
            ways.push(("https, system's roots and the CA", servers.tls.url(), Some(large)));
        }
        None => say("no file with the system's roots was found: that row is left out"),
    }
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let environment: Vec<_> = [
        ("PATH", std::env::var("PATH").unwrap_or_default().as_str()),
        ("HOME", &text(folder)),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let line = |name: String, words: Vec<String>| Line { name, words, environment: environment.clone() };
    let mut lines = vec![
        line("do nothing".into(), vec![text(&helpers.nothing)]),
        line("iamctl --version".into(), vec![text(program), "--version".into()]),
    ];
    let curl = curl_signs();
    if !curl {
        say("curl with --aws-sigv4 is not there: its rows are left out");
    }
    for (name, url, bundle) in ways {
        let mut ours = vec![
            text(program),
            "sts".into(),
            "get-caller-identity".into(),
            "--endpoint-url".into(),
            url.clone(),
        ];
        let mut curls: Vec<String> =
            ["curl", "-sS", "-f", "--aws-sigv4", "aws:amz:us-east-1:sts", "--user", "testing:testing"]
                .into_iter()
                .map(str::to_owned)
                .collect();
        curls.extend(["-d".into(), "Action=GetCallerIdentity&Version=2011-06-15".into(), format!("{url}/")]);
        if let Some(bundle) = bundle {
            ours.extend(["--ca-bundle".into(), text(&bundle)]);
            curls.extend(["--cacert".into(), text(&bundle)]);
        }
        lines.push(line(format!("iamctl, {name}"), ours));
        if curl {
            lines.push(line(format!("curl, {name}"), curls));
        }
    }
    Ok(lines)
}

fn curl_signs() -> bool {
    let help = std::process::Command::new("curl").args(["--help", "all"]).output();
    help.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("--aws-sigv4"))
}

fn print(program: &Path, lines: &[Line], medians: &[Duration], helpers: &Helpers) -> Result<()> {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let of = |name: &str| {
        let at = lines.iter().position(|line| line.name == name)?;
        medians.get(at).copied().map(milliseconds)
    };
    out(&format!(
        "{:48}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "", "median ms", "of curl", "aim", "peak MiB", "faults"
    ));
    for (line, time) in lines.iter().zip(medians) {
        let way = line.name.strip_prefix("iamctl, ");
        let curl = way.and_then(|way| of(&format!("curl, {way}")));
        let ratio = curl.map_or_else(String::new, |curl| format!("{:.2}", milliseconds(*time) / curl));
        let aim = way.and_then(|way| AIMS.iter().find(|(name, _)| *name == way));
        let aim = aim.map_or_else(String::new, |(_, most)| format!("{most:.2}"));
        let usage = helpers.usage(line)?;
        let (peak, faults) = (usage.peak as f64 / 1024.0, usage.faults);
        let time = milliseconds(*time);
        out(&format!("{:48}{time:>10.2}{ratio:>10}{aim:>10}{peak:>10.1}{faults:>10}", line.name));
    }
    if let (Some(version), Some(nothing)) = (of("iamctl --version"), of("do nothing")) {
        out(&format!("--version above the do-nothing process: {:.2} ms (aim 0.60)", version - nothing));
    }
    let size = std::fs::metadata(program)?.len();
    out(&format!("{}: {:.1} MB ({size} bytes)", program.display(), size as f64 / 1e6));
    Ok(())
}
