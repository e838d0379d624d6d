//! Writes the format that `src/packed.rs` reads: see there.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

/// A block is closed once it holds this many bytes; a longer entry has a block of its own.
const BLOCK: usize = 32 * 1024;

/// Packs these entries.
///
/// # Errors
///
/// Fails for data of 4 GB and more.
pub fn pack(entries: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    let mut names: Vec<u8> = Vec::new();
    let mut index: Vec<u8> = Vec::new();
    for (name, content) in entries {
        if blocks.last().is_none_or(|block| !block.is_empty() && block.len() + content.len() > BLOCK) {
            blocks.push(Vec::new());
        }
        let at = blocks.len() - 1;
        let block = blocks.last_mut().context("there is a block")?;
        for number in [names.len(), name.len(), at, block.len(), content.len()] {
            put(&mut index, number)?;
        }
        names.extend(name.as_bytes());
        block.extend(content);
    }
    let mut data = b"IPK1".to_vec();
    for number in [blocks.len(), entries.len(), names.len()] {
        put(&mut data, number)?;
    }
    let mut body = Vec::new();
    for block in &blocks {
        let packed = miniz_oxide::deflate::compress_to_vec(block, 10);
        for number in [body.len(), packed.len(), block.len()] {
            put(&mut data, number)?;
        }
        body.extend(packed);
    }
    data.extend(index);
    data.extend(names);
    data.extend(body);
    Ok(data)
}

fn put(data: &mut Vec<u8>, number: usize) -> Result<()> {
    data.extend(u32::try_from(number).context("the data is too large")?.to_le_bytes());
    Ok(())
}
