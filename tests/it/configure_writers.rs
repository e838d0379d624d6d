//! Many writers, killed writers: the credentials file loses nothing and is never half written.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use iamctl::config_file::{Section, parse};
use iamctl_testkit::Home;

use crate::iamctl;

/// Rounds of the tests here: a few, or as many as `IAMCTL_ROUNDS` says (`cargo xtask torture`).
pub fn rounds(few: usize) -> usize {
    std::env::var("IAMCTL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

fn sections(path: &Path) -> Vec<Section> {
    let text = std::fs::read_to_string(path).unwrap();
    parse(&text).unwrap_or_else(|error| panic!("{error:?} in\n{text}"))
}

fn key<'s>(sections: &'s [Section], section: &str, key: &str) -> Option<&'s str> {
    sections.iter().find(|one| one.name == section)?.keys.get(key)?.text()
}

/// What is in the folder besides the two files.
fn strays(home: &Home) -> Vec<String> {
    let names = std::fs::read_dir(home.path("~/.aws")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "config" && name != "credentials").collect()
}

/// The program, to be started and not waited for.
fn command(home: &Home, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamctl"));
    command.args(words).env_clear().env("HOME", home.path("~")).current_dir(home.path("."));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn sixty_four_writers_at_once_lose_nothing() {
    const WRITERS: usize = 64;
    let home = Home::new().unwrap();
    let path = home.write("~/.aws/credentials", "# kept\n[default]\naws_access_key_id = A\n").unwrap();
    for round in 0..rounds(3) {
        let value = format!("secret-{round}");
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let profile = format!("p{number}");
                let words = ["configure", "set", "aws_secret_access_key", &value, "--profile", &profile];
                command(&home, &words).spawn().unwrap()
            })
            .collect();
        for mut writer in writers {
            assert!(writer.wait().unwrap().success());
        }
        let read = sections(&path);
        for number in 0..WRITERS {
            assert_eq!(key(&read, &format!("p{number}"), "aws_secret_access_key"), Some(value.as_str()));
        }
        assert_eq!(read.len(), WRITERS + 1);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("# kept\n[default]\n"));
        assert_eq!(strays(&home), Vec::<String>::new());
    }
    println!("{WRITERS} writers at once, {} rounds: nothing lost", rounds(3));
}

#[test]
fn writers_that_create_the_file_at_once_lose_nothing() {
    let home = Home::new().unwrap();
    let words = |number: usize| ["configure".into(), "set".into(), format!("key{number}"), "v".to_owned()];
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let words = words(number);
            command(&home, &words.each_ref().map(String::as_str)).spawn().unwrap()
        })
        .collect();
    for mut writer in writers {
        assert!(writer.wait().unwrap().success());
    }
    let read = sections(&home.path("~/.aws/config"));
    assert_eq!((read.len(), read[0].keys.len()), (1, 16));
}

/// How long a writer takes: the middle one of five.
fn usual_time(home: &Home) -> Duration {
    let mut times: Vec<_> = (0..5)
        .map(|round| {
            let start = Instant::now();
            let words = ["configure", "set", "region", &round.to_string()];
            assert!(command(home, &words).status().unwrap().success());
            start.elapsed()
        })
        .collect();
    times.sort();
    times[2]
}

#[test]
fn a_killed_writer_leaves_the_old_file_or_the_new_one() {
    let home = Home::new().unwrap();
    let many: String = (0..200).map(|n| format!("[p{n}]\naws_access_key_id = AKIA{n}\n")).collect();
    let path = home.write("~/.aws/credentials", &many).unwrap();
    let mut before = std::fs::read_to_string(&path).unwrap();
    let usual = usual_time(&home);
    let all = u32::try_from(rounds(15) * 10).unwrap();
    let (mut old, mut new) = (0, 0);
    for round in 0..all {
        let value = format!("secret-of-round-{round}");
        let mut writer =
            command(&home, &["configure", "set", "aws_secret_access_key", &value, "--profile", "p100"])
                .spawn()
                .unwrap();
        // From before it has begun until after it has ended, evenly, early and late moments mixed.
        std::thread::sleep(usual * 3 / 2 * (round * 61 % all) / all);
        writer.kill().unwrap();
        writer.wait().unwrap();
        let now = std::fs::read_to_string(&path).unwrap();
        if now == before {
            old += 1;
        } else {
            assert_eq!(key(&sections(&path), "p100", "aws_secret_access_key"), Some(value.as_str()));
            assert_eq!(sections(&path).len(), 200);
            new += 1;
        }
        before = now;
        assert!(strays(&home).len() <= 1, "{:?}", strays(&home));
    }
    println!("killed at random moments: {old} left the old file, {new} the new one");
    // The next writer takes away what a killed one left.
    iamctl(&["configure", "set", "aws_secret_access_key", "last", "--profile", "p100"])
        .by_files_alone()
        .home(&home)
        .run()
        .ok();
    assert_eq!(strays(&home), Vec::<String>::new());
}
