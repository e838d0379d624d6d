//! MFA devices: virtual ones, because the sandbox knows no hardware.

use data_encoding::BASE32_NOPAD;
use qrcode::{Color, QrCode};
use rusqlite::{OptionalExtension as _, Row};

use super::call::Call;
use super::tags::Owner;
use super::users::User;
use super::{Entry, owner, quotas, reads, writes};
use crate::model::iam::Id;
use crate::sandbox::clock::Seconds;
use crate::sandbox::fault::Fault;
use crate::sandbox::{account, arn, ids, png, totp};
use crate::secret::Secret;
use crate::value::{Map, Value};

pub(super) static HANDLERS: &[Entry] = &[
    writes(Id::CreateVirtualMfaDevice, create),
    writes(Id::EnableMfaDevice, enable),
    writes(Id::ResyncMfaDevice, resync),
    writes(Id::DeactivateMfaDevice, deactivate),
    writes(Id::DeleteVirtualMfaDevice, delete),
    reads(Id::ListMfaDevices, list),
    reads(Id::ListVirtualMfaDevices, list_virtual),
    reads(Id::GetMfaDevice, get),
    writes(Id::TagMfaDevice, tag),
    writes(Id::UntagMfaDevice, untag),
    reads(Id::ListMfaDeviceTags, list_tags),
];

/// How many steps a device's clock may be off when it is enabled.
const DRIFT: i64 = 3;

/// How many when it is brought back into step: an hour.
const LONG_DRIFT: i64 = 120;

/// A stored device. `user` is its user's key: none where it has none, empty for the root user.
struct Device {
    serial: String,
    seed: Vec<u8>,
    user: Option<String>,
    enabled: Option<Seconds>,
}

const COLUMNS: &str = "serial, seed, user, enabled";

impl Device {
    fn read(row: &Row<'_>) -> rusqlite::Result<Device> {
        Ok(Device { serial: row.get(0)?, seed: row.get(1)?, user: row.get(2)?, enabled: row.get(3)? })
    }

    fn find(call: &Call<'_>, serial: &str) -> Result<Option<Device>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM mfa_device WHERE serial = ?1");
        Ok(call.db.prepare_cached(&sql)?.query_row([serial], Device::read).optional()?)
    }

    /// The device that the request names.
    fn named(call: &Call<'_>) -> Result<Device, Fault> {
        let serial = call.needed("SerialNumber")?;
        Device::find(call, serial)?.ok_or_else(|| {
            Fault::no_such_entity(format!("MFA Device with serial number {serial} does not exist."))
        })
    }

    /// The device that the request names, of the user that it names or that calls.
    fn of_user(call: &Call<'_>) -> Result<(Device, Option<User>), Fault> {
        let user = owner::user_or_root(call)?;
        let key = user.as_ref().map_or("", |user| user.key.as_str());
        let device = Device::named(call)?;
        match device.user.as_deref() == Some(key) {
            true => Ok((device, user)),
            false => Err(Fault::no_such_entity("MFA Device invalid for user.")),
        }
    }

    /// The time step of the second of two codes that follow one another, at most `drift` steps off.
    fn step_of_codes(&self, call: &Call<'_>, drift: i64) -> Result<i64, Fault> {
        let (first, second) = (call.needed("AuthenticationCode1")?, call.needed("AuthenticationCode2")?);
        let now = totp::step(call.now);
        let codes =
            |step: i64| totp::code(&self.seed, step) == second && totp::code(&self.seed, step - 1) == first;
        (now - drift..=now + drift).find(|step| codes(*step)).ok_or_else(|| {
            Fault::new("InvalidAuthenticationCode", 403, "Authentication code for device is not valid.")
        })
    }

    fn tags(&self) -> Owner<'_> {
        tags(&self.serial)
    }
}

fn tags(serial: &str) -> Owner<'_> {
    Owner { kind: "mfa", key: serial }
}

