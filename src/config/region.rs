//! Region names.

use crate::error::{Error, Result};

/// A region becomes part of a host name, so it must be a label of one, and not a number. The empty region is one.
pub fn check(region: &str) -> Result<()> {
    let fits = region.len() <= 63
        && !region.starts_with('-')
        && !region.ends_with('-')
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && (region.is_empty() || !region.bytes().all(|byte| byte.is_ascii_digit()));
    if fits {
        return Ok(());
    }
    Err(Error::general(format!("Provided region_name '{region}' doesn't match a supported format.")))
}

/// The region that is meant, and whether its FIPS endpoints are: `fips-us-east-1` and `us-east-1-fips` say
/// both in one word. The mark counts wherever it stands, in small letters only.
pub fn without_fips(region: &str) -> (String, bool) {
    let rest = region.replace("fips-", "").replace("-fips", "");
    let is_marked = rest != region;
    (rest, is_marked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_no_region() {
        for region in ["", "1a", "1-2", "us-east-1", "US-EAST-1"] {
            assert!(check(region).is_ok(), "{region}");
        }
        for region in ["1", "12", "-a", "a-", "a_b", "a b", "a.b"] {
            assert!(check(region).is_err(), "{region}");
        }
    }

    #[test]
    fn a_mark_of_fips_is_no_part_of_the_region() {
        for (region, rest) in [
            ("fips-us-east-1", "us-east-1"),
            ("us-east-1-fips", "us-east-1"),
            ("us-fips-east-1", "us-east-1"),
            ("afips-b", "ab"),
            ("a-fipsb", "ab"),
            ("fips-fips-x", "x"),
            ("fips-fips", "fips"),
        ] {
            assert_eq!(without_fips(region), (rest.to_owned(), true), "{region}");
        }
        assert_eq!(without_fips("FIPS-us-east-1"), ("FIPS-us-east-1".to_owned(), false));
        assert_eq!(without_fips("us-east-1"), ("us-east-1".to_owned(), false));
    }
}
