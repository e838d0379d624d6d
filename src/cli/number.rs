//! The integers that the line's own options take.

use crate::python;

/// An integer that a line gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integer {
    /// Its decimal digits without needless zeros, with a `-` where it is negative.
    pub text: String,
    /// The number, or the nearest one that fits.
    pub number: i64,
}

/// Reads an integer by Python's rules.
pub fn integer(text: &str) -> Option<Integer> {
    let text = python::int(text).ok()?;
    let number = text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX });
    Some(Integer { text, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_does_not_fit_is_the_nearest() {
        assert_eq!(integer("99999999999999999999").map(|read| read.number), Some(i64::MAX));
        assert_eq!(integer("-99999999999999999999").map(|read| read.number), Some(i64::MIN));
        assert_eq!(integer(" 1_0 ").map(|read| read.text).as_deref(), Some("10"));
        assert_eq!(integer("1.5"), None);
    }
}
