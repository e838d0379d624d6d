//! `configure import`: the CSV documents with access keys that the console hands out.

use super::files::{self, File};
use crate::cli::OwnCommand;
use crate::commands::{Context, terminal};
use crate::config_file::Edit;
use crate::error::{Error, Result};
use crate::python;

const HEADERS: [&str; 3] = ["User Name", "Access Key ID", "Secret Access key"];

pub(super) fn run(command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let csv = command.option("csv").unwrap_or_default();
    if std::path::Path::new(csv).exists() {
        return Err(Error::general(
            "You may be passing a file to import without the 'file://' prefix. To import a CSV file, use --csv file://path/to/file.csv",
        ));
    }
    let users = users(csv, command.option("skip-invalid").is_some())?;
    let prefix = command.option("profile-prefix").unwrap_or_default();
    let edits: Vec<Edit> = users.iter().map(|user| user.edit(prefix)).collect();
    if !edits.is_empty() {
        files::save(context, File::Credentials, &edits)?;
    }
    terminal::print(&format!("Successfully imported {} profile(s)\n", users.len()))
}

struct User<'c> {
    name: &'c str,
    id: &'c str,
    secret: &'c str,
}

impl User<'_> {
    fn edit(&self, prefix: &str) -> Edit {
        let set = vec![
            ("aws_access_key_id".to_owned(), files::text(self.id)),
            ("aws_secret_access_key".to_owned(), files::text(self.secret)),
        ];
        Edit { section: format!("{prefix}{}", self.name), set, remove: Vec::new() }
    }
}

/// The rows. Commas separate and quotes are nothing special; headers may be in any case and order.
fn users(csv: &str, skip_invalid: bool) -> Result<Vec<User<'_>>> {
    if python::trim(csv).is_empty() {
        return Err(Error::general("Provided CSV contains no contents"));
    }
    let mut lines = python::lines(csv.strip_prefix('\u{feff}').unwrap_or(csv)).into_iter();
    let header: Vec<String> =
        lines.next().unwrap_or_default().split(',').map(|cell| python::trim(cell).to_lowercase()).collect();
    let mut columns = Vec::new();
    for name in HEADERS {
        let column = header.iter().position(|cell| *cell == name.to_lowercase());
        columns.push(column.ok_or_else(|| Error::general(format!("Expected header \"{name}\" not found")))?);
    }
    let mut users = Vec::new();
    for (number, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').map(python::trim).collect();
        let cell =
            |at: usize| columns.get(at).and_then(|column| cells.get(*column)).copied().unwrap_or_default();
        let user = User { name: cell(0), id: cell(1), secret: cell(2) };
        let values = [user.name, user.id, user.secret];
        match HEADERS.iter().zip(values).find(|(_, value)| value.is_empty()) {
            None => users.push(user),
            Some(_) if skip_invalid => {}
            Some((header, _)) => {
                return Err(Error::general(format!(
                    "Failed to parse entry #{}: Row missing value for header \"{header}\"",
                    number + 1
                )));
            }
        }
    }
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_in_any_order_and_case() {
        let csv = "\u{feff}x, SECRET ACCESS KEY ,access key id,user name\r\n1, S ,A,u\r\n";
        let users = users(csv, false).unwrap();
        assert_eq!((users[0].name, users[0].id, users[0].secret), ("u", "A", "S"));
    }

    #[test]
    fn a_row_that_lacks_something_is_an_error_or_is_skipped() {
        let csv = "User Name,Access Key ID,Secret Access Key\na,A,S\nb,,S\nc\nd,D,T\n";
        let error = users(csv, false).err().unwrap();
        assert_eq!(error.message, "Failed to parse entry #2: Row missing value for header \"Access Key ID\"");
        for csv in ["\nUser Name,Access Key ID,Secret Access Key\n", "\u{feff}\u{feff}User Name\n"] {
            assert_eq!(users(csv, false).err().unwrap().message, "Expected header \"User Name\" not found");
        }
        let blank_end = "User Name,Access Key ID,Secret Access Key\na,A,S\n\n";
        let error = users(blank_end, false).err().unwrap();
        assert_eq!(error.message, "Failed to parse entry #2: Row missing value for header \"User Name\"");
        let names: Vec<_> = users(csv, true).unwrap().iter().map(|user| user.name).collect();
        assert_eq!(names, ["a", "d"]);
    }
}
