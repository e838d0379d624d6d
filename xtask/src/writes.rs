//! What a safe write costs: `configure set` beside a program that does only what such a write must.
//!
//! That program writes a temporary file, syncs it, renames it and syncs the
//! directory. Both take turns, each with a new value every time, in folders
//! beside each other below `target/`, so on the disk and not in memory.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::measure::{self, Line, median};
use crate::{build, out};

/// The most that `configure set` may take on top, in milliseconds.
const AIM: f64 = 3.0;

const WRITE: &str = r#"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
    int folder, file;
    if (count != 3 || chdir(words[1]) != 0) return 1;
    if ((folder = open(".", O_RDONLY | O_DIRECTORY)) < 0) return 2;
    if ((file = open(".credentials.new", O_WRONLY | O_CREAT | O_TRUNC, 0600)) < 0) return 3;
    if (write(file, words[2], strlen(words[2])) < 0 || fsync(file) != 0 || close(file) != 0) return 4;
    if (rename(".credentials.new", "credentials") != 0 || fsync(folder) != 0) return 5;
    return 0;
}
"#;

/// Measures and prints two rows and their difference.
pub fn measure(program: &Path, rounds: usize) -> Result<()> {
    fs::create_dir_all(build::target())?;
    let folder = tempfile::tempdir_in(build::target())?;
    let bare = measure::compile(folder.path(), "bare", WRITE)?;
    for name in ["home/.aws", "bare-home"] {
        fs::create_dir_all(folder.path().join(name))?;
    }
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let environment = vec![("HOME".to_owned(), text(&folder.path().join("home")))];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let value = format!("wJalrXUtnFEMI/K7MDENG/{round:08}");
        let content = format!("[default]\naws_secret_access_key = {value}\n");
        let place = text(&folder.path().join("bare-home"));
        for (words, times) in [
            (
                vec![text(program), "configure".into(), "set".into(), "aws_secret_access_key".into(), value],
                &mut ours,
            ),
            (vec![text(&bare), place, content], &mut theirs),
        ] {
            let line = Line { name: "write".into(), words, environment: environment.clone() };
            let time = line.time()?;
            // The first one makes the file and warms up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let milliseconds = |times: &mut [Duration]| median(times).as_secs_f64() * 1000.0;
    let (ours, theirs) = (milliseconds(&mut ours), milliseconds(&mut theirs));
    out(&format!("{:48}{ours:>10.2}", "iamctl configure set"));
    out(&format!("{:48}{theirs:>10.2}", "write, sync, rename, sync of the directory"));
    out(&format!(
        "configure set above the bare write: {:.2} ms (aim {AIM:.2}), {rounds} rounds",
        ours - theirs
    ));
    Ok(())
}
