//! How many arguments of which types a function takes.

use super::wrong_type;
use crate::error::{Error, Result};
use crate::python;
use crate::query::item::{Item, Type};

/// What stands for a reference in a text: the reference shows its address in memory.
pub(super) const REFERENCE: &str = "<expression>";

/// A value as error messages show it.
pub(super) fn shown(value: &Item<'_>) -> String {
    python::text(&value.to_value(REFERENCE))
}

/// What a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    Any,
    Number,
    String,
    Array,
    Object,
    Reference,
    /// A list of numbers.
    ArrayNumber,
    /// A list of texts.
    ArrayString,
}

impl Parameter {
    fn name(self) -> &'static str {
        match self {
            Parameter::Any => "any",
            Parameter::Number => "number",
            Parameter::String => "string",
            Parameter::Array => "array",
            Parameter::Object => "object",
            Parameter::Reference => "expref",
            Parameter::ArrayNumber => "array-number",
            Parameter::ArrayString => "array-string",
        }
    }

    /// The type of the items, where they matter.
    fn items(self) -> Option<Type> {
        match self {
            Parameter::ArrayNumber => Some(Type::Number),
            Parameter::ArrayString => Some(Type::String),
            _ => None,
        }
    }

    fn accepts(self, found: Type) -> bool {
        match self {
            Parameter::Any => true,
            Parameter::Number => found == Type::Number,
            Parameter::String => found == Type::String,
            Parameter::Array => found == Type::Array,
            Parameter::Object => found == Type::Object,
            Parameter::Reference => found == Type::Reference,
            Parameter::ArrayNumber | Parameter::ArrayString => false,
        }
    }
}

/// The parameters of a function; each lists what it accepts in the order of error messages.
pub(super) struct Signature {
    pub parameters: &'static [&'static [Parameter]],
    /// Whether more arguments can follow; their types are not checked.
    pub variadic: bool,
}

impl Signature {
    /// Checks the arguments of a call.
    pub(super) fn check(&self, function: &str, arguments: &[Item<'_>]) -> Result<()> {
        let (wanted, received) = (self.parameters.len(), arguments.len());
        if received < wanted || (received > wanted && !self.variadic) {
            let least = if self.variadic { "at least " } else { "" };
            let plural = if wanted == 1 { "" } else { "s" };
            return Err(Error::general(format!(
                "Expected {least}{wanted} argument{plural} for function {function}(), received {received}"
            )));
        }
        self.parameters
            .iter()
            .zip(arguments)
            .try_for_each(|(parameter, argument)| check(function, parameter, argument))
    }
}

fn check(function: &str, parameter: &[Parameter], argument: &Item<'_>) -> Result<()> {
    let found = argument.type_of();
    if parameter.iter().any(|accepted| accepted.accepts(found)) {
        return Ok(());
    }
    let names: Vec<_> = parameter.iter().map(|accepted| accepted.name()).collect();
    let items = argument.items().filter(|_| parameter.iter().any(|accepted| accepted.items().is_some()));
    let Some(items) = items else {
        return Err(wrong_type(function, argument, &names, found.name()));
    };
    // The first item says what all must be.
    let Some(first) = items.first().map(Item::type_of) else { return Ok(()) };
    let wanted = parameter.iter().filter_map(|accepted| accepted.items()).find(|wanted| *wanted == first);
    match items.iter().find(|item| Some(item.type_of()) != wanted) {
        Some(item) => Err(wrong_type(function, item, &names, item.class())),
        None => Ok(()),
    }
}
