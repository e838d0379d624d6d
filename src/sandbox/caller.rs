//! Who makes a request, as its signature has told.

use super::clock::Seconds;

/// The one who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What it is.
    pub who: Who,
    /// The ARN as `GetCallerIdentity` says it.
    pub arn: String,
    /// The unique id as `GetCallerIdentity` says it: `AIDA...`, `AROA...:session`, the account for root.
    pub id: String,
    /// The access key that signed; empty where nobody signed.
    pub access_key: String,
    /// What a temporary key brings along; none for a user's or the root's own key.
    pub session: Option<Session>,
}

/// The kinds of callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The account's root user.
    Root,
    /// A user, by the stored name.
    User(String),
    /// A session of a role, by the role's stored name and the session's.
    Role {
        /// The role's name.
        role: String,
        /// The session's name.
        session: String,
    },
    /// A federated user, and the user whose key asked for the session; none where that was the root user.
    Federated {
        /// The name of the session.
        name: String,
        /// Whose key asked for it.
        user: Option<String>,
    },
    /// Nobody has signed.
    Nobody,
}

/// What a temporary key brings along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// When it was given out.
    pub issued: Seconds,
    /// When it ends.
    pub expires: Seconds,
    /// The session policies, as texts.
    pub policies: Vec<String>,
    /// The ARNs of managed policies as session policies.
    pub policy_arns: Vec<String>,
    /// Session tags, keys as given.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that the next role in a chain inherits.
    pub transitive: Vec<String>,
    /// The source identity, once set for a whole chain.
    pub source_identity: Option<String>,
    /// Whether an MFA code was given for it.
    pub mfa: bool,
    /// The identity provider behind it, for web identities and SAML: its ARN or name.
    pub provider: Option<String>,
    /// Context keys that the provider's token has set: `accounts.example.com:sub`...
    pub claims: Vec<(String, String)>,
}
