//! What a line says, once it has been read.
//!
//! Types that may hold a password or a key have no `Debug`.

use crate::cli::number::Integer;
use crate::model::{Member, Operation, Service, Waiter};
use crate::params::Words;

/// The options that every command takes. A value is there only where the line gives one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globals {
    /// `--debug`
    pub debug: bool,
    /// `--endpoint-url`; it has a scheme.
    pub endpoint_url: Option<String>,
    /// `--no-verify-ssl`
    pub no_verify_ssl: bool,
    /// `--no-paginate`
    pub no_paginate: bool,
    /// `--output`: one of [`super::globals::OUTPUTS`].
    pub output: Option<String>,
    /// `--query`, uncompiled.
    pub query: Option<String>,
    /// `--profile`; never empty, since an empty one counts as not given.
    pub profile: Option<String>,
    /// `--region`; an empty one is a region.
    pub region: Option<String>,
    /// `--color`: `on`, `off` or `auto`.
    pub color: Option<String>,
    /// `--no-sign-request`
    pub no_sign_request: bool,
    /// `--ca-bundle`
    pub ca_bundle: Option<String>,
    /// `--cli-read-timeout` in seconds, 0 for none. Negative ones are refused where the client is set up.
    pub cli_read_timeout: Option<i64>,
    /// `--cli-connect-timeout`, likewise.
    pub cli_connect_timeout: Option<i64>,
    /// `--cli-binary-format`: `base64` or `raw-in-base64-out`.
    pub cli_binary_format: Option<String>,
    /// `--no-cli-pager`
    pub no_cli_pager: bool,
    /// `--query-merged`, which the reference does not have: text output queries the whole result.
    pub query_merged: bool,
    /// `--no-progress`, which the reference does not have: no line on stderr tells how far long work is.
    pub no_progress: bool,
    /// `--cli-auto-prompt`
    pub cli_auto_prompt: bool,
    /// `--no-cli-auto-prompt`
    pub no_cli_auto_prompt: bool,
    /// `--cli-error-format`: one of [`super::globals::ERROR_FORMATS`].
    pub cli_error_format: Option<String>,
}

/// A line and its global options.
#[derive(Clone)]
pub struct Read {
    /// The global options, from anywhere on the line.
    pub globals: Globals,
    /// What to do.
    pub line: Line,
}

/// What a line asks for.
#[derive(Clone)]
pub enum Line {
    /// Print the version.
    Version,
    /// Show help.
    Help {
        /// The words of the command: empty for the program itself, else `iam`, `create-user`.
        path: Vec<String>,
    },
    /// Show a help topic.
    Topic(String),
    /// Search the help for these words, which the reference cannot.
    Search(Vec<String>),
    /// Call an operation.
    Call(Call),
    /// Call an operation until a waiter is content.
    Wait {
        /// The waiter.
        waiter: &'static Waiter,
        /// The call to repeat.
        call: Call,
    },
    /// Run one of the program's own commands.
    Own(OwnCommand),
    /// A name out of the alias file. The caller expands it and reads the line anew.
    Alias {
        /// The words of the command that the alias stands under; empty for a top-level one.
        under: Vec<String>,
        /// The alias.
        name: String,
        /// The words after it that are left when the global options are taken out.
        words: Vec<String>,
    },
}

/// A call of an operation.
#[derive(Clone)]
pub struct Call {
    /// The service.
    pub service: &'static Service,
    /// The operation.
    pub operation: &'static Operation,
    /// The members that the line gives, in the order of the table. Where
    /// paging is off, `--max-items` is among them as the service's own member.
    pub options: Vec<(&'static Member, Words)>,
    /// `--cli-input-json`
    pub cli_input_json: Option<String>,
    /// `--cli-input-yaml`
    pub cli_input_yaml: Option<String>,
    /// `--generate-cli-skeleton`
    pub skeleton: Option<Skeleton>,
    /// Whether replies of several pages are read to the end: the operation has
    /// pages, and neither `--no-paginate` nor the service's own `--marker` says otherwise.
    pub paginate: bool,
    /// `--starting-token`, where paging is on.
    pub starting_token: Option<String>,
    /// `--max-items`, where paging is on.
    pub max_items: Option<Integer>,
    /// `--page-size`, where paging is on.
    pub page_size: Option<Integer>,
    /// `--outfile` of `create-virtual-mfa-device`.
    pub outfile: Option<String>,
    /// `--bootstrap-method` of `create-virtual-mfa-device`: one of [`super::operation::BOOTSTRAP_METHODS`].
    pub bootstrap_method: Option<String>,
}

/// What `--generate-cli-skeleton` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skeleton {
    /// The input as JSON.
    Input,
    /// A made-up output.
    Output,
    /// The input as YAML with comments.
    YamlInput,
}

/// One of the program's own commands.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OwnCommand {
    /// Its words: `configure`, `set`.
    pub path: Vec<&'static str>,
    /// The options that the line gives, without dashes, in the order of the command's table; flags hold no text.
    pub options: Vec<(&'static str, String)>,
    /// The positionals, in order.
    pub positionals: Vec<String>,
}

impl OwnCommand {
    /// The text of an option (named without dashes), if the line gives it.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(option, _)| *option == name).map(|(_, text)| text.as_str())
    }
}
