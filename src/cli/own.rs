//! The program's own commands, as tables: `configure` and what is below it.

use crate::cli::reader::Takes;

/// One of the program's own commands, or a group of them.
#[derive(Debug)]
pub struct Own {
    /// Its word.
    pub name: &'static str,
    /// What help says.
    pub help: &'static str,
    /// In the order in which messages list them.
    pub options: &'static [OwnOption],
    /// Names of the positionals.
    pub positionals: &'static [&'static str],
    /// Whether the positionals may be left out.
    pub optional: bool,
    /// The commands of a group.
    pub commands: &'static [Own],
    /// Whether a group does something by itself.
    pub runs: bool,
    /// The reference does not have it: it is never proposed.
    pub additive: bool,
}

/// An option of one of the program's own commands.
#[derive(Debug)]
pub struct OwnOption {
    /// The name with its dashes.
    pub name: &'static str,
    /// What follows it.
    pub takes: Takes,
    /// The values that are accepted; empty for any.
    pub choices: &'static [&'static str],
    /// Whether the line is wrong without it.
    pub required: bool,
    /// Whether it has to be an integer. Checked late, with an error of its own kind.
    pub integer: bool,
    /// The reference does not have it: it is never reached by an abbreviation.
    pub additive: bool,
    /// What help says.
    pub help: &'static str,
}

const COMMAND: Own = Own {
    name: "",
    help: "",
    options: &[],
    positionals: &[],
    optional: false,
    commands: &[],
    runs: true,
    additive: false,
};

const fn text(name: &'static str, help: &'static str) -> OwnOption {
    OwnOption {
        name,
        takes: Takes::One,
        choices: &[],
        required: false,
        integer: false,
        additive: false,
        help,
    }
}

const fn flag(name: &'static str, help: &'static str) -> OwnOption {
    OwnOption { takes: Takes::Nothing, ..text(name, help) }
}

/// The formats of `configure export-credentials`.
pub static EXPORT_FORMATS: &[&str] =
    &["process", "env", "env-no-export", "powershell", "windows-cmd", "fish"];

static SECTIONS: &[OwnOption] = &[
    text("--sso-session", "The sso-session section to use instead of a profile"),
    text("--services", "The services section to use instead of a profile"),
];

static CONFIGURE: &[Own] = &[
    Own {
        name: "add-model",
        help: "Add a service model for other tools",
        options: &[
            OwnOption { required: true, ..text("--service-model", "The model, as JSON") },
            text("--service-name", "The name to store it under"),
        ],
        ..COMMAND
    },
    Own { name: "agent-toolkit", help: "Set up agents", options: &[flag("--yes", "Ask nothing")], ..COMMAND },
    Own {
        name: "export-credentials",
        help: "Print the credentials for other programs",
        options: &[OwnOption { choices: EXPORT_FORMATS, ..text("--format", "How to print them") }],
        ..COMMAND
    },
    Own {
        name: "get",
        help: "Print a configuration value",
        options: SECTIONS,
        positionals: &["varname"],
        ..COMMAND
    },
    Own {
        name: "import",
        help: "Store the credentials of a CSV document",
        options: &[
            OwnOption { required: true, ..text("--csv", "The document, or file:// and its path") },
            flag("--skip-invalid", "Go on after rows that cannot be used"),
            text("--profile-prefix", "Put this before each profile's name"),
        ],
        ..COMMAND
    },
    Own {
        name: "list",
        help: "Show the values in use and where they come from",
        options: &[OwnOption {
            additive: true,
            ..flag("--explain", "Say for each value which source won, and what the others hold")
        }],
        ..COMMAND
    },
    Own { name: "list-profiles", help: "List the profiles", ..COMMAND },
    Own {
        name: "mfa-login",
        help: "Get session credentials with an MFA code",
        options: &[
            text("--update-profile", "The profile to store them in"),
            OwnOption { integer: true, ..text("--duration-seconds", "How long they last (default 43200)") },
            text("--serial-number", "The MFA device"),
        ],
        ..COMMAND
    },
    Own {
        name: "remove",
        help: "Remove the profile of --profile, or one value",
        options: &[flag("--yes", "Ask nothing")],
        positionals: &["varname"],
        optional: true,
        additive: true,
        ..COMMAND
    },
    Own {
        name: "set",
        help: "Set a configuration value",
        options: SECTIONS,
        positionals: &["varname", "value"],
        ..COMMAND
    },
    Own {
        name: "sso",
        help: "Set up a profile for IAM Identity Center",
        options: &[
            flag("--no-browser", "Do not open a browser"),
            flag("--use-device-code", "Use the device code grant"),
        ],
        ..COMMAND
    },
    Own { name: "sso-session", help: "Set up an sso-session section", ..COMMAND },
    Own { name: "wizard", help: "Set up a profile step by step", ..COMMAND },
];