fn create(call: &Call<'_>) -> Result<Map, Fault> {
    let (name, path) = (call.needed("VirtualMFADeviceName")?, call.text("Path").unwrap_or("/"));
    let serial = arn::iam(call.account, "mfa", path, name);
    if call
        .db
        .prepare_cached("SELECT 1 FROM mfa_device WHERE lower(serial) = lower(?1)")?
        .exists([&serial])?
    {
        return Err(Fault::already_exists("MFA device already exists."));
    }
    // 64 characters in base32, without padding.
    let seed: [u8; 40] = ids::random()?;
    call.db.execute(
        "INSERT INTO mfa_device (serial, name, path, virtual, seed, created) VALUES (?1, ?2, ?3, 1, ?4, ?5)",
        (&serial, name, path, seed, call.now),
    )?;
    tags(&serial).add(call)?;
    let text = Secret::new(BASE32_NOPAD.encode(&seed));
    let account = account::setting(call.db, super::account_settings::ALIAS)?;
    let account = account.unwrap_or_else(|| call.account.to_string());
    let url = Secret::new(format!("otpauth://totp/{name}@{account}?secret={}", text.expose()));
    let mut device = Map::from([
        ("SerialNumber".into(), Value::from(serial.as_str())),
        ("Base32StringSeed".into(), Value::Bytes(text.expose().as_bytes().to_vec())),
        ("QRCodePNG".into(), Value::Bytes(qr_code(&url)?)),
    ]);
    if let Some(tags) = tags(&serial).value(call.db)? {
        device.insert("Tags".into(), tags);
    }
    Ok(Map::from([("VirtualMFADevice".into(), device.into())]))
}

fn qr_code(url: &Secret) -> Result<Vec<u8>, Fault> {
    let code = QrCode::new(url.expose())
        .map_err(|_| Fault::invalid_input("The device's name is too long for a QR code."))?;
    let (width, dots) = (code.width(), code.to_colors());
    png::of_code(width, |x, y| dots.get(y * width + x) == Some(&Color::Dark))
}

fn enable(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user(call)?;
    let device = Device::named(call)?;
    if device.user.is_some() {
        return Err(Fault::already_exists("MFA Device is already in use."));
    }
    quotas::room_of_user(
        call,
        "mfa_device",
        Some(&user.key),
        "MFADevicesPerUser",
        quotas::MFA_DEVICES_OF_USER,
    )?;
    let step = device.step_of_codes(call, DRIFT)?;
    call.db.execute(
        "UPDATE mfa_device SET user = ?2, enabled = ?3, last_step = ?4 WHERE serial = ?1",
        (&device.serial, &user.key, call.now, step),
    )?;
    Ok(Map::new())
}

/// Checks the codes only: codes are looked for at the machine's own time, so no offset is kept.
fn resync(call: &Call<'_>) -> Result<Map, Fault> {
    let (device, _) = Device::of_user(call)?;
    let step = device.step_of_codes(call, LONG_DRIFT)?;
    call.db.execute(
        "UPDATE mfa_device SET last_step = max(coalesce(last_step, 0), ?2) WHERE serial = ?1",
        (&device.serial, step.min(totp::step(call.now))),
    )?;
    Ok(Map::new())
}

fn deactivate(call: &Call<'_>) -> Result<Map, Fault> {
    let (device, _) = Device::of_user(call)?;
    call.db.execute(
        "UPDATE mfa_device SET user = NULL, enabled = NULL, last_step = NULL WHERE serial = ?1",
        [&device.serial],
    )?;
    Ok(Map::new())
}

fn delete(call: &Call<'_>) -> Result<Map, Fault> {
    let device = Device::named(call)?;
    if device.user.is_some() {
        return Err(Fault::delete_conflict("MFA VirtualDevice in use. Must deactivate first."));
    }
    device.tags().clear(call.db)?;
    call.db.execute("DELETE FROM mfa_device WHERE serial = ?1", [&device.serial])?;
    Ok(Map::new())
}

fn list(call: &Call<'_>) -> Result<Map, Fault> {
    let user = owner::user_or_root(call)?;
    let page = call.page()?;
    let mut statement = call.db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM mfa_device WHERE user = ?1 AND serial > ?2 ORDER BY serial LIMIT ?3"
    ))?;
    let key = user.as_ref().map_or("", |user| user.key.as_str());
    let devices = statement.query_map((key, &page.after, page.limit()), Device::read)?;
    let rows =
        devices.map(|device| device.map(|one| (one.serial.clone(), shown(&one, user.as_ref()).into())));
    Ok(page.reply("MFADevices", rows.collect::<Result<_, _>>()?))
}

fn get(call: &Call<'_>) -> Result<Map, Fault> {
    let (device, user) = Device::of_user(call)?;
    Ok(shown(&device, user.as_ref()))
}

