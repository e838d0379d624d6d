//! The examples of the help, each run as it is printed: in a folder of its own, by a shell, in an account that
//! starts empty.
//!
//! Those of operations run in the account that the program brings with it, so nothing is needed for them.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use toml::Table;

/// Commands that work on files alone, and with the profile that they name.
const ON_FILES: [&str; 4] = ["cache", "completion", "configure", "man"];

struct Example {
    /// The command's name and the example's place.
    name: String,
    files: Vec<(String, String)>,
    /// All lines, those before the one that is shown included.
    lines: Vec<String>,
    in_account: bool,
}

#[test]
fn every_example_of_an_operation_does_what_it_says() {
    run_all(examples().into_iter().filter(|one| one.in_account).collect());
}

#[test]
fn every_example_of_our_own_commands_does_what_it_says() {
    run_all(examples().into_iter().filter(|one| !one.in_account).collect());
}

/// Runs them side by side and says which ones failed, and how.
fn run_all(examples: Vec<Example>) {
    assert!(!examples.is_empty());
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(example) = examples.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(why) = run(example) {
                        failed.lock().unwrap().push(format!("{}: {why}", example.name));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    assert!(failed.is_empty(), "{} of {} fail:\n{}", failed.len(), examples.len(), failed.join("\n"));
}

fn run(example: &Example) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    std::fs::create_dir_all(&work).unwrap();
    for (name, content) in &example.files {
        std::fs::write(work.join(name), content).unwrap();
    }
    for line in &example.lines {
        let output = shell(line, example.in_account, folder.path());
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{line}\n    {}: {}", output.status, complaint.trim()));
        }
    }
    Ok(())
}

fn shell(line: &str, in_account: bool, folder: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_iamctl"));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder.join("work")).env_clear();
    command.env("PATH", format!("{}:{path}", program.parent().unwrap().display()));
    command.env("HOME", folder.join("home")).env("AWS_EC2_METADATA_DISABLED", "true");
    // Whatever profile an example names, nothing may leave the machine.
    command.env("AWS_DEFAULT_REGION", "us-east-1");
    match in_account {
        true => command.env("AWS_PROFILE", "sandbox:").env("AWS_ENDPOINT_URL", "sandbox:"),
        false => command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    };
    command.output().unwrap()
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut names: Vec<_> = std::fs::read_dir(iamctl_testkit::root().join("model/docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    names.sort();
    for path in names {
        let table: Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        for kind in ["operation", "command"] {
            for (name, words) in table.get(kind).and_then(toml::Value::as_table).into_iter().flatten() {
                let list = words.get("examples").and_then(toml::Value::as_array);
                for (at, one) in list.into_iter().flatten().enumerate() {
                    examples.push(example(&format!("{name} {}", at + 1), one));
                }
            }
        }
    }
    examples
}

fn example(name: &str, example: &toml::Value) -> Example {
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let before = example.get("before").and_then(toml::Value::as_array).into_iter().flatten().map(text);
    let run = text(&example["run"]);
    let first = run.split(' ').nth(1).unwrap_or_default();
    let files = example.get("files").and_then(toml::Value::as_table).into_iter().flatten();
    Example {
        name: name.to_owned(),
        files: files.map(|(name, content)| (name.clone(), text(content))).collect(),
        in_account: !ON_FILES.contains(&first) && first != "help" && !run.ends_with(" help"),
        lines: before.chain([run.clone()]).collect(),
    }
}
