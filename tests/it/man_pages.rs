//! The manual: what is in `man/` is what the program makes, and a formatter can read it.
//!
//! `mandoc -T lint -W warning man/*` says more where it is installed.

use std::collections::BTreeMap;
use std::path::Path;

use iamctl_testkit::Home;

use crate::iamctl;

/// The requests that the pages use.
const REQUESTS: [&str; 13] =
    [".TH", ".SH", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi", ".na", ".ad", ".nh", ".hy", ".B"];

fn pages() -> BTreeMap<String, String> {
    let home = Home::new().unwrap();
    let folder = home.path("manual");
    let outcome = iamctl(&["man", "install", "--dir", folder.to_str().unwrap()]).home(&home).run().ended(0);
    let mut pages = read(&folder.join("man1"));
    pages.extend(read(&folder.join("man7")));
    assert!(outcome.stdout.starts_with(&format!("Wrote {} pages", pages.len())), "{}", outcome.stdout);
    pages
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn the_manual_is_what_the_program_makes() {
    let (kept, made) = (read(&iamctl_testkit::root().join("man")), pages());
    let names: Vec<_> =
        kept.keys().chain(made.keys()).filter(|name| kept.get(*name) != made.get(*name)).collect();
    assert!(names.is_empty(), "run `cargo xtask man`: {names:?}");
}

#[test]
fn a_formatter_can_read_every_page() {
    let pages = pages();
    for name in [
        "iamctl.1",
        "iamctl-iam.1",
        "iamctl-iam-create-user.1",
        "iamctl-configure-set.1",
        "iamctl-policies.7",
    ] {
        assert!(pages.contains_key(name), "{name} is not there");
    }
    for (name, text) in &pages {
        let (stem, section) = name.rsplit_once('.').unwrap();
        assert!(text.starts_with(&format!(".TH {} {section} ", stem.to_uppercase())), "{name}");
        assert!(text.contains("\n.SH NAME\n"), "{name}");
        let mut depth = (0, 0);
        for line in text.lines() {
            assert!(line.is_ascii() && !line.starts_with('\''), "{name}: {line}");
            if !line.starts_with('.') {
                continue;
            }
            let request = line.split(' ').next().unwrap();
            assert!(REQUESTS.contains(&request), "{name}: {line}");
            match request {
                ".RS" => depth.0 += 1,
                ".RE" => depth.0 -= 1,
                ".nf" => depth.1 += 1,
                ".fi" => depth.1 -= 1,
                _ => {}
            }
            assert!(depth.0 >= 0 && (0..=1).contains(&depth.1), "{name}: {line}");
        }
        assert_eq!(depth, (0, 0), "{name}: something is opened and not closed");
    }
}
