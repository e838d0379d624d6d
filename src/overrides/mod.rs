//! The operations that are odd: what is done by hand before and after their call.
//!
//! An odd operation is one file here and one line in [`of`]. Everything else
//! goes by the tables.

mod virtual_mfa_device;

use crate::env::Env;
use crate::error::Result;
use crate::model::Operation;
use crate::value::Map;

/// What an odd operation gets from the line besides its members.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// `--outfile`
    pub outfile: Option<String>,
    /// `--bootstrap-method`
    pub bootstrap_method: Option<String>,
    /// Whether there is a terminal to draw on.
    pub terminal: bool,
    /// For paths.
    pub env: Env,
}

/// What is done by hand. Nothing, unless a method says otherwise.
pub trait Override: Sync {
    /// Before anything is sent.
    fn before(&self, _extras: &Extras) -> Result<()> {
        Ok(())
    }

    /// With the result of a successful call, before it is printed. What it gives is for the person at the terminal.
    fn after(&self, _extras: &Extras, _result: &mut Map) -> Result<Option<String>> {
        Ok(None)
    }
}

/// The rule: nothing by hand.
struct Plain;

impl Override for Plain {}

/// What is done by hand for an operation.
pub fn of(operation: &Operation) -> &'static dyn Override {
    match operation.name {
        "CreateVirtualMFADevice" => &virtual_mfa_device::VirtualMfaDevice,
        _ => &Plain,
    }
}
