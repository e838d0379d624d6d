//! `configure sso`: not here. The error says what to write by hand.

use crate::cli::OwnCommand;
use crate::commands::Context;
use crate::error::{Error, Result};

pub(super) fn run(_command: &OwnCommand, context: &Context<'_>) -> Result<()> {
    let program = context.program;
    let profile = context.profile_name();
    Err(Error::general(format!(
        "configure sso is not supported: it would need a browser. Run \"{program} configure sso-session\", then set \
         sso_session, sso_account_id and sso_role_name of the profile: \
         {program} configure set sso_session NAME --profile {profile}"
    )))
}
