//! The program. Everything is in the library; see `run`.

use std::process::ExitCode;

fn main() -> ExitCode {
    iamctl::run::main()
}
