//! Named texts in compressed blocks: data that the program carries with it.
//!
//! The managed policies, the table of actions and the help texts are some
//! megabytes, and a run needs one of them at most. So entries lie in blocks of
//! 16 to 64 KB, each a raw deflate stream of its own, behind an index that is
//! searched as it lies in the program: a look-up inflates one block and
//! nothing else. `xtask/src/pack.rs` writes the format.
//!
//! The format, numbers as `u32` in little-endian order:
//!
//! - `IPK1`, the number of blocks, the number of entries, the bytes of all names;
//! - a block: where it begins behind the names, its length, its length inflated;
//! - an entry, sorted by name: where the name begins, its length, the block,
//!   where the entry begins in the inflated block, its length;
//! - the names, then the blocks.

const MAGIC: &[u8] = b"IPK1";
const HEADER: usize = 16;
const BLOCK: usize = 12;
const ENTRY: usize = 20;

/// A reader of packed data.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'d> {
    blocks: &'d [u8],
    entries: &'d [u8],
    names: &'d [u8],
    body: &'d [u8],
}

impl<'d> Packed<'d> {
    /// A reader of this data; none where it is not in the format.
    pub fn new(data: &'d [u8]) -> Option<Packed<'d>> {
        if data.get(..4)? != MAGIC {
            return None;
        }
        let blocks = number(data, 4)?.checked_mul(BLOCK)?;
        let entries = number(data, 8)?.checked_mul(ENTRY)?;
        let names = number(data, 12)?;
        let (_, rest) = data.split_at_checked(HEADER)?;
        let (blocks, rest) = rest.split_at_checked(blocks)?;
        let (entries, rest) = rest.split_at_checked(entries)?;
        let (names, body) = rest.split_at_checked(names)?;
        Some(Packed { blocks, entries, names, body })
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len() / ENTRY
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All names, sorted by their bytes.
    pub fn names(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let packed = *self;
        (0..self.len()).filter_map(move |at| packed.name(at))
    }

    /// Whether there is an entry of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The entry of this name; none where there is none, or its block is damaged.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let at = self.find(name)? * ENTRY;
        let [block, start, length] = [8, 12, 16].map(|field| number(self.entries, at + field));
        let block = self.block(block?)?;
        let start = start?;
        block.get(start..start.checked_add(length?)?).map(<[u8]>::to_vec)
    }

    /// The entry of this name as text.
    pub fn text(&self, name: &str) -> Option<String> {
        String::from_utf8(self.get(name)?).ok()
    }

    /// Every entry with its name, in order; each block is inflated once.
    pub fn all(&self) -> Vec<(&'d str, Vec<u8>)> {
        let mut all = Vec::with_capacity(self.len());
        let mut inflated: Option<(usize, Vec<u8>)> = None;
        for at in 0..self.len() {
            let field = |field| number(self.entries, at * ENTRY + field);
            let (Some(name), Some(index), Some(start), Some(length)) =
                (self.name(at), field(8), field(12), field(16))
            else {
                continue;
            };
            if inflated.as_ref().is_none_or(|(there, _)| *there != index) {
                inflated = self.block(index).map(|block| (index, block));
            }
            let entry = inflated.as_ref().and_then(|(_, block)| block.get(start..start.checked_add(length)?));
            all.extend(entry.map(|entry| (name, entry.to_vec())));
        }
        all
    }

    fn find(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.name(middle)?.cmp(name) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn name(&self, at: usize) -> Option<&'d str> {
        let start = number(self.entries, at * ENTRY)?;
        let length = number(self.entries, at * ENTRY + 4)?;
        std::str::from_utf8(self.names.get(start..start.checked_add(length)?)?).ok()
    }

    fn block(&self, index: usize) -> Option<Vec<u8>> {
        let at = index.checked_mul(BLOCK)?;
        let [start, length, inflated] = [0, 4, 8].map(|field| number(self.blocks, at + field));
        let (start, inflated) = (start?, inflated?);
        let packed = self.body.get(start..start.checked_add(length?)?)?;
        let block = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, inflated).ok()?;
        (block.len() == inflated).then_some(block)
    }
}

fn number(data: &[u8], at: usize) -> Option<usize> {
    let bytes: [u8; 4] = data.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks: `a` and `bb` in the first, `c` in the second.
    fn sample() -> Vec<u8> {
        let [one, two] = [b"onetwo".as_slice(), b"three"]
            .map(|block| (block.len(), miniz_oxide::deflate::compress_to_vec(block, 6)));
        let mut numbers = vec![2, 3, 4];
        numbers.extend([0, one.1.len(), one.0]);
        numbers.extend([one.1.len(), two.1.len(), two.0]);
        numbers.extend([0, 1, 0, 0, 3]);
        numbers.extend([1, 2, 0, 3, 3]);
        numbers.extend([3, 1, 1, 0, 5]);
        let mut data = MAGIC.to_vec();
        data.extend(numbers.into_iter().flat_map(|number| u32::try_from(number).unwrap().to_le_bytes()));
        data.extend(b"abbc");
        data.extend(one.1);
        data.extend(two.1);
        data
    }

    #[test]
    fn entries_are_found_by_name() {
        let data = sample();
        let packed = Packed::new(&data).unwrap();
        assert_eq!(packed.names().collect::<Vec<_>>(), ["a", "bb", "c"]);
        assert_eq!(packed.text("a").as_deref(), Some("one"));
        assert_eq!(packed.text("bb").as_deref(), Some("two"));
        assert_eq!(packed.text("c").as_deref(), Some("three"));
        assert_eq!(packed.get("b"), None);
        assert!(packed.contains("c") && !packed.contains("d") && !packed.contains(""));
        let all: Vec<_> = packed.all();
        assert_eq!(all, [("a", b"one".to_vec()), ("bb", b"two".to_vec()), ("c", b"three".to_vec())]);
        assert!(packed.len() == 3 && !packed.is_empty());
    }

    #[test]
    fn damaged_data_yields_nothing_and_ends_nothing() {
        let data = sample();
        assert!(Packed::new(b"").is_none());
        assert!(Packed::new(b"IPK2............").is_none());
        for length in 0..data.len() {
            if let Some(packed) = Packed::new(&data[..length]) {
                assert_eq!(packed.get("c"), None, "{length} bytes");
            }
        }
        for at in 4..data.len() {
            let mut other = data.clone();
            other[at] ^= 0xff;
            if let Some(packed) = Packed::new(&other) {
                for name in packed.names().collect::<Vec<_>>() {
                    let _ = packed.get(name);
                }
                let _ = packed.all();
            }
        }
    }
}
