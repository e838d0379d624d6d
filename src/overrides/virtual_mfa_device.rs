//! `create-virtual-mfa-device`: the seed goes to a file and not to the terminal.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Extras, Override};
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// The two members that hold the seed.
const SEEDS: [&str; 2] = ["QRCodePNG", "Base32StringSeed"];

pub(super) struct VirtualMfaDevice;

impl Override for VirtualMfaDevice {
    /// The device is made only if its seed can be kept.
    fn before(&self, extras: &Extras) -> Result<()> {
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

    fn after(&self, extras: &Extras, result: &mut Map) -> Result<()> {
        let Some(Value::Map(device)) = result.get_mut("VirtualMFADevice") else { return Ok(()) };
        let wanted = extras.bootstrap_method.as_deref().unwrap_or_default();
        let seed = device.get(wanted).and_then(Value::as_str).map(str::to_owned);
        for name in SEEDS {
            device.shift_remove(name);
        }
        match (seed, &extras.outfile) {
            (Some(seed), Some(name)) => write(extras, name, &seed),
            _ => Ok(()),
        }
    }
}

fn write(extras: &Extras, name: &str, seed: &str) -> Result<()> {
    let path = extras.env.expand_home(name);
    let failed = |why: String| {
        Error::general(format!("The device was made but its seed could not be written to {name}: {why}"))
            .hint("delete the device (iam delete-virtual-mfa-device) and make it again")
    };
    let bytes = STANDARD.decode(seed).map_err(|error| failed(error.to_string()))?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| failed(error.to_string()))?;
    file.write_all(&bytes).map_err(|error| failed(error.to_string()))
}
