//! How the API's names become words: options and commands by botocore's rule,
//! Rust names by the SDK's.

/// `SSHPublicKeyId` with `-` is `ssh-public-key-id`: a run of capitals is one
/// word, and its last capital begins the next word where a small letter follows.
pub fn words(name: &str, separator: char) -> String {
    let chars: Vec<char> = plural_capitals(name, separator);
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|j| chars.get(j)).copied();
        let after = chars.get(i + 1).copied();
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|b| b != separator)
            && (after.is_some_and(|a| a.is_ascii_lowercase())
                || before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        if begins {
            out.push(separator);
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Two or more capitals and a final `s` are one word: `ListARNs` has `arns`, not `ar-ns`.
fn plural_capitals(name: &str, separator: char) -> Vec<char> {
    let mut chars: Vec<char> = name.chars().collect();
    if chars.last() == Some(&'s') {
        let capitals = chars.iter().rev().skip(1).take_while(|c| c.is_ascii_uppercase()).count();
        if capitals >= 2 {
            let start = chars.len() - 1 - capitals;
            for c in chars.iter_mut().skip(start) {
                *c = c.to_ascii_lowercase();
            }
            if start > 0 {
                chars.insert(start, separator);
            }
        }
    }
    chars
}

/// The SDK's name of a type: the shape's name with a capital first letter.
pub fn type_name(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// The SDK's name of an operation's variant: runs of capitals are folded, `AssumeRoleWithSaml`.
pub fn variant(name: &str) -> String {
    words(name, '_').split('_').map(type_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_named_by_botocores_rule() {
        for (name, want) in [
            ("UserName", "user-name"),
            ("SSHPublicKeyId", "ssh-public-key-id"),
            ("AuthenticationCode1", "authentication-code1"),
            ("AddClientIDToOpenIDConnectProvider", "add-client-id-to-open-id-connect-provider"),
            ("AssumeRoleWithSAML", "assume-role-with-saml"),
            ("ListMFADevices", "list-mfa-devices"),
            ("PolicyARNs", "policy-arns"),
            ("ARNs", "arns"),
        ] {
            assert_eq!(words(name, '-'), want);
        }
    }

    #[test]
    fn variants_fold_runs_of_capitals() {
        assert_eq!(variant("ListMFADevices"), "ListMfaDevices");
        assert_eq!(variant("GetUser"), "GetUser");
    }
}
