//! What a client may cost.

use std::time::Duration;

/// Limits of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body: usize,
    /// Bytes of a request's head.
    pub head: usize,
    /// How long a head, a body, or a request under way at the end may take.
    pub patience: Duration,
    /// Connections at once; further ones are closed.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { body: 1 << 20, head: 64 << 10, patience: Duration::from_secs(20), connections: 512 }
    }
}
