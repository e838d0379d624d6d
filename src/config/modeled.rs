//! Endpoints of the services' own, where the reference and the SDK's rules
//! part: they know the partitions in different states.

use crate::error::{Error, Result};

/// Which of a region's endpoints is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// FIPS endpoints.
    pub fips: bool,
    /// Dual-stack endpoints.
    pub dual_stack: bool,
}

/// The endpoint of a service in a region where it is not the one of the SDK's rules.
///
/// # Errors
/// Where the reference has none.
pub fn endpoint(service: &str, region: &str, variant: Variant) -> Result<Option<String>> {
    let in_partition = |partition: &str| is_region_of(partition, region);
    if variant.dual_stack && (in_partition("eu-isoe") || in_partition("us-isof")) {
        let asked = if variant.fips { "['dualstack', 'fips']" } else { "['dualstack']" };
        return Err(Error::general(format!(
            "Unable to construct a modeled endpoint with the following variant(s) {asked}:"
        )));
    }
    // STS has an endpoint for each region; the name of the region is a part of it.
    if service == "sts" && (region.is_empty() || region.starts_with('-') || region.ends_with('-')) {
        let name = if variant.fips { "sts-fips" } else { "sts" };
        let domain = if variant.dual_stack { "api.aws" } else { "amazonaws.com" };
        return Err(Error::general(format!("Invalid endpoint: https://{name}.{region}.{domain}")));
    }
    let of_old = service == "iam" && in_partition("eusc-de") && variant.dual_stack && !variant.fips;
    Ok(of_old.then(|| "https://iam.api.amazonwebservices.eu".to_owned()))
}

/// Whether a region's name is one of a partition: its own beginning, a direction, a number.
fn is_region_of(partition: &str, region: &str) -> bool {
    let Some(rest) = region.strip_prefix(partition).and_then(|rest| rest.strip_prefix('-')) else {
        return false;
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    rest.rsplit_once('-').is_some_and(|(direction, number)| {
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        !direction.is_empty() && direction.chars().all(is_word) && is_number
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUAL: Variant = Variant { fips: false, dual_stack: true };

    #[test]
    fn two_partitions_have_no_dual_stack() {
        for region in ["eu-isoe-west-1", "us-isof-south-1"] {
            let error = endpoint("iam", region, DUAL).unwrap_err().message;
            assert!(error.ends_with("variant(s) ['dualstack']:"), "{error}");
            assert_eq!(endpoint("iam", region, Variant::default()).unwrap(), None);
        }
        assert_eq!(endpoint("sts", "us-iso-east-1", DUAL).unwrap(), None);
    }

    #[test]
    fn the_empty_region_has_no_sts() {
        let error = endpoint("sts", "", DUAL).unwrap_err().message;
        assert_eq!(error, "Invalid endpoint: https://sts..api.aws");
        assert_eq!(endpoint("iam", "", DUAL).unwrap(), None);
    }
}
