//! The encodings of text files and of output, by Python's names for them.
//!
//! Known are the Unicode encodings, ASCII, Latin-1 and Windows' Western one.
//! Python knows a hundred; the others count as unknown here.

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// UTF-8.
    Utf8,
    /// UTF-8 with or without a mark at its start.
    Utf8Sig,
    /// A mark at its start says which order; none means little-endian.
    Utf16,
    /// Little-endian.
    Utf16Le,
    /// Big-endian.
    Utf16Be,
    /// Seven bits.
    Ascii,
    /// ISO 8859-1.
    Latin1,
    /// Windows' Western one.
    Windows1252,
}

/// The encoding of this name; case and signs between letters do not matter.
pub fn find(name: &str) -> Option<Codec> {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    Some(match name.as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" => Codec::Utf8,
        "utf_8_sig" => Codec::Utf8Sig,
        "utf_16" | "utf16" | "u16" => Codec::Utf16,
        "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => Codec::Utf16Le,
        "utf_16_be" | "utf_16be" | "unicodebigunmarked" => Codec::Utf16Be,
        "ascii" | "us_ascii" | "us" | "646" | "iso646_us" | "ansi_x3_4_1968" | "cp367" | "ibm367" => {
            Codec::Ascii
        }
        "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "iso8859" | "8859" | "cp819"
        | "ibm819" | "iso_ir_100" => Codec::Latin1,
        "cp1252" | "windows_1252" | "1252" => Codec::Windows1252,
        _ => return None,
    })
}

/// The text; none where a byte or unit is wrong.
pub fn decode(codec: Codec, bytes: Vec<u8>) -> Option<String> {
    match codec {
        Codec::Utf8 => String::from_utf8(bytes).ok(),
        Codec::Utf8Sig => {
            let text = String::from_utf8(bytes).ok()?;
            Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
        }
        Codec::Utf16 => match bytes.split_at_checked(2) {
            Some(([0xfe, 0xff], rest)) => utf16(rest, u16::from_be_bytes),
            Some(([0xff, 0xfe], rest)) => utf16(rest, u16::from_le_bytes),
            _ => utf16(&bytes, u16::from_le_bytes),
        },
        Codec::Utf16Le => utf16(&bytes, u16::from_le_bytes),
        Codec::Utf16Be => utf16(&bytes, u16::from_be_bytes),
        Codec::Ascii => bytes.is_ascii().then(|| String::from_utf8(bytes).ok()).flatten(),
        Codec::Latin1 => Some(bytes.into_iter().map(char::from).collect()),
        Codec::Windows1252 => bytes.into_iter().map(windows_1252).collect(),
    }
}

/// The bytes of a text; the first character that the encoding does not have, where there is one.
/// UTF-16 is written without a mark, as the reference writes it.
pub fn encode(codec: Codec, text: &str) -> Result<Vec<u8>, char> {
    let one_byte = |most: u32| {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).ok().filter(|byte| u32::from(*byte) < most).ok_or(c))
            .collect()
    };
    match codec {
        Codec::Utf8 | Codec::Utf8Sig => Ok(text.as_bytes().to_vec()),
        Codec::Utf16 | Codec::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Codec::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        Codec::Ascii => one_byte(0x80),
        Codec::Latin1 => one_byte(0x100),
        Codec::Windows1252 => {
            text.chars().map(|c| (0..=u8::MAX).find(|byte| windows_1252(*byte) == Some(c)).ok_or(c)).collect()
        }
    }
}

/// Python's words for a character that an encoding does not have.
pub fn unencodable(codec: Codec, c: char) -> String {
    let (name, most) = match codec {
        Codec::Ascii => ("ascii", 128),
        Codec::Latin1 => ("latin-1", 256),
        _ => return format!("'charmap' codec can't encode character {}", escaped(c)),
    };
    format!("'{name}' codec can't encode character {}: ordinal not in range({most})", escaped(c))
}

fn escaped(c: char) -> String {
    match u32::from(c) {
        code @ 0..=0xff => format!("'\\x{code:02x}'"),
        code @ 0x100..=0xffff => format!("'\\u{code:04x}'"),
        code => format!("'\\U{code:08x}'"),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok()
}

fn windows_1252(byte: u8) -> Option<char> {
    const HIGH: [u16; 32] = [
        0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
        0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0, 0x017e, 0x0178,
    ];
    match byte {
        0x80..=0x9f => match HIGH.get(usize::from(byte - 0x80)) {
            Some(0) | None => None,
            Some(code) => char::from_u32(u32::from(*code)),
        },
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(name: &str, bytes: &[u8]) -> Option<String> {
        decode(find(name).unwrap(), bytes.to_vec())
    }

    #[test]
    fn names_are_read_loosely() {
        assert_eq!(find("UTF8"), Some(Codec::Utf8));
        assert_eq!(find("iso-8859-1"), Some(Codec::Latin1));
        assert_eq!(find("bogus"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn each_encoding_writes_its_own_and_names_what_it_has_not() {
        assert_eq!(encode(Codec::Latin1, "aé"), Ok(vec![b'a', 0xe9]));
        assert_eq!(encode(Codec::Latin1, "漢"), Err('漢'));
        assert_eq!(encode(Codec::Ascii, "é"), Err('é'));
        assert_eq!(encode(Codec::Windows1252, "€"), Ok(vec![0x80]));
        assert_eq!(encode(Codec::Utf16, "é"), Ok(vec![0xe9, 0]));
        let words = unencodable(Codec::Latin1, '漢');
        assert_eq!(words, "'latin-1' codec can't encode character '\\u6f22': ordinal not in range(256)");
    }

    #[test]
    fn each_encoding_reads_its_own_and_refuses_what_is_wrong() {
        assert_eq!(decoded("utf-8", b"\xff"), None);
        assert_eq!(decoded("utf-8-sig", b"\xef\xbb\xbfa").as_deref(), Some("a"));
        assert_eq!(decoded("utf-16", b"\xfe\xff\x00a").as_deref(), Some("a"));
        assert_eq!(decoded("utf-16", b"a\x00").as_deref(), Some("a"));
        assert_eq!(decoded("utf-16", b"a"), None);
        assert_eq!(decoded("ascii", b"\xe9"), None);
        assert_eq!(decoded("latin1", b"\xe9").as_deref(), Some("é"));
        assert_eq!(decoded("cp1252", b"\x80").as_deref(), Some("€"));
        assert_eq!(decoded("cp1252", b"\x81"), None);
    }
}
