//! Identifiers as the service makes them: a kind's prefix and letters and digits that nobody can guess.

use ring::rand::{SecureRandom as _, SystemRandom};

use super::fault::Fault;

/// Letters and digits of identifiers.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Letters and digits of secret keys.
const SECRET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The prefixes that tell what an identifier is of.
pub(super) mod prefix {
    pub(in crate::sandbox) const USER: &str = "AIDA";
    pub(in crate::sandbox) const GROUP: &str = "AGPA";
    pub(in crate::sandbox) const ROLE: &str = "AROA";
    pub(in crate::sandbox) const POLICY: &str = "ANPA";
    pub(in crate::sandbox) const INSTANCE_PROFILE: &str = "AIPA";
    pub(in crate::sandbox) const ACCESS_KEY: &str = "AKIA";
    pub(in crate::sandbox) const SESSION_KEY: &str = "ASIA";
    pub(in crate::sandbox) const SERVER_CERTIFICATE: &str = "ASCA";
    pub(in crate::sandbox) const SSH_KEY: &str = "APKA";
    pub(in crate::sandbox) const SERVICE_CREDENTIAL: &str = "ACCA";
}

/// Random bytes of the system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Fault::internal("the system gives no random numbers"))?;
    Ok(bytes)
}

/// An identifier of 21 letters and digits: `AIDA...`; those of keys have 20.
pub(super) fn unique(prefix: &str) -> Result<String, Fault> {
    let keys = [prefix::ACCESS_KEY, prefix::SESSION_KEY, prefix::SSH_KEY];
    let length = if keys.contains(&prefix) { 20 } else { 21 };
    let bytes: [u8; 24] = random()?;
    let letters = bytes.iter().map(|byte| letter(LETTERS, *byte));
    Ok(prefix.chars().chain(letters).take(length).collect())
}

/// Upper-case letters and digits, as many as asked for: at most 32.
pub(super) fn letters(count: usize) -> Result<String, Fault> {
    let bytes: [u8; 32] = random()?;
    Ok(bytes.iter().map(|byte| letter(LETTERS, *byte)).take(count).collect())
}

/// A secret access key: 40 characters.
pub(super) fn secret() -> Result<String, Fault> {
    let bytes: [u8; 40] = random()?;
    Ok(bytes.iter().map(|byte| letter(SECRET, *byte)).collect())
}

/// A UUID of version 4.
pub(super) fn uuid() -> Result<String, Fault> {
    let mut bytes: [u8; 16] = random()?;
    if let Some(byte) = bytes.get_mut(6) {
        *byte = *byte & 0x0f | 0x40;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = *byte & 0x3f | 0x80;
    }
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |range| hex.get(range).unwrap_or_default();
    Ok(format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)))
}

fn letter(alphabet: &[u8], byte: u8) -> char {
    let index = usize::from(byte) % alphabet.len();
    alphabet.get(index).copied().map_or('A', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_services_form() {
        let id = unique(prefix::USER).unwrap();
        assert!(id.len() == 21 && id.starts_with("AIDA"), "{id}");
        assert_eq!(unique(prefix::ACCESS_KEY).unwrap().len(), 20);
        assert_eq!(unique(prefix::SSH_KEY).unwrap().len(), 20);
        assert_eq!(secret().unwrap().len(), 40);
        assert_ne!(secret().unwrap(), secret().unwrap());
        let uuid = uuid().unwrap();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.chars().nth(14), Some('4'));
    }
}
