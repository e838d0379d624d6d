//! `man install`: writes the manual, one page for each page of help.
//!
//! The pages are made on the spot from the words that the program carries, so
//! there is no second copy of them in it, and they fit its version.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Context, terminal};
use crate::cli::OwnCommand;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::help;

/// The pages bear the program's own name, whatever link it runs through.
const NAME: &str = "iamctl";

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let folder = match command.option("dir") {
        Some(folder) => PathBuf::from(folder),
        None => default_folder(context.env)?,
    };
    let pages = help::all(NAME);
    for page in &pages {
        let folder = folder.join(format!("man{}", help::man::section(page)));
        fs::create_dir_all(&folder).map_err(|error| failed(&error, &folder))?;
        let path = folder.join(help::man::file_name(page));
        fs::write(&path, help::man::page(page)).map_err(|error| failed(&error, &path))?;
    }
    terminal::print(&format!("Wrote {} pages below {}\n", pages.len(), folder.display()))
}

/// Where readers of manuals look for those of one user.
fn default_folder(env: &Env) -> Result<PathBuf> {
    if let Some(data) = env.filled("XDG_DATA_HOME") {
        return Ok(PathBuf::from(data).join("man"));
    }
    let home = env.home().ok_or_else(|| {
        Error::general("man install: there is no HOME; say where the pages go with --dir FOLDER")
    })?;
    Ok(home.join(".local/share/man"))
}

fn failed(error: &std::io::Error, path: &Path) -> Error {
    Error::general(format!(
        "man install: {}; with --dir FOLDER the pages go elsewhere",
        terminal::errno(error, &path.display().to_string())
    ))
}
