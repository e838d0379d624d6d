//! Codes of virtual MFA devices: RFC 6238 with its defaults, SHA-1, 30 seconds, 6 digits.
//!
//! A code counts once, as the RFC asks for in section 5.2: the last step of
//! which a code was taken is kept, and neither it nor an earlier one is taken
//! again.

use ring::hmac;
use rusqlite::{Connection, OptionalExtension as _};

use super::clock::Seconds;
use super::fault::Fault;

/// How long a code lasts, in seconds.
const STEP: i64 = 30;

/// How far the clock of a device may be off, in steps.
const DRIFT: i64 = 1;

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is right, and now used.
    Yes,
    /// It is wrong or used.
    WrongCode,
    /// The user has no such device.
    NoDevice,
}

/// The 6 digits of a device at a time step. `seed` is the secret as bytes, not its base32 text.
pub(super) fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    // RFC 4226, section 5.3: the last four bits say where the number begins.
    let offset = digest.last().map_or(0, |byte| usize::from(byte & 0x0f));
    let number = digest.iter().skip(offset).take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// The time step that a time is in.
pub(super) fn step(now: Seconds) -> i64 {
    now.div_euclid(STEP)
}

/// The step, near the present one, that a code is of.
pub(super) fn step_of(seed: &[u8], given: &str, now: Seconds) -> Option<i64> {
    (step(now) - DRIFT..=step(now) + DRIFT).find(|step| code(seed, *step) == given)
}

/// Takes a code of a device that the user has enabled. `user` is the user's key, and empty for the root user.
pub(super) fn take(
    db: &Connection,
    user: &str,
    serial: &str,
    given: &str,
    now: Seconds,
) -> Result<Taken, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT seed, last_step FROM mfa_device WHERE serial = ?1 AND user = ?2 AND enabled IS NOT NULL",
    )?;
    let device = statement
        .query_row([serial, user], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<i64>>(1)?)));
    let Some((seed, last)) = device.optional()? else { return Ok(Taken::NoDevice) };
    let found = step_of(&seed, given, now).filter(|step| last.is_none_or(|last| *step > last));
    let Some(step) = found else { return Ok(Taken::WrongCode) };
    db.execute("UPDATE mfa_device SET last_step = ?2 WHERE serial = ?1", (serial, step))?;
    Ok(Taken::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B; the last 6 of the 8 digits there.
        let seed = b"12345678901234567890";
        for (time, want) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(seed, step(time)), want, "{time}");
        }
    }

    #[test]
    fn a_code_is_taken_one_step_off_and_once() {
        let bench = crate::sandbox::handlers::testing::Bench::new();
        let db = &bench.account.connection;
        db.execute(
            "INSERT INTO mfa_device (serial, name, path, virtual, seed, user, created, enabled) \
             VALUES ('s', 'd', '/', 1, x'3132', '', 0, 0)",
            [],
        )
        .unwrap();
        let at = |step: i64| code(b"12", step);
        let take = |code: &str| take(db, "", "s", code, 3000).unwrap();
        assert_eq!(take(&at(98)), Taken::WrongCode);
        assert_eq!(take(&at(99)), Taken::Yes);
        assert_eq!(take(&at(99)), Taken::WrongCode, "a code counts once");
        assert_eq!(take(&at(101)), Taken::Yes);
        assert_eq!(take(&at(100)), Taken::WrongCode, "an older one than the last is not taken");
        assert_eq!(super::take(db, "bob", "s", &at(101), 3000).unwrap(), Taken::NoDevice);
    }
}
