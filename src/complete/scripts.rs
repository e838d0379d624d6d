//! The scripts by which shells learn to ask.

/// The shells, as `completion SHELL` names them.
pub const SHELLS: &[&str] = &["bash", "elvish", "fish", "powershell", "zsh"];

/// The script for a shell, for a program of this name; none where there is no such shell.
pub fn script(shell: &str, program: &str) -> Option<String> {
    let template = match shell {
        "bash" => include_str!("scripts/bash.sh"),
        "elvish" => include_str!("scripts/elvish.elv"),
        "fish" => include_str!("scripts/fish.fish"),
        "powershell" | "pwsh" => include_str!("scripts/powershell.ps1"),
        "zsh" => include_str!("scripts/zsh.zsh"),
        _ => return None,
    };
    Some(template.replace("PROGRAM", program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_has_a_script_that_asks_the_program() {
        for shell in SHELLS {
            let script = script(shell, "iamctl").unwrap();
            assert!(script.contains("IAMCTL_COMPLETE") && script.contains("iamctl"), "{shell}");
            assert!(!script.contains("PROGRAM"), "{shell}");
        }
        assert!(script("tcsh", "iamctl").is_none());
    }
}
