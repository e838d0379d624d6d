//! The parts of `iamctl`, in the order in which a run goes through them:
//!
//! argv -> cli -> params -> ops -> reply -> query -> output

pub mod call;
pub mod cli;
pub mod client;
pub mod closest;
pub mod commands;
pub mod complete;
pub mod config;
pub mod config_file;
pub mod connection;
pub mod credentials;
pub mod encoding;
pub mod env;
pub mod error;
pub mod form;
pub mod help;
pub mod json;
pub mod model;
pub mod ops;
pub mod output;
pub mod overrides;
pub mod packed;
pub mod paginate;
pub mod params;
pub mod percent;
pub mod policy;
pub mod private_file;
pub mod progress;
pub mod prompt;
pub mod python;
pub mod query;
pub mod reply;
pub mod run;
pub mod sandbox;
pub mod secret;
pub mod shell_words;
pub mod value;
pub mod wait;
