//! A call from the line to the printed result.

use crate::call::Caller;
use crate::cli::{Call, Globals, Skeleton};
use crate::client::Settings;
use crate::config::{self, Config};
use crate::connection;
use crate::credentials;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::json;
use crate::model::Waiter;
use crate::overrides::{self, Extras};
use crate::paginate::{Limits, Pages};
use crate::params;
use crate::query::Expression;
use crate::secret;
use crate::value::Map;
use crate::wait;

use super::debug::Debug;
use super::print::Print;
use super::progress::ProgressLine;
use super::{refused, terminal};

/// The call that a line asks for.
pub(super) struct Work<'a> {
    pub(super) program: &'a str,
    pub(super) globals: &'a Globals,
    pub(super) call: &'a Call,
    pub(super) waiter: Option<&'static Waiter>,
    pub(super) query: Option<&'a Expression>,
    pub(super) env: &'a Env,
    /// `AWS_CLI_FILE_ENCODING`
    pub(super) file_encoding: Option<String>,
}

impl Work<'_> {
    /// `missing` is the error of a profile that does not exist; what needs no configuration works without it.
    pub(super) fn run(&self, config: Option<&Config>, missing: Option<Error>) -> Result<()> {
        let call = self.call;
        let debug = Debug::new(self.globals.debug, self.program);
        debug.say(format_args!("{} {}", call.service.name, call.operation.command));
        if call.max_items.as_ref().is_some_and(|most| most.number <= 0) {
            debug.warn("warning: Non-positive values for --max-items may result in undefined behavior.");
        }
        let context = params::Context { file_encoding: self.file_encoding.as_deref(), env: self.env };
        let limits = self.limits(&context)?;
        let paginator = call.operation.paginator;
        let page = paginator.map(|paginator| limits.first_request(call.operation, paginator)).transpose();
        // What is given is read before a skeleton is printed, but no token is judged.
        let page = if call.skeleton.is_some() { page.unwrap_or_default() } else { page? };
        let parsed = params::parse(call.operation, self.given(&limits, page.as_ref()), &context)?;
        match call.skeleton {
            Some(Skeleton::Input) => return super::print_text(&params::skeleton::input(call.operation)),
            Some(Skeleton::YamlInput) => {
                return super::print_text(&params::skeleton::yaml_input(call.operation));
            }
            _ => {}
        }
        let config =
            config.ok_or_else(|| missing.unwrap_or_else(|| Error::general("no configuration was read")))?;
        debug.say(format_args!("profile {}", config.profile_name()));
        let settings = self.settings(config, &debug)?;
        if !self.globals.no_verify_ssl {
            config.check_ca_bundle()?;
        }
        let paginate = call.paginate && !parsed.places_page();
        // A made-up reply is judged before the input is.
        let made_up = match call.skeleton {
            Some(_) => Some(params::skeleton::output(call.operation)?),
            None => None,
        };
        let input = parsed.checked(call.operation, config.validates_parameters())?;
        if debug.is_on() {
            let mut shown = String::new();
            let redacted = secret::redacted(&input, call.operation.input);
            json::write(&mut shown, &redacted.into(), json::Style::LINE);
            debug.say(format_args!("parameters {shown}"));
        }
        let extras = self.extras(config);
        overrides::of(call.operation).before(&extras)?;
        if let Some(result) = made_up {
            return self.print(config, &ProgressLine::new(false)).value(result);
        }
        let limits = paginate.then_some(limits);
        connection::block_on(self.send(config, settings, input, limits, &extras, &debug))
    }

    async fn send(
        &self,
        config: &Config,
        mut settings: Settings,
        input: Map,
        limits: Option<Limits>,
        extras: &Extras,
        debug: &Debug,
    ) -> Result<()> {
        let call = self.call;
        let transport = connection::transport(self.globals, config)?;
        if settings.region.is_none() {
            settings.region = credentials::instance_region(config, &transport).await?;
        }
        let signs = call.operation.signed && !self.globals.no_sign_request;
        let found = if signs { credentials::resolve(config, &transport).await? } else { None };
        // It is the signature that needs a region, so credentials that fail are told first.
        if settings.region.is_none() {
            settings.region = Some(match settings.endpoint_url.as_deref() {
                Some(_) if !signs => "us-east-1".into(),
                endpoint_url => connection::without_region(endpoint_url)?,
            });
        }
        if signs {
            let (found, source) = found.ok_or_else(|| credentials::missing(self.program))?;
            debug.say(format_args!(
                "credentials from {}: {}",
                source.method(),
                secret::masked(found.access_key_id())
            ));
            settings.credentials = Some(found);
        }
        debug.say(format_args!(
            "region {}, endpoint {}",
            settings.region.as_deref().unwrap_or("(none)"),
            settings.endpoint_url.as_deref().unwrap_or("(the service's own)")
        ));
        let caller = Caller::new(call.service, &settings, transport, config.timestamp_format()?)?;
        let progress = ProgressLine::new(!self.globals.no_progress && !self.globals.debug);
        let work = self.with(&caller, config, input, limits, extras, &progress);
        let outcome = progress.around(&caller.progress, work).await;
        debug.say(format_args!(
            "{} attempt(s), the last to {}: {:?}",
            caller.client.exchange.attempts(),
            caller.client.exchange.url(),
            caller.client.exchange.last()
        ));
        outcome
    }

    async fn with(
        &self,
        caller: &Caller,
        config: &Config,
        input: Map,
        limits: Option<Limits>,
        extras: &Extras,
        progress: &ProgressLine,
    ) -> Result<()> {
        let call = self.call;
        if let Some(waiter) = self.waiter {
            return wait::wait(caller, waiter, call.operation, &input).await;
        }
        let print = self.print(config, progress);
        match call.operation.paginator.zip(limits) {
            Some((paginator, limits)) => {
                let pages = Pages::new(caller, call.operation, paginator, input, limits)?;
                print.pages(pages).await
            }
            _ => {
                let given = terminal::on_stderr().then(|| input.clone());
                let outcome = caller.call(call.operation, input).await;
                let mut result = outcome.map_err(|error| match &given {
                    Some(given) => refused::with_hints(error, call.operation, given),
                    None => error,
                })?;
                let drawing = overrides::of(call.operation).after(extras, &mut result)?;
                print.value(result.into())?;
                match drawing {
                    Some(drawing) => super::tell(&drawing),
                    None => Ok(()),
                }
            }
        }
    }

    fn given<'g>(&'g self, limits: &Limits, page: Option<&'g Map>) -> params::Given<'g> {
        params::Given {
            options: &self.call.options,
            cli_input_json: self.call.cli_input_json.as_deref(),
            cli_input_yaml: self.call.cli_input_yaml.as_deref(),
            paging_options: limits.any(),
            page,
        }
    }

    fn limits(&self, context: &params::Context<'_>) -> Result<Limits> {
        let call = self.call;
        let token = call.starting_token.as_deref();
        let token = token.map(|token| params::text("--starting-token", token, context)).transpose()?;
        Ok(Limits {
            max_items: call.max_items.as_ref().map(|most| most.number),
            page_size: call.page_size.as_ref().map(|size| size.number),
            starting_token: token,
        })
    }

    fn extras(&self, config: &Config) -> Extras {
        Extras {
            outfile: self.call.outfile.clone(),
            bootstrap_method: self.call.bootstrap_method.clone(),
            terminal: terminal::on_stderr(),
            env: config.env.clone(),
        }
    }

    fn print<'p>(&'p self, config: &'p Config, progress: &'p ProgressLine) -> Print<'p> {
        Print {
            config,
            query: self.query,
            title: self.call.operation.name,
            color: self.globals.color.as_deref(),
            no_pager: self.globals.no_cli_pager,
            progress,
            merged: self.globals.query_merged,
        }
    }

    /// Region, endpoint and retries, checked in the reference's order.
    fn settings(&self, config: &Config, debug: &Debug) -> Result<Settings> {
        let endpoint_url = config.endpoint_url(self.call.service.id)?;
        let sandbox = endpoint_url.as_deref().is_some_and(connection::is_sandbox);
        let encrypted = !sandbox && !endpoint_url.as_deref().is_some_and(|url| url.starts_with("http://"));
        if self.globals.no_verify_ssl && encrypted {
            debug.warn(&format!(
                "{}: [WARNING]: --no-verify-ssl: the server's certificate is not checked, so anybody on the way can read and change this call",
                self.program
            ));
        }
        // Where no region is set, the instance may know one; it is asked when there is a transport to ask with.
        let region = config.region().or_else(|| sandbox.then(|| config::SANDBOX_REGION.to_owned()));
        connection::settings(config, self.call.service, region, endpoint_url)
    }
}
