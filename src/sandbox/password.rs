//! Passwords: how they are kept, and what a policy asks of them.

use std::num::NonZeroU32;

use ring::pbkdf2;

use super::fault::Fault;
use super::ids;

/// Rounds of PBKDF2: some 10 ms a password, because a policy may have 24 old ones compared. The account guards
/// nothing; what counts is that a password which is used elsewhere, too, cannot be read off its file.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(19_999);

/// Signs that count as symbols, as the password policy's page names them.
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hashed {
    pub(super) salt: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl std::fmt::Debug for Hashed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("***")
    }
}

impl Hashed {
    /// Hashes a password with a salt of its own.
    pub(super) fn new(password: &str) -> Result<Hashed, Fault> {
        let salt: [u8; 16] = ids::random()?;
        let mut hash = vec![0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut hash);
        Ok(Hashed { salt: salt.to_vec(), hash })
    }

    /// Whether this is the password, compared in constant time.
    pub(super) fn is(&self, password: &str) -> bool {
        let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
        pbkdf2::verify(algorithm, ROUNDS, &self.salt, password.as_bytes(), &self.hash).is_ok()
    }
}

/// Kinds of characters that a password may have to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Required {
    pub(super) uppercase: bool,
    pub(super) lowercase: bool,
    pub(super) numbers: bool,
    pub(super) symbols: bool,
}

/// The fault of a password that breaks a policy.
pub(super) fn violation(message: impl Into<String>) -> Fault {
    Fault::new("PasswordPolicyViolation", 400, message)
}

/// Checks a password against an account's own policy.
///
/// # Errors
/// `PasswordPolicyViolation` with everything that is missing.
pub(super) fn check(password: &str, length: i64, required: Required) -> Result<(), Fault> {
    let mut faults = too_short(password, length);
    let wanted = [required.uppercase, required.lowercase, required.numbers, required.symbols];
    faults.extend(missing(password, wanted));
    if faults.is_empty() { Ok(()) } else { Err(violation(faults.join(", "))) }
}

/// Checks a password against the rules of an account without a policy: 8 characters of three kinds.
///
/// # Errors
/// `PasswordPolicyViolation` with everything that is missing.
pub(super) fn check_by_default(password: &str) -> Result<(), Fault> {
    if let Some(fault) = too_short(password, 8).pop() {
        return Err(violation(fault));
    }
    let missing = missing(password, [true; 4]);
    match missing.len() {
        0 | 1 => Ok(()),
        count => Err(violation(format!(
            "Password should meet {} more of the following requirements: {}",
            count - 1,
            missing.join(", ")
        ))),
    }
}

fn too_short(password: &str, length: i64) -> Vec<String> {
    let short = i64::try_from(password.chars().count()).is_ok_and(|count| count < length);
    short.then(|| format!("Password should have a minimum length of {length}")).into_iter().collect()
}

fn missing(password: &str, wanted: [bool; 4]) -> Vec<String> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let kinds = [
        (has(|c| c.is_ascii_uppercase()), "uppercase letter"),
        (has(|c| c.is_ascii_lowercase()), "lowercase letter"),
        (has(|c| c.is_ascii_digit()), "number"),
        (has(|c| SYMBOLS.contains(c)), "symbol"),
    ];
    let wanted = kinds.into_iter().zip(wanted).filter(|((there, _), wanted)| *wanted && !there);
    wanted.map(|((_, what), _)| format!("Password should have at least one {what}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(result: Result<(), Fault>) -> String {
        result.map_or_else(|fault| fault.message, |()| "fine".into())
    }

    #[test]
    fn a_hash_knows_its_password_and_shows_nothing() {
        let (one, two) = (Hashed::new("Tr0ub4dor&3").unwrap(), Hashed::new("Tr0ub4dor&3").unwrap());
        assert!(one.is("Tr0ub4dor&3") && !one.is("tr0ub4dor&3"));
        assert_ne!(one.hash, two.hash);
        assert_eq!(format!("{one:?}"), "***");
    }

    #[test]
    fn without_a_policy_three_of_four_kinds_are_enough() {
        assert_eq!(message(check_by_default("abcdefG1")), "fine");
        assert_eq!(message(check_by_default("abcdef-1")), "fine");
        assert_eq!(message(check_by_default("aB1-")), "Password should have a minimum length of 8");
        assert_eq!(
            message(check_by_default("abcdefg1")),
            "Password should meet 1 more of the following requirements: Password should have at least one \
             uppercase letter, Password should have at least one symbol"
        );
    }

    #[test]
    fn a_policy_is_kept_to() {
        let all = Required { uppercase: true, lowercase: true, numbers: true, symbols: true };
        assert_eq!(message(check("aB1-xyzt", 8, all)), "fine");
        assert_eq!(message(check("abcdef", 6, Required::default())), "fine");
        assert_eq!(
            message(check("aB1", 6, all)),
            "Password should have a minimum length of 6, Password should have at least one symbol"
        );
    }
}
