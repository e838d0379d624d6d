//! PNG images of two colours, for QR codes.
//!
//! One kind of image, 1 bit a dot, needs four chunks around a deflated body,
//! for which the program has the parts: a whole image library would bring a
//! second copy of them.

use miniz_oxide::deflate::{CompressionLevel, compress_to_vec_zlib};

use super::fault::Fault;

/// Quiet dots on each side of a code, as its standard asks for.
const MARGIN: usize = 4;

/// Pixels a dot.
const SCALE: usize = 4;

/// The image of a square code, from its dots row by row.
///
/// # Errors
/// A code too large for an image, which no QR code is.
pub(super) fn of_code(width: usize, is_dark: impl Fn(usize, usize) -> bool) -> Result<Vec<u8>, Fault> {
    let side = (width + 2 * MARGIN) * SCALE;
    let mut raw = Vec::new();
    for y in 0..side {
        // No filter.
        raw.push(0);
        for start in (0..side).step_by(8) {
            let bit = |x: usize| {
                let dot = |at: usize| (at / SCALE).checked_sub(MARGIN).filter(|dot| *dot < width);
                let dark = dot(x).zip(dot(y)).is_some_and(|(x, y)| is_dark(x, y));
                u8::from(x < side && !dark)
            };
            raw.push((start..start + 8).fold(0, |byte, x| byte << 1 | bit(x)));
        }
    }
    let size = u32::try_from(side).map_err(Fault::internal)?.to_be_bytes();
    let header = [&size[..], &size, &[1, 0, 0, 0, 0]].concat();
    let body = compress_to_vec_zlib(&raw, CompressionLevel::DefaultLevel as u8);
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header), (b"IDAT", &body), (b"IEND", &Vec::new())] {
        let length = u32::try_from(data.len()).map_err(Fault::internal)?;
        let named = [&kind[..], data].concat();
        image.extend(length.to_be_bytes());
        image.extend(&named);
        image.extend(crc32fast::hash(&named).to_be_bytes());
    }
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_programs_reader_sees_the_dots() {
        let image = of_code(3, |x, y| (x + y) % 2 == 0).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(image)).read_info().unwrap();
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row().unwrap() {
            rows.push(row.data().to_vec());
        }
        assert_eq!((reader.info().width, rows.len()), (44, 44));
        let dark = |x: usize, y: usize| rows[y][x / 8] >> (7 - x % 8) & 1 == 0;
        for (x, y) in (0..44).flat_map(|x| (0..44).map(move |y| (x, y))) {
            let inside = (16..28).contains(&x) && (16..28).contains(&y);
            assert_eq!(dark(x, y), inside && (x / 4 + y / 4) % 2 == 0, "{x} {y}");
        }
    }
}
