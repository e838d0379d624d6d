//! Who wins: the command line, the environment, the files.
//!
//! Resolved once per run and only for what the run needs. What comes out are
//! plain values; the SDK never sees a file.

mod builtin;
mod endpoint;
mod files;
mod modeled;
mod region;

use std::path::PathBuf;
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;

use crate::config_file::Entry;
use crate::env::Env;
use crate::error::{Error, Kind, Result};
use crate::python;
use crate::reply::TimestampFormat;
use crate::sandbox;

pub use builtin::{REGION as SANDBOX_REGION, check_editable};
pub use endpoint::{check as check_endpoint, is_host};
pub use files::{Files, Keys, config_path, credentials_path, is_profile_section};
pub use modeled::{Variant, endpoint as modeled_endpoint};
pub use region::{check as check_region, without_fips};

/// What the command line says; it beats everything else.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--profile`; an empty one counts as not given.
    pub profile: Option<String>,
    /// `--region`; an empty one is a region.
    pub region: Option<String>,
    /// `--endpoint-url`
    pub endpoint_url: Option<String>,
    /// `--output`
    pub output: Option<String>,
    /// `--ca-bundle`
    pub ca_bundle: Option<String>,
    /// `--no-verify-ssl`
    pub no_verify_ssl: bool,
    /// `--cli-error-format`
    pub error_format: Option<String>,
}

/// The configuration of a run.
#[derive(Clone, Debug)]
pub struct Config {
    /// The environment.
    pub env: Env,
    /// Both files.
    pub files: Files,
    overrides: Overrides,
    profile: Option<String>,
    /// The account that the profile is, or builds on.
    account: Option<sandbox::Name>,
    accounts: sandbox::Accounts,
    keys: Keys,
}

/// What came of opening the configuration.
#[derive(Debug)]
pub enum Opened {
    /// The configuration.
    Config(Box<Config>),
    /// The files are fine but do not have the profile that was asked for. What needs no configuration can go on.
    NoProfile(Error),
}

impl Config {
    /// Reads the files and picks the profile, which need not exist if it is the default one.
    pub fn open(env: Env, overrides: Overrides) -> Result<Opened> {
        let files = Files::read(&env)?;
        let accounts = sandbox::Accounts::of(&env);
        let mut config =
            Config { env, files, overrides, profile: None, account: None, accounts, keys: Keys::new() };
        config.profile = config.chosen_profile();
        config.account = builtin::insert(&mut config)?;
        let name = config.profile_name();
        match config.files.profile(name) {
            Some(keys) => config.keys = keys,
            None if config.profile.is_none() => {}
            None => {
                let hints = builtin::hints(name, &config.files);
                let error = profile_not_found(name);
                return Ok(Opened::NoProfile(hints.into_iter().fold(error, Error::hint)));
            }
        }
        Ok(Opened::Config(Box::new(config)))
    }

    /// As [`Config::open`]; a profile that does not exist is an error.
    pub fn load(env: Env, overrides: Overrides) -> Result<Config> {
        match Config::open(env, overrides)? {
            Opened::Config(config) => Ok(*config),
            Opened::NoProfile(error) => Err(error),
        }
    }

    /// The default profile's configuration, whichever profile was asked for.
    pub fn of_default(env: Env, overrides: Overrides) -> Result<Config> {
        let files = Files::read(&env)?;
        let keys = files.profile("default").unwrap_or_default();
        Ok(Config {
            accounts: sandbox::Accounts::of(&env),
            env,
            files,
            overrides: Overrides { profile: None, ..overrides },
            profile: None,
            account: None,
            keys,
        })
    }

    /// The profile that was asked for: by option, else by environment.
    fn chosen_profile(&self) -> Option<String> {
        let by_option = self.overrides.profile.clone().filter(|name| !name.is_empty());
        by_option.or_else(|| self.env.get("AWS_PROFILE")).or_else(|| self.env.get("AWS_DEFAULT_PROFILE"))
    }

    /// The profile's name; `default` where none was asked for.
    pub fn profile_name(&self) -> &str {
        self.profile.as_deref().unwrap_or("default")
    }

    /// Whether `--profile` named it, or it is built in: then keys of the environment are out of the race.
    pub fn profile_is_explicit(&self) -> bool {
        self.overrides.profile.as_deref().is_some_and(|name| !name.is_empty()) || self.profile_is_built_in()
    }

    /// Whether it is an embedded account.
    pub fn profile_is_built_in(&self) -> bool {
        self.profile.as_deref().is_some_and(builtin::is_one)
    }

    /// The embedded account that the profile is, or builds on.
    pub fn account(&self) -> Option<&sandbox::Name> {
        self.account.as_ref()
    }

    /// The embedded accounts of this run.
    pub fn accounts(&self) -> &sandbox::Accounts {
        &self.accounts
    }

    /// Whether endpoints of the environment and the files are switched off.
    pub fn ignores_endpoints(&self) -> bool {
        endpoint::ignored(self)
    }

    /// A key of any profile that is no block, the credentials file first.
    pub fn key_of(&self, profile: &str, name: &str) -> Option<&str> {
        let files = [&self.files.credentials, &self.files.config];
        files.iter().find_map(|profiles| profiles.get(profile)?.get(name)).and_then(Entry::text)
    }

    /// A key of the profile that is no block.
    pub fn key(&self, name: &str) -> Option<&str> {
        self.keys.get(name).and_then(Entry::text)
    }

    /// The first of: the environment's variable, the profile's key.
    fn setting(&self, variable: &str, key: &str) -> Option<String> {
        self.env.get(variable).or_else(|| self.key(key).map(str::to_owned))
    }

