//! The texts of errors about a line.

use crate::cli::near;
use crate::cli::reader::{Description, Fault, Opt};
use crate::error::{Error, Kind};
use crate::python;
use crate::value::Value;

/// The usage text and where help is found, with a line break at its end.
pub fn block(program: &str) -> String {
    format!(
        "usage: {program} [options] <command> <subcommand> [<subcommand> ...] [parameters]\n\
         To see help text, you can run:\n\
         \n\
         \x20 {program} help\n\
         \x20 {program} <command> help\n\
         \x20 {program} <command> <subcommand> help\n"
    )
}

/// The whole text that stderr gets for [`Kind::UnknownOptions`], whatever the error format.
pub fn unknown_options(program: &str, error: &Error) -> String {
    format!("\n{}\n\n{program}: [ERROR]: {}\n", block(program), error.message.trim_end())
}

/// The error of a pass other than the first one: its message ends with the usage text.
pub fn refused(fault: &Fault, description: &Description<'_>, program: &str) -> Error {
    let error = Error::usage(format!("{}\n\n{}", message(fault), block(program)));
    near::with_hints(error, fault, description, program)
}

/// The error of the first pass, which has a usage text of its own.
pub fn refused_first(fault: &Fault, program: &str) -> Error {
    Error::usage(format!("{}\n\nusage: {program} [--profile PROFILE] [--debug]\n", message(fault)))
}

/// The error for words that an operation with these options does not know.
pub fn unknown(words: &[&str], options: &[Opt]) -> Error {
    let mut error = Error::new(Kind::UnknownOptions, format!("Unknown options: {}", words.join(", ")));
    error.hints = near::of_options(words, options);
    error
}

/// The error for words that one of the program's own commands does not know.
pub fn unknown_to_own(words: &[&str], options: &[Opt]) -> Error {
    let mut error = Error::usage(format!("Unknown options: {}", words.join(",")));
    error.hints = near::of_options(words, options);
    error
}

/// The error for a group of commands without the command.
pub fn too_few(program: &str, path: &str) -> Error {
    let usage = format!("usage: {program} [options] {path} <subcommand> [parameters]");
    Error::usage(format!("{usage}\n{program}: [ERROR]: too few arguments"))
}

/// The error for a text that has to be an integer and is checked late.
pub fn no_integer(text: &str) -> Error {
    Error::general(format!("invalid literal for int() with base 10: {}", quoted(text)))
}

fn message(fault: &Fault) -> String {
    match fault {
        Fault::Ambiguous { word, matches } => {
            format!("ambiguous option: {word} could match {}", matches.join(", "))
        }
        Fault::Missing { option } => format!("argument {option}: expected one argument"),
        Fault::Ignored { option, value } => {
            format!("argument {option}: ignored explicit argument {}", quoted(value))
        }
        Fault::Integer { option, word } => {
            format!("argument {option}: invalid int value: {}", quoted(word))
        }
        Fault::Choice { argument, word, close } => {
            let mut text = format!("argument {argument}: Found invalid choice '{word}'\n");
            if !close.is_empty() {
                text.push_str("\nMaybe you meant:\n");
            }
            for name in close {
                text.push_str("\n  * ");
                text.push_str(name);
            }
            text
        }
        Fault::Required { missing, .. } => {
            format!("the following arguments are required: {}", missing.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    python::repr(&Value::from(text))
}