fn shown(device: &Device, user: Option<&User>) -> Map {
    let mut map = Map::from([("SerialNumber".into(), Value::from(device.serial.as_str()))]);
    if let Some(user) = user {
        map.insert("UserName".into(), user.name.as_str().into());
    }
    if let Some(at) = device.enabled {
        map.insert("EnableDate".into(), Value::Int(at));
    }
    map
}

fn list_virtual(call: &Call<'_>) -> Result<Map, Fault> {
    let which = match call.text("AssignmentStatus") {
        Some("Assigned") => "user IS NOT NULL",
        Some("Unassigned") => "user IS NULL",
        _ => "TRUE",
    };
    let page = call.page()?;
    let mut statement = call.db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM mfa_device WHERE virtual AND {which} AND serial > ?1 ORDER BY serial LIMIT ?2"
    ))?;
    let devices = statement.query_map((&page.after, page.limit()), Device::read)?;
    let mut rows = Vec::new();
    for device in devices.collect::<Result<Vec<_>, _>>()? {
        let mut map = shown(&device, None);
        match device.user.as_deref() {
            Some("") => {
                let id = call.account.to_string();
                let root = [("Arn".into(), arn::root(call.account).into()), ("UserId".into(), id.into())];
                map.insert("User".into(), Map::from(root).into());
            }
            Some(user) => {
                map.insert("User".into(), User::named(call, user)?.summary(call).into());
            }
            None => {}
        }
        rows.push((device.serial, map.into()));
    }
    Ok(page.reply("VirtualMFADevices", rows))
}

fn tag(call: &Call<'_>) -> Result<Map, Fault> {
    Device::named(call)?.tags().add(call)?;
    Ok(Map::new())
}

fn untag(call: &Call<'_>) -> Result<Map, Fault> {
    Device::named(call)?.tags().remove(call)?;
    Ok(Map::new())
}

