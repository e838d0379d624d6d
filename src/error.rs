//! What can go wrong, and the exit code that it gives.
//!
//! An error says what failed, for which input, and what to do next. Its kind
//! decides the exit code in one place; how it is laid out on stderr is decided
//! where it is printed, since that depends on `--cli-error-format`.

use crate::value::Map;

/// The result of anything that can fail for the user to see.
pub type Result<T> = std::result::Result<T, Error>;

/// The kinds of failure, as the reference tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command line or a parameter is wrong; the message may carry the usage block.
    ParamValidation,
    /// Options that nothing knows. Laid out unlike all other errors.
    UnknownOptions,
    /// A configuration value is wrong.
    Configuration,
    /// No region was given anywhere.
    NoRegion,
    /// No credentials were found anywhere.
    NoCredentials,
    /// The pager cannot be started.
    Pager,
    /// The service answered with an error.
    Service,
    /// Anything else: connection, profile, reply, query.
    General,
    /// Ctrl-C.
    Interrupted,
    /// Nothing to say; the code is the answer (`configure get` of an unset name).
    Silent,
}

impl Kind {
    /// The exit code of the process.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Silent => 1,
            Kind::Interrupted => 130,
            Kind::ParamValidation | Kind::UnknownOptions => 252,
            Kind::Configuration | Kind::NoRegion | Kind::NoCredentials | Kind::Pager => 253,
            Kind::Service => 254,
            Kind::General => 255,
        }
    }

    /// The word in `An error occurred (WORD): ...` of errors on this side of the wire.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Kind::ParamValidation => Some("ParamValidation"),
            Kind::Configuration => Some("Configuration"),
            Kind::NoRegion => Some("NoRegion"),
            Kind::NoCredentials => Some("NoCredentials"),
            Kind::Pager => Some("Pager"),
            _ => None,
        }
    }
}

/// An error for people, with what programs need beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// Decides the exit code and the layout.
    pub kind: Kind,
    /// What failed, without prefix and code.
    pub message: String,
    /// What the service said, for [`Kind::Service`].
    pub service: Option<Box<ServiceError>>,
    /// What to do next. Printed only where stderr is a terminal, because the reference prints nothing there.
    pub hints: Vec<String>,
    /// Found while the main options were read: such errors see only the environment's error format.
    pub early: bool,
    /// Met when credentials that were found already were fetched: commands about credentials tell it as it is.
    pub deferred: bool,
}

/// An error reply of the service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceError {
    /// `NoSuchEntity`
    pub code: String,
    /// The service's own words.
    pub message: String,
    /// All that structured formats print: `Code`, `Message` and what else the reply has.
    pub fields: Map,
    /// The HTTP status.
    pub status: u16,
}

impl Error {
    /// An error of this kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error {
            kind,
            message: message.into(),
            service: None,
            hints: Vec::new(),
            early: false,
            deferred: false,
        }
    }

    /// A wrong command line or parameter: exit code 252.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Kind::ParamValidation, message)
    }

    /// A failure with no kind of its own: exit code 255.
    pub fn general(message: impl Into<String>) -> Self {
        Error::new(Kind::General, message)
    }

    /// Marks it as met while credentials were fetched.
    #[must_use]
    pub fn deferred(mut self) -> Self {
        self.deferred = true;
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