    /// `--region`, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile. An empty one is one.
    pub fn region(&self) -> Option<String> {
        if let (None, Some(_)) = (&self.overrides.region, &self.account) {
            return Some(builtin::REGION.to_owned());
        }
        let given = self.overrides.region.clone().or_else(|| self.env.get("AWS_REGION"));
        given.or_else(|| self.setting("AWS_DEFAULT_REGION", "region"))
    }

    /// `--output`, `AWS_DEFAULT_OUTPUT`, the profile, `json`. Not checked: that comes after the call.
    pub fn output(&self) -> String {
        let given = self.overrides.output.clone();
        given.or_else(|| self.setting("AWS_DEFAULT_OUTPUT", "output")).unwrap_or_else(|| "json".into())
    }

    /// `--cli-error-format`, `AWS_CLI_ERROR_FORMAT`, the profile.
    pub fn error_format(&self) -> Option<String> {
        let given = self.overrides.error_format.clone();
        given.or_else(|| self.setting("AWS_CLI_ERROR_FORMAT", "cli_error_format"))
    }

    /// How replies' times are printed.
    pub fn timestamp_format(&self) -> Result<TimestampFormat> {
        match self.key("cli_timestamp_format") {
            None | Some("iso8601") => Ok(TimestampFormat::Iso8601),
            Some("wire") => Ok(TimestampFormat::Wire),
            Some(other) => Err(Error::new(
                Kind::Configuration,
                format!(
                    "Unknown cli_timestamp_format value: {other}, valid values are \"wire\" or \"iso8601\""
                ),
            )),
        }
    }

    /// Whether parameters are checked for their lower limits.
    pub fn validates_parameters(&self) -> bool {
        self.key("parameter_validation").is_none_or(truth)
    }

    /// The CA bundle: option, `AWS_CA_BUNDLE`, the profile, `REQUESTS_CA_BUNDLE`. A blank one counts as none here;
    /// see [`Config::check_ca_bundle`].
    pub fn ca_bundle(&self) -> Option<PathBuf> {
        let given = self.given_ca_bundle().filter(|path| !python::trim(path).is_empty());
        given.map(|path| self.env.expand_home(&path))
    }

    /// Refuses a blank name of a CA bundle, unless certificates are not checked at all.
    pub fn check_ca_bundle(&self) -> Result<()> {
        let given = self.given_ca_bundle().filter(|_| !self.overrides.no_verify_ssl);
        match given.is_some_and(|path| python::trim(&path).is_empty()) {
            false => Ok(()),
            true => Err(Error::general(
                "Invalid CA bundle: the configured value (ca_bundle, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, or verify) \
                 resolved to an empty or whitespace-only string. Provide a valid path to a CA bundle file.",
            )),
        }
    }

    fn given_ca_bundle(&self) -> Option<String> {
        let given = self.overrides.ca_bundle.clone().or_else(|| self.setting("AWS_CA_BUNDLE", "ca_bundle"));
        given.or_else(|| self.env.get("REQUESTS_CA_BUNDLE"))
    }

    /// FIPS endpoints.
    pub fn use_fips(&self) -> bool {
        self.setting("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint").is_some_and(|value| truth(&value))
    }

    /// Dual-stack endpoints.
    pub fn use_dual_stack(&self) -> bool {
        self.setting("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
            .is_some_and(|value| truth(&value))
    }

    /// Attempts and their pace: at most 20 seconds between two.
    pub fn retry(&self) -> Result<RetryConfig> {
        let attempts = match self.setting("AWS_MAX_ATTEMPTS", "max_attempts") {
            None => 3,
            Some(text) => attempts(&text)?,
        };
        let mode = self.setting("AWS_RETRY_MODE", "retry_mode").unwrap_or_else(|| "standard".into());
        let retry = match mode.as_str() {
            "standard" => RetryConfig::standard(),
            "adaptive" => RetryConfig::adaptive(),
            other => {
                return Err(Error::general(format!(
                    "Invalid value provided to \"mode\": \"{other}\" must be one of: \"standard\" or \"adaptive\""
                )));
            }
        };
        Ok(retry.with_max_attempts(attempts).with_max_backoff(Duration::from_secs(20)))
    }

    /// The endpoint that was configured for a service, if any; see [`endpoint`].
    pub fn endpoint_url(&self, service_id: &str) -> Result<Option<String>> {
        endpoint::configured(self, service_id)
    }

    /// The endpoint of a service that is called on the way to credentials: `--endpoint-url` is not for it.
    pub fn own_endpoint_url(&self, service_id: &str) -> Result<Option<String>> {
        endpoint::without_option(self, service_id)
    }

    /// `AWS_EC2_METADATA_DISABLED`; a built-in profile asks for nothing either.
    pub fn metadata_disabled(&self) -> bool {
        self.account.is_some() || self.env.get("AWS_EC2_METADATA_DISABLED").is_some_and(|value| truth(&value))
    }
}

/// The error for a profile that neither file has.
pub fn profile_not_found(name: &str) -> Error {
    Error::general(format!("The config profile ({name}) could not be found"))
}

/// `true` in any case.
fn truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

fn attempts(text: &str) -> Result<u32> {
    let number = crate::python::int(text).map_err(|error| Error::general(error.to_string()))?;
    let most = || number.bytes().all(|byte| byte.is_ascii_digit()).then_some(u32::MAX);
    number.parse::<u32>().ok().or_else(most).filter(|attempts| *attempts > 0).ok_or_else(|| {
        Error::general(format!(
            "Value provided to \"max_attempts\": {number} must be an integer greater than or equal to one."
        ))
    })
}

#[cfg(test)]
mod tests;
