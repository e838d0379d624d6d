//! Places in which credentials stood before there were profiles.

use aws_credential_types::Credentials;

use super::{Found, Source, partial};
use crate::config_file::parse_plain;
use crate::env::Env;
use crate::error::{Error, Result};

/// `AWS_CREDENTIAL_FILE`, then boto's configuration.
pub(super) fn credentials(env: &Env) -> Result<Option<Found>> {
    if let Some(found) = of_credential_file(env)? {
        return Ok(Some((found, Source::OlderFile)));
    }
    Ok(of_boto(env)?.map(|found| (found, Source::Boto)))
}

/// Lines `AWSAccessKeyId=...` and `AWSSecretKey=...`.
fn of_credential_file(env: &Env) -> Result<Option<Credentials>> {
    let Some(path) = env.get("AWS_CREDENTIAL_FILE") else { return Ok(None) };
    let path = env.expand_home(&path);
    let text = std::fs::read_to_string(&path).map_err(|error| super::cache::failed(&path, &error))?;
    let value = |name: &str| {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        lines.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned()).next_back()
    };
    let Some(id) = value("AWSAccessKeyId") else { return Ok(None) };
    let secret = value("AWSSecretKey").ok_or_else(|| Error::general("'AWSSecretKey'"))?;
    Ok(Some(Credentials::new(id, secret, None, None, Source::OlderFile.method())))
}

/// `[Credentials]` of `BOTO_CONFIG`, else of `/etc/boto.cfg`, else of `~/.boto`.
fn of_boto(env: &Env) -> Result<Option<Credentials>> {
    let paths = match env.get("BOTO_CONFIG") {
        Some(path) => vec![env.expand_home(&path)],
        None => vec!["/etc/boto.cfg".into(), env.expand_home("~/.boto")],
    };
    for text in paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()) {
        let Ok(sections) = parse_plain(&text) else { continue };
        let Some((_, keys)) = sections.into_iter().find(|(name, _)| name == "Credentials") else { continue };
        let value = |name: &str| keys.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let Some(id) = value("aws_access_key_id") else { continue };
        let method = Source::Boto.method();
        let secret =
            value("aws_secret_access_key").ok_or_else(|| partial(method, "aws_secret_access_key"))?;
        return Ok(Some(Credentials::new(id, secret, None, None, method)));
    }
    Ok(None)
}
