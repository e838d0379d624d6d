//! The words of the help: `model/docs` checked and packed into `src/help/words.ipk`.
//!
//! Everything that one page needs is in one entry, shared notions and the
//! members of nested structures written in, so that the program inflates one
//! block for it. What the words cannot know (types, limits, order) is not
//! here: the program has it in its tables.

mod docs;
mod entries;
mod index;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use docs::Docs;

/// Where the packed words lie.
const TARGET: &str = "src/help/words.ipk";

/// The packed words, as they have to be now.
///
/// # Errors
///
/// Fails where the words name what the model does not have.
pub fn file(root: &Path) -> Result<(PathBuf, Vec<u8>)> {
    let docs = Docs::read(root)?;
    let mut entries: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut problems = Vec::new();
    entries::write(&docs, &mut entries, &mut problems)?;
    index::write(&docs, &mut entries);
    if !problems.is_empty() {
        bail!("model/docs:\n{}", problems.join("\n"));
    }
    Ok((root.join(TARGET), crate::pack::pack(&entries)?))
}

/// Writes the packed words and says how large they are.
pub fn write(root: &Path) -> Result<()> {
    let (path, data) = file(root)?;
    std::fs::write(&path, &data)?;
    crate::say(&format!("{TARGET}: {} bytes", data.len()));
    Ok(())
}