fn list_tags(call: &Call<'_>) -> Result<Map, Fault> {
    Device::named(call)?.tags().page(call.db, &call.page()?)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use data_encoding::BASE32_NOPAD;

    use super::super::testing::{Bench, between};
    use crate::sandbox::{clock, totp};

    const SERIAL: &str = "arn:aws:iam::123456789012:mfa/phone";

    /// A bench with the users u and v and a device, and its seed.
    fn bench() -> (Bench, Vec<u8>) {
        let bench = Bench::new();
        bench.ok("CreateUser", "UserName=u");
        bench.ok("CreateUser", "UserName=v");
        let device = bench.ok("CreateVirtualMFADevice", "VirtualMFADeviceName=phone");
        let text = STANDARD.decode(between(&device, "<Base32StringSeed>")).unwrap();
        assert_eq!(text.len(), 64);
        let image = STANDARD.decode(between(&device, "<QRCodePNG>")).unwrap();
        assert!(image.starts_with(b"\x89PNG") && image.len() > 200, "{}", image.len());
        (bench, BASE32_NOPAD.decode(&text).unwrap())
    }

    fn codes(seed: &[u8], steps_off: i64) -> String {
        let step = totp::step(clock::now()) + steps_off;
        let (first, second) = (totp::code(seed, step - 1), totp::code(seed, step));
        format!("SerialNumber={SERIAL}&AuthenticationCode1={first}&AuthenticationCode2={second}")
    }

    #[test]
    fn a_device_lives_from_creation_to_deletion() {
        let (bench, seed) = bench();
        let twice = bench.fault("CreateVirtualMFADevice", "VirtualMFADeviceName=Phone");
        assert_eq!(twice.message, "MFA device already exists.");
        bench.ok("EnableMFADevice", &format!("UserName=u&{}", codes(&seed, 0)));
        let again = bench.fault("EnableMFADevice", &format!("UserName=v&{}", codes(&seed, 0)));
        assert_eq!(
            (again.code, again.message.as_str()),
            ("EntityAlreadyExists", "MFA Device is already in use.")
        );
        let list = bench.ok("ListMFADevices", "UserName=u");
        assert!(
            list.contains(SERIAL) && list.contains("<UserName>u<") && list.contains("EnableDate"),
            "{list}"
        );
        assert!(bench.ok_by(&bench.caller("u"), "ListMFADevices", "").contains(SERIAL));
        let named = format!("UserName=u&SerialNumber={SERIAL}");
        assert!(bench.ok("GetMFADevice", &named).contains("<UserName>u<"));
        let other = bench.fault("GetMFADevice", &format!("UserName=v&SerialNumber={SERIAL}"));
        assert_eq!(other.code, "NoSuchEntity");
        bench.ok("ResyncMFADevice", &format!("UserName=u&{}", codes(&seed, -40)));
        let used = bench.fault("DeleteVirtualMFADevice", &format!("SerialNumber={SERIAL}"));
        assert_eq!(used.message, "MFA VirtualDevice in use. Must deactivate first.");
        bench.ok("DeactivateMFADevice", &named);
        assert_eq!(bench.fault("DeactivateMFADevice", &named).message, "MFA Device invalid for user.");
        bench.ok("DeleteVirtualMFADevice", &format!("SerialNumber={SERIAL}"));
        let gone = bench.fault("DeleteVirtualMFADevice", &format!("SerialNumber={SERIAL}"));
        let want = format!("MFA Device with serial number {SERIAL} does not exist.");
        assert_eq!(gone.message, want);
        assert_eq!(bench.fault("DeactivateMFADevice", &named).message, want);
    }

    #[test]
    fn two_codes_in_a_row_have_to_be_right() {
        let (bench, seed) = bench();
        let right = codes(&seed, 0);
        let (first, second) = right.split_once("&AuthenticationCode2=").unwrap();
        let twice = format!("{first}&AuthenticationCode2={}", first.split_once("Code1=").unwrap().1);
        let swapped = format!(
            "SerialNumber={SERIAL}&AuthenticationCode1={second}&AuthenticationCode2={}",
            first.split_once("Code1=").unwrap().1
        );
        for wrong in [twice, swapped, codes(&seed, 20), codes(b"another seed", 0)] {
            let fault = bench.fault("EnableMFADevice", &format!("UserName=u&{wrong}"));
            assert_eq!((fault.code, fault.status), ("InvalidAuthenticationCode", 403), "{wrong}");
            assert_eq!(fault.message, "Authentication code for device is not valid.");
        }
        let short = format!("UserName=u&SerialNumber={SERIAL}&AuthenticationCode1=1&AuthenticationCode2=2");
        assert_eq!(bench.fault("EnableMFADevice", &short).code, "ValidationError");
    }

    #[test]
    fn virtual_devices_are_listed_by_their_assignment() {
        let (bench, seed) = bench();
        bench.ok("CreateVirtualMFADevice", "VirtualMFADeviceName=tablet&Path=/spare/");
        bench.ok("EnableMFADevice", &format!("UserName=u&{}", codes(&seed, 0)));
        let assigned = bench.ok("ListVirtualMFADevices", "AssignmentStatus=Assigned");
        assert!(assigned.contains("mfa/phone") && !assigned.contains("tablet"), "{assigned}");
        assert!(assigned.contains("<UserName>u<") && !assigned.contains("Seed"), "{assigned}");
        let unassigned = bench.ok("ListVirtualMFADevices", "AssignmentStatus=Unassigned");
        assert!(unassigned.contains("mfa/spare/tablet") && !unassigned.contains("phone"), "{unassigned}");
        let first = bench.ok("ListVirtualMFADevices", "MaxItems=1");
        let marker = between(&first, "<Marker>");
        let second = bench.ok("ListVirtualMFADevices", &format!("Marker={marker}"));
        assert!(first.contains("phone") && second.contains("tablet"), "{first} {second}");
    }

    #[test]
    fn a_device_follows_its_users_new_name_and_keeps_tags() {
        let (bench, seed) = bench();
        bench.ok("EnableMFADevice", &format!("UserName=u&{}", codes(&seed, 0)));
        bench.ok("UpdateUser", "UserName=u&NewUserName=w");
        assert!(bench.ok("ListMFADevices", "UserName=w").contains(SERIAL));
        let device = format!("SerialNumber={SERIAL}");
        bench.ok("TagMFADevice", &format!("{device}&Tags.member.1.Key=k&Tags.member.1.Value=v"));
        assert!(bench.ok("ListMFADeviceTags", &device).contains("<Key>k<"));
        bench.ok("UntagMFADevice", &format!("{device}&TagKeys.member.1=k"));
        assert!(!bench.ok("ListMFADeviceTags", &device).contains("<Key>"));
    }
}
