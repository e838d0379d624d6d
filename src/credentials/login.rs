//! stub
use aws_credential_types::Credentials;
use super::chain::Chain;
use crate::error::Result;
pub(super) async fn credentials(_chain: &Chain<'_>, _profile: &str) -> Result<Option<Credentials>> {
    Ok(None)
}