const NAME: OwnOption = text("--name", "The account's name (default: that of --profile, else default)");

static SANDBOX: &[Own] = &[
    Own {
        name: "credentials",
        help: "Print the root user's key for other programs",
        options: &[NAME, OwnOption { choices: EXPORT_FORMATS, ..text("--format", "How to print it") }],
        ..COMMAND
    },
    Own {
        name: "export",
        help: "Write the account to a file, as JSON with its secrets; - is stdout",
        options: &[NAME],
        positionals: &["file"],
        ..COMMAND
    },
    Own {
        name: "import",
        help: "Replace the account by a file, or by a copy of a real account",
        options: &[
            NAME,
            flag("--from-account", "Copy users, groups, roles and policies of the account of --profile"),
            flag("--yes", "Ask nothing"),
        ],
        positionals: &["file"],
        optional: true,
        ..COMMAND
    },
    Own { name: "list", help: "List the accounts and what is in them", ..COMMAND },
    Own { name: "path", help: "Print where the account is kept", options: &[NAME], ..COMMAND },
    Own {
        name: "reset",
        help: "Remove all that was made in the account; its root key stays",
        options: &[NAME, flag("--yes", "Ask nothing")],
        ..COMMAND
    },
    Own {
        name: "serve",
        help: "Serve the account to other programs, on loopback",
        options: &[
            NAME,
            OwnOption { integer: true, ..text("--port", "The port (default: a free one)") },
            text("--host", "The address to listen on (default 127.0.0.1)"),
            flag("--print-env", "Print the variables for other programs, for eval, and go on serving"),
            text("--imds", "Serve this role's credentials as an instance's metadata service, too"),
            OwnOption { integer: true, ..text("--imds-port", "The port of that (default: a free one)") },
        ],
        ..COMMAND
    },
];

/// The top-level ones.
pub static TOP: &[Own] = &[
    Own {
        name: "cache",
        help: "Show and remove cached temporary credentials",
        commands: &[
            Own { name: "clear", help: "Remove all cached credentials", ..COMMAND },
            Own { name: "list", help: "List the cached credentials, without their secrets", ..COMMAND },
        ],
        runs: false,
        additive: true,
        ..COMMAND
    },
    Own {
        name: "completion",
        help: "Print the script by which a shell completes commands",
        positionals: &["shell"],
        additive: true,
        ..COMMAND
    },
    Own {
        name: "configure",
        help: "Read and change the configuration files",
        commands: CONFIGURE,
        ..COMMAND
    },
    Own {
        name: "logout",
        help: "Remove the session that login keeps for the profile",
        options: &[flag("--all", "Remove those of all profiles")],
        ..COMMAND
    },
    MAN,
    Own {
        name: "sandbox",
        help: "IAM and STS without an account: keep, serve and copy embedded ones",
        commands: SANDBOX,
        runs: false,
        additive: true,
        ..COMMAND
    },
];

/// The manual.
const MAN: Own = Own {
    name: "man",
    help: "Install the manual pages",
    commands: &[Own {
        name: "install",
        help: "Write the help as manual pages",
        options: &[text("--dir", "The folder to write to, which gets man1 and man7")],
        ..COMMAND
    }],
    runs: false,
    additive: true,
    ..COMMAND
};

/// Of `sso`, whose other commands are operations of a service that only the reference has.
static SSO: &[Own] = &[
    Own {
        name: "login",
        help: "Sign in to IAM Identity Center",
        options: &[
            text("--sso-session", "The sso-session section to sign in to, instead of the profile's"),
            flag("--no-browser", "Do not open a browser"),
            flag("--use-device-code", "Use the device code grant"),
        ],
        ..COMMAND
    },
    Own { name: "logout", help: "Sign out, and remove cached tokens and credentials", ..COMMAND },
];

static IAM: &[Own] = &[Own {
    name: "wizard",
    help: "Create resources step by step",
    commands: &[Own { name: "new-role", help: "Create a role", ..COMMAND }],
    runs: false,
    ..COMMAND
}];

/// The top-level one of this name.
pub fn top(name: &str) -> Option<&'static Own> {
    TOP.iter().find(|one| one.name == name)
}

/// Those that stand among a service's operations.
pub fn under_service(service: &str) -> &'static [Own] {
    match service {
        "iam" => IAM,
        "sso" => SSO,
        _ => &[],
    }
}
