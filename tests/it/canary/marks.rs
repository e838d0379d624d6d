//! A mark for each secret: found again wherever and however it is written.

/// Whose secret it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A member of a request.
    Request,
    /// A member of a reply.
    Reply,
}

/// The name in the middle of a secret: `CANARYq0017Z`.
pub fn mark(owner: Owner, number: usize) -> String {
    let letter = match owner {
        Owner::Request => 'q',
        Owner::Reply => 'r',
    };
    format!("CANARY{letter}{number:04}Z")
}

/// The secret itself: with signs that every form of writing escapes in its own way, and long enough for all members.
pub fn secret(mark: &str) -> String {
    format!("a\"/+{mark}=\\é-and-more-of-it")
}
