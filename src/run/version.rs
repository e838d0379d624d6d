//! What `--version` prints.

use crate::env::Env;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The version of the AWS CLI that this program is a drop-in for.
pub(super) const REFERENCE: &str = "2.36.7";

/// One line; under the name `aws` it begins as scripts that look for a version expect it.
pub(super) fn line(program: &str, env: &Env) -> String {
    let own = format!("iamctl/{VERSION}");
    let system = format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH);
    let place = env.filled("AWS_EXECUTION_ENV").map(|place| format!(" exec-env/{place}")).unwrap_or_default();
    match program {
        "aws" => format!("aws-cli/{REFERENCE} {own} {system}{place}"),
        _ => format!("{own} aws-cli/{REFERENCE} {system}{place}"),
    }
}
