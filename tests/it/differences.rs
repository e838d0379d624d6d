//! Where the program differs from the reference on purpose.

use iamctl_testkit::{Reply, Server};

use crate::iamctl;

/// The SDK's builders hold 32 bits; nothing is cut off, nothing is sent.
#[test]
fn integers_beyond_32_bits_are_refused() {
    let server = Server::start(vec![Reply::ok("")]).unwrap();
    for number in ["2147483648", "-2147483649", "99999999999999999999999"] {
        let option = format!("--max-session-duration={number}");
        let outcome =
            iamctl(&["iam", "update-role", "--role-name", "r", &option]).endpoint(&server.url()).run();
        assert_eq!(outcome.ended(252).complains("MaxSessionDuration").stdout, "");
    }
    assert_eq!(server.requests(), []);
}

#[test]
fn the_largest_integer_is_sent() {
    let server = Server::start(vec![Reply::result("UpdateRole", "")]).unwrap();
    let words = ["iam", "update-role", "--role-name", "r", "--max-session-duration", "2147483647"];
    iamctl(&words).endpoint(&server.url()).run().ok();
    assert_eq!(server.requests()[0].param("MaxSessionDuration").as_deref(), Some("2147483647"));
}
