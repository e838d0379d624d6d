//! The first word of a line: the commands that there are.

use crate::cli::foreign;
use crate::cli::own;
use crate::cli::reader::Names;
use crate::closest;
use crate::model::{self, Service};

/// A name out of the alias file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The words of the command that it stands under, with blanks between: empty for a top-level one.
    pub under: String,
    /// The name.
    pub name: String,
}

/// Whether there is such an alias.
pub fn is_alias(aliases: &[Alias], under: &str, name: &str) -> bool {
    aliases.iter().any(|alias| alias.under == under && alias.name == name)
}

fn aliases_under<'a>(aliases: &'a [Alias], under: &'a str) -> impl Iterator<Item = &'a str> {
    aliases.iter().filter(move |alias| alias.under == under).map(|alias| alias.name.as_str())
}

/// All commands: the services, our own, the reference's, and aliases.
pub struct Commands<'a> {
    /// The names out of the alias file.
    pub aliases: &'a [Alias],
}

impl Names for Commands<'_> {
    fn has(&self, word: &str) -> bool {
        word == "help"
            || model::service(word).is_some()
            || own::top(word).is_some()
            || foreign::kind(word).is_some()
            || is_alias(self.aliases, "", word)
    }

    fn close(&self, word: &str) -> Vec<String> {
        let services = model::SERVICES.iter().map(|service| service.name);
        let ours = own::TOP.iter().filter(|one| !one.additive).map(|one| one.name);
        let names: Vec<&str> = services.chain(ours).chain(foreign::names()).chain(["help"]).collect();
        closest::closest(word, names.into_iter().chain(aliases_under(self.aliases, "")))
    }

    fn all(&self) -> Vec<&str> {
        let services = model::SERVICES.iter().map(|service| service.name);
        let ours = own::TOP.iter().map(|one| one.name);
        services.chain(ours).chain(["help"]).chain(aliases_under(self.aliases, "")).collect()
    }
}

/// The operations of a service, and what else stands in their place.
pub struct Operations<'a> {
    /// The service.
    pub service: &'static Service,
    /// The names out of the alias file.
    pub aliases: &'a [Alias],
}

impl Operations<'_> {
    /// `wait` and `wizard`, where the service has them, and `help`.
    fn others(&self) -> impl Iterator<Item = &'static str> {
        let wait = (!self.service.waiters.is_empty()).then_some("wait");
        let own = own::under_service(self.service.name).iter().map(|one| one.name);
        wait.into_iter().chain(own).chain(["help"])
    }
}

impl Names for Operations<'_> {
    fn has(&self, word: &str) -> bool {
        self.service.operation(word).is_some()
            || self.others().any(|name| name == word)
            || is_alias(self.aliases, self.service.name, word)
    }

    fn close(&self, word: &str) -> Vec<String> {
        let known = self.service.operations.iter().filter(|one| !one.newer);
        let names: Vec<&str> = known.map(|one| one.command).chain(self.others()).collect();
        closest::closest(word, names.into_iter().chain(aliases_under(self.aliases, self.service.name)))
    }

    fn all(&self) -> Vec<&str> {
        let operations = self.service.operations.iter().map(|one| one.command);
        let mut names: Vec<&str> = operations.chain(aliases_under(self.aliases, self.service.name)).collect();
        for name in self.others() {
            names.push(name);
        }
        names
    }
}

/// The names below a group.
pub struct Few<'a> {
    /// The names.
    pub names: &'a [&'a str],
    /// Names that are accepted and never proposed.
    pub unlisted: &'a [&'a str],
    /// The words of the command that they stand under.
    pub under: &'a str,
    /// The names out of the alias file.
    pub aliases: &'a [Alias],
}

impl Names for Few<'_> {
    fn has(&self, word: &str) -> bool {
        self.names.contains(&word)
            || self.unlisted.contains(&word)
            || is_alias(self.aliases, self.under, word)
    }

    fn close(&self, word: &str) -> Vec<String> {
        let names = self.names.iter().copied();
        closest::closest(word, names.chain(aliases_under(self.aliases, self.under)))
    }

    fn all(&self) -> Vec<&str> {
        let names = self.names.iter().chain(self.unlisted).copied();
        names.chain(aliases_under(self.aliases, self.under)).collect()
    }
}
