//! The words in a line each, for those who list: completion and its menus.

use super::page::first_sentence;
use super::words::Words;
use crate::model::{Operation, OperationId, Service};

/// What the operations of a service do.
#[derive(Clone, Debug)]
pub struct Summaries(Words);

impl Summaries {
    /// Those of this service.
    pub fn of(service: &Service) -> Summaries {
        Summaries(Words::of(&format!("service/{}", service.name)))
    }

    /// The line of a command; empty where nobody has written one.
    pub fn get(&self, command: &str) -> String {
        let pairs = self.0.pairs("commands");
        pairs.iter().find(|(name, _)| *name == command).map_or("", |(_, line)| line).to_owned()
    }
}

/// What the options of an operation are for.
#[derive(Clone, Debug)]
pub struct Options(Words);

impl Options {
    /// Those of this operation.
    pub fn of(operation: &Operation) -> Options {
        let service = match operation.id {
            OperationId::Iam(_) => "iam",
            OperationId::Sts(_) => "sts",
        };
        Options(Words::of(&format!("operation/{service} {}", operation.command)))
    }

    /// The first sentence on a member of the request, without its full stop.
    pub fn get(&self, member: &str) -> String {
        first_sentence(self.0.part("options", member)).trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    #[test]
    fn every_operation_and_option_has_a_line() {
        for service in model::SERVICES {
            let summaries = Summaries::of(service);
            for operation in service.operations {
                assert!(!summaries.get(operation.command).is_empty(), "{}", operation.name);
                let options = Options::of(operation);
                for member in operation.input {
                    let line = options.get(member.name);
                    assert!(!line.is_empty() && !line.contains('\n'), "{}.{}", operation.name, member.name);
                }
            }
        }
    }
}
