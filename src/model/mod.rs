//! The facts of the two services, as tables that cost nothing at start-up.
//!
//! `iam.rs` and `sts.rs` are generated from `model/`; the types here are what
//! they are made of. Everything is `'static`: no table is parsed or allocated,
//! and a run touches only the operation that it calls.

pub mod iam;
pub mod sts;

/// One of the two services.
#[derive(Debug)]
pub struct Service {
    /// The word on the command line and the signing name: `iam`, `sts`.
    pub name: &'static str,
    /// The service's id as configuration sections and SDKs write it: `IAM`, `STS`.
    pub id: &'static str,
    /// The name that people read.
    pub full_name: &'static str,
    /// The `Version` parameter of each request.
    pub api_version: &'static str,
    /// The XML name space of requests' replies.
    pub namespace: &'static str,
    /// Sorted by `command`.
    pub operations: &'static [Operation],
    /// Sorted by `command`; STS has none.
    pub waiters: &'static [Waiter],
}

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// Which one it is, for the dispatch to the SDK.
    pub id: OperationId,
    /// The API's name: `CreateUser`.
    pub name: &'static str,
    /// The command's name: `create-user`.
    pub command: &'static str,
    /// Members of the request, in the model's order.
    pub input: &'static [Member],
    /// The reply's shape; none where the operation has no output at all.
    pub output: Option<&'static Output>,
    /// False for the two operations that carry their own proof and are never signed.
    pub signed: bool,
    /// Whether the reference does not have it. It works as all others, where it is written out.
    pub newer: bool,
    /// How replies of several pages are read.
    pub paginator: Option<&'static Paginator>,
    /// The errors that the model names.
    pub errors: &'static [&'static ErrorShape],
}

/// The reply of an operation.
#[derive(Debug)]
pub struct Output {
    /// The element around the members: `CreateUserResult`.
    pub wrapper: &'static str,
    /// Members in the model's order.
    pub members: &'static [Member],
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// `UserName`
    pub name: &'static str,
    /// The option's name without dashes: `user-name`.
    pub option: &'static str,
    /// Whether the model calls it required.
    pub required: bool,
    /// Whether the reference does not have it, although it has the structure: the member works where it is
    /// written out, but no abbreviation, skeleton or message knows it.
    pub newer: bool,
    /// What it holds.
    pub shape: &'static Shape,
}

/// A named shape of the model.
#[derive(Debug)]
pub struct Shape {
    /// The model's name of it: `policyDocumentType`.
    pub name: &'static str,
    /// The type and its parts.
    pub kind: Kind,
    /// Lower limit: characters of a string, items of a list, or the value of a number.
    pub min: Option<i64>,
    /// Upper limit, likewise. The client never checks it.
    pub max: Option<i64>,
    /// The pattern of a string, for help. The client never checks it.
    pub pattern: Option<&'static str>,
    /// The values of an enumeration; empty for all else. The client never checks them.
    pub values: &'static [&'static str],
    /// Whether of a structure's members exactly one must be given.
    pub union: bool,
    /// The model's own mark; see `secret` for what it misses.
    pub sensitive: bool,
}

/// The type of a shape.
#[derive(Debug)]
pub enum Kind {
    /// A text.
    String,
    /// An integer of 32 bits.
    Integer,
    /// A truth value.
    Boolean,
    /// Bytes, in base64 on the wire.
    Blob,
    /// A point in time.
    Timestamp,
    /// A list of one kind of item.
    List(&'static Shape),
    /// A map from texts to one kind of value.
    Map {
        /// The keys' shape.
        key: &'static Shape,
        /// The values' shape.
        value: &'static Shape,
    },
    /// A structure, members in the model's order.
    Structure(&'static [Member]),
}

/// How replies of several pages are read.
#[derive(Debug)]
pub struct Paginator {
    /// The request's member that takes the mark of the next page.
    pub input_token: &'static str,
    /// The reply's member that holds it.
    pub output_token: &'static str,
    /// The reply's member that says whether there is more.
    pub more_results: &'static str,
    /// The request's member that limits a page.
    pub limit_key: &'static str,
    /// The reply's lists; the first one counts for `--max-items`.
    pub result_keys: &'static [&'static str],
    /// Members that are taken from the first page only.
    pub non_aggregate_keys: &'static [&'static str],
}

/// An error that the model names.
#[derive(Debug)]
pub struct ErrorShape {
    /// The shape's name: `NoSuchEntityException`.
    pub name: &'static str,
    /// The code in a reply: `NoSuchEntity`.
    pub code: &'static str,
    /// The HTTP status that the model gives.
    pub status: u16,
    /// Its members, `message` among them.
    pub members: &'static [Member],
}

/// A waiter: an operation called again until its reply says "go on".
#[derive(Debug)]
pub struct Waiter {
    /// `UserExists`
    pub name: &'static str,
    /// `user-exists`
    pub command: &'static str,
    /// The command's name of the operation: `get-user`.
    pub operation: &'static str,
    /// Seconds between two attempts.
    pub delay: u32,
    /// Attempts in all.
    pub max_attempts: u32,
    /// Tried in order against each reply.
    pub acceptors: &'static [Acceptor],
}

/// What a waiter makes of one kind of reply.
#[derive(Debug)]
pub struct Acceptor {
    /// The state that follows.
    pub state: WaitState,
    /// The kind of reply.
    pub matcher: Matcher,
}

/// The state of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitState {
    /// Done.
    Success,
    /// Not yet.
    Retry,
    /// Never.
    Failure,
}

/// What an acceptor looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// The HTTP status.
    Status(u16),
    /// The error code.
    Error(&'static str),
}

/// An operation as the dispatch knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationId {
    /// One of IAM's.
    Iam(iam::Id),
    /// One of STS's.
    Sts(sts::Id),
}

/// The services, in the order in which they are listed.
pub static SERVICES: &[&Service] = &[&iam::SERVICE, &sts::SERVICE];

impl Service {
    /// The operation of this command name.
    pub fn operation(&self, command: &str) -> Option<&'static Operation> {
        let operations = self.operations;
        let found = operations.binary_search_by(|operation| operation.command.cmp(command));
        found.ok().and_then(|index| operations.get(index))
    }

    /// The waiter of this command name.
    pub fn waiter(&self, command: &str) -> Option<&'static Waiter> {
        let waiters = self.waiters;
        waiters.iter().find(|waiter| waiter.command == command)
    }
}

/// The service of this name.
pub fn service(name: &str) -> Option<&'static Service> {
    SERVICES.iter().copied().find(|service| service.name == name)
}

impl Operation {
    /// The member of the request that an option (without its dashes) sets.
    pub fn option(&self, option: &str) -> Option<&'static Member> {
        self.input.iter().find(|member| member.option == option)
    }

    /// The member of the request of this name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.input.iter().find(|member| member.name == name)
    }
}
