//! The items that a slice picks.

use super::ast::Slice;
use crate::error::{Error, Result};

/// The positions that `slice` picks of a list of `length` items, in order.
///
/// # Errors
///
/// Fails for a step of 0.
pub(super) fn positions(slice: Slice, length: usize) -> Result<Vec<usize>> {
    let step = i128::from(slice.step.unwrap_or(1));
    if step == 0 {
        return Err(Error::general("slice step cannot be zero"));
    }
    let length = i128::try_from(length).unwrap_or(i128::MAX);
    // Downwards a slice goes from the last item to the one "before" the first.
    let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let end = |end: Option<i64>, default: i128| match end.map(i128::from) {
        None => default,
        Some(end) => (if end < 0 { end + length } else { end }).clamp(lowest, highest),
    };
    let (first, last) = if step > 0 { (lowest, highest) } else { (highest, lowest) };
    let (mut at, stop) = (end(slice.start, first), end(slice.stop, last));
    let mut positions = Vec::new();
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        positions.extend(usize::try_from(at));
        at += step;
    }
    Ok(positions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(start: Option<i64>, stop: Option<i64>, step: Option<i64>) -> Vec<usize> {
        positions(Slice { start, stop, step }, 4).unwrap()
    }

    #[test]
    fn upwards_and_downwards() {
        assert_eq!(picked(None, None, None), [0, 1, 2, 3]);
        assert_eq!(picked(Some(1), Some(-1), None), [1, 2]);
        assert_eq!(picked(None, None, Some(-1)), [3, 2, 1, 0]);
        assert_eq!(picked(Some(9), Some(0), Some(-2)), [3, 1]);
        assert_eq!(picked(Some(i64::MIN), Some(i64::MAX), Some(i64::MAX)), [0]);
        assert!(picked(Some(2), Some(1), None).is_empty());
    }

    #[test]
    fn a_step_of_zero_is_an_error() {
        let slice = Slice { step: Some(0), ..Slice::default() };
        assert_eq!(positions(slice, 4).unwrap_err().message, "slice step cannot be zero");
    }
}
