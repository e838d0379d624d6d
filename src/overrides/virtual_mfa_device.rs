//! `create-virtual-mfa-device`: the seed goes to a file, or as a code for a phone's
//! camera onto the terminal; never into the result.

use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Extras, Override};
use crate::cli::operation::ON_TERMINAL;
use crate::error::{Error, Result};
use crate::percent;
use crate::private_file;
use crate::python::b64decode;
use crate::secret::Secret;
use crate::value::{Map, Value};

/// The two members that hold the seed.
const SEEDS: [&str; 2] = ["QRCodePNG", "Base32StringSeed"];

const AGAIN: &str = "delete the device (iam delete-virtual-mfa-device) and make it again";

pub(super) struct VirtualMfaDevice;

impl Override for VirtualMfaDevice {
    /// The device is made only if its seed can be kept.
    fn before(&self, extras: &Extras) -> Result<()> {
        if extras.bootstrap_method.as_deref() == Some(ON_TERMINAL) && !extras.terminal {
            return Err(Error::usage(format!(
                "--bootstrap-method {ON_TERMINAL} draws on the terminal, and stderr is none; use QRCodePNG with --outfile."
            )));
        }
        let Some(name) = &extras.outfile else { return Ok(()) };
        let path = extras.env.expand_home(name);
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() || path.is_dir() {
            return Err(Error::usage(format!("Unable to write to file: {name}")));
        }
        Ok(())
    }

    fn after(&self, extras: &Extras, result: &mut Map) -> Result<Option<String>> {
        let Some(Value::Map(device)) = result.get_mut("VirtualMFADevice") else {
            return Err(Error::general("'VirtualMFADevice'"));
        };
        let wanted = extras.bootstrap_method.as_deref().unwrap_or_default();
        let on_terminal = wanted == ON_TERMINAL;
        let seed = if on_terminal { "Base32StringSeed" } else { wanted };
        let seed = device.get(seed).and_then(Value::as_str).map(|seed| Secret::new(seed.to_owned()));
        let Some(seed) = seed else { return Ok(None) };
        for name in SEEDS {
            device.shift_remove(name);
        }
        if on_terminal {
            let serial = device.get("SerialNumber").and_then(Value::as_str).unwrap_or_default();
            return drawing(serial, &seed).map(Some);
        }
        match &extras.outfile {
            Some(name) => write(extras, name, &seed).map(|()| None),
            None => Ok(None),
        }
    }
}

/// The code that an authenticator reads: the account's and the device's name, and the seed.
fn drawing(serial: &str, seed: &Secret) -> Result<String> {
    let failed = |why: String| {
        Error::general(format!("The device was made but its code could not be drawn: {why}")).hint(AGAIN)
    };
    let bytes = STANDARD.decode(seed.expose()).map_err(|error| failed(error.to_string()))?;
    let seed = Secret::new(String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?);
    let account = serial.split(':').nth(4).unwrap_or_default();
    let device = serial.rsplit('/').next().unwrap_or_default();
    let url = Secret::new(format!(
        "otpauth://totp/{}@{account}?secret={}&issuer=Amazon%20Web%20Services",
        percent::encode(device),
        seed.expose()
    ));
    let code = qrcode::QrCode::new(url.expose()).map_err(|error| failed(error.to_string()))?;
    // Terminals are dark, mostly, and cameras want dark on light.
    let picture = code
        .render::<qrcode::render::unicode::Dense1x2>()
        .dark_color(qrcode::render::unicode::Dense1x2::Light)
        .light_color(qrcode::render::unicode::Dense1x2::Dark)
        .build();
    Ok(format!("{picture}\n"))
}

fn write(extras: &Extras, name: &str, seed: &Secret) -> Result<()> {
    let path = extras.env.expand_home(name);
    let failed = |why: String| {
        Error::general(format!("The device was made but its seed could not be written to {name}: {why}"))
            .hint(AGAIN)
    };
    // As the reference does, into what is there: it may be a link, a pipe or a terminal.
    let file = private_file::options().create(true).truncate(true).open(path);
    let mut file = file.map_err(|error| failed(error.to_string()))?;
    let bytes = b64decode(seed.expose()).map_err(|why| Error::general(why.to_string()).hint(AGAIN))?;
    file.write_all(&bytes).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result() -> Map {
        let mut device = Map::new();
        device.insert("SerialNumber".into(), "arn:aws:iam::123456789012:mfa/my phone".into());
        device.insert("Base32StringSeed".into(), STANDARD.encode("JBSWY3DPEHPK3PXP").into());
        device.insert("QRCodePNG".into(), STANDARD.encode("png").into());
        let mut result = Map::new();
        result.insert("VirtualMFADevice".into(), device.into());
        result
    }

    #[test]
    fn the_seed_goes_to_the_file_and_leaves_the_result() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        let extras = Extras {
            outfile: path.to_str().map(str::to_owned),
            bootstrap_method: Some("Base32StringSeed".into()),
            ..Extras::default()
        };
        let mut result = result();
        VirtualMfaDevice.before(&extras).unwrap();
        assert_eq!(VirtualMfaDevice.after(&extras, &mut result).unwrap(), None);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "JBSWY3DPEHPK3PXP");
        assert_eq!(result["VirtualMFADevice"].as_map().unwrap().len(), 1);
    }

    #[test]
    fn a_seed_that_is_not_there_stays_out_of_the_file_and_one_that_is_broken_empties_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        let extras = Extras {
            outfile: path.to_str().map(str::to_owned),
            bootstrap_method: Some("QRCodePNG".into()),
            ..Extras::default()
        };
        let error = VirtualMfaDevice.after(&extras, &mut Map::new()).unwrap_err();
        assert_eq!(error.message, "'VirtualMFADevice'");
        let mut broken = result();
        let Some(Value::Map(device)) = broken.get_mut("VirtualMFADevice") else { panic!("no device") };
        device.shift_remove("QRCodePNG");
        VirtualMfaDevice.after(&extras, &mut broken).unwrap();
        assert!(!path.exists());
        assert!(broken["VirtualMFADevice"].get("Base32StringSeed").is_some());
        let Some(Value::Map(device)) = broken.get_mut("VirtualMFADevice") else { panic!("no device") };
        device.insert("QRCodePNG".into(), "AQ".into());
        let error = VirtualMfaDevice.after(&extras, &mut broken).unwrap_err();
        assert_eq!(error.message, "Incorrect padding");
        assert_eq!(std::fs::read(path).unwrap(), b"");
    }

    #[test]
    fn on_a_terminal_a_code_is_drawn_and_elsewhere_refused_before_the_call() {
        let mut extras = Extras { bootstrap_method: Some(ON_TERMINAL.into()), ..Extras::default() };
        assert_eq!(VirtualMfaDevice.before(&extras).unwrap_err().kind, crate::error::Kind::ParamValidation);
        extras.terminal = true;
        VirtualMfaDevice.before(&extras).unwrap();
        let mut result = result();
        let drawing = VirtualMfaDevice.after(&extras, &mut result).unwrap().unwrap();
        assert!(drawing.lines().count() > 15 && drawing.contains('▀'), "{drawing}");
        assert_eq!(result["VirtualMFADevice"].as_map().unwrap().len(), 1);
    }
}
