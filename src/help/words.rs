//! The words that the program carries: see `xtask/src/help` for how they are packed.

use crate::json;
use crate::packed::Packed;
use crate::value::Value;

use super::page::Block;

static DATA: &[u8] = include_bytes!("words.ipk");

/// An entry as it is.
pub fn text(name: &str) -> Option<String> {
    Packed::new(DATA)?.text(name)
}

/// The names of all entries that begin like this, without the beginning.
#[cfg(test)]
pub fn names(beginning: &'static str) -> Vec<&'static str> {
    let names = Packed::new(DATA).into_iter().flat_map(|packed| packed.names());
    names.filter_map(|name| name.strip_prefix(beginning)).collect()
}

/// The words of one page. What nobody has written is empty.
#[derive(Clone, Debug)]
pub struct Words(Value);

impl Words {
    /// The entry of this name.
    pub fn of(name: &str) -> Words {
        let value = text(name).and_then(|text| json::read(&text).ok());
        Words(value.unwrap_or(Value::Null))
    }

    /// A text of the page: `summary`, `about`.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// What is said of a part: an option, an error code.
    pub fn part(&self, table: &str, name: &str) -> &str {
        self.0.get(table).and_then(|table| table.get(name)?.as_str()).unwrap_or_default()
    }

    /// What is said of a member of a nested structure.
    pub fn member(&self, structure: &str, name: &str) -> &str {
        let structure = self.0.get("structures").and_then(|all| all.get(structure));
        structure.and_then(|members| members.get(name)?.as_str()).unwrap_or_default()
    }

    /// A table of names and texts, in order.
    pub fn table(&self, key: &str) -> Vec<(&str, &str)> {
        let table = self.0.get(key).and_then(Value::as_map);
        let entries = table.into_iter().flatten();
        entries.filter_map(|(name, text)| Some((name.as_ref(), text.as_str()?))).collect()
    }

    /// A list of pairs: commands with their summaries.
    pub fn pairs(&self, key: &str) -> Vec<(&str, &str)> {
        let list = self.0.get(key).unwrap_or(&Value::Null).as_list().unwrap_or_default();
        let pairs = list.iter().filter_map(Value::as_list);
        pairs.filter_map(|pair| Some((pair.first()?.as_str()?, pair.get(1)?.as_str()?))).collect()
    }

    /// Commands with their summaries, `program` before each.
    pub fn rows(&self, key: &str, program: &str) -> Vec<Block> {
        let pairs = self.pairs(key).into_iter();
        let rows: Vec<_> = pairs.map(|(name, text)| (format!("{program} {name}"), text.to_owned())).collect();
        if rows.is_empty() { Vec::new() } else { vec![Block::Rows(rows)] }
    }

    /// The examples: a title, the files that it needs, the command.
    pub fn examples(&self, program: &str) -> Vec<Block> {
        let list = self.0.get("examples").and_then(Value::as_list).unwrap_or_default();
        let mut shown = Vec::new();
        list.iter().map(|one| example(one, program, &mut shown)).collect()
    }
}

/// An example. Of its files only those are shown that its command reads, and not those that an example above
/// has shown already (`shown`: their names and contents).
fn example<'v>(example: &'v Value, program: &str, shown: &mut Vec<(&'v str, &'v str)>) -> Block {
    let text = |key: &str| example.get(key).and_then(Value::as_str).unwrap_or_default();
    let run = text("run");
    let mut blocks = vec![Block::Code(command_lines(run, program))];
    for (name, content) in example.get("files").and_then(Value::as_map).into_iter().flatten() {
        let content = content.as_str().unwrap_or_default();
        if !run.contains(name.as_ref()) {
            continue;
        }
        if shown.contains(&(name, content)) {
            blocks.push(Block::Text(format!("{name} as above.")));
            continue;
        }
        shown.push((name, content));
        blocks.push(Block::Text(format!("where {name} holds:")));
        blocks.push(Block::Code(content.lines().map(str::to_owned).collect()));
    }
    Block::Item { term: text("title").to_owned(), blocks }
}

/// A command line, broken before options so that it can be copied as it stands.
fn command_lines(line: &str, program: &str) -> Vec<String> {
    const WIDTH: usize = 68;
    let line = match line.strip_prefix("iamctl ") {
        Some(rest) => format!("{program} {rest}"),
        None => line.to_owned(),
    };
    let mut pieces: Vec<String> = vec![String::new()];
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c == ' ' && line.get(at + 1..).is_some_and(|rest| rest.starts_with("--")) => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + piece.chars().count() <= WIDTH => {
                last.push(' ');
                last.push_str(&piece);
            }
            Some(last) => {
                last.push_str(" \\");
                lines.push(format!("    {piece}"));
            }
            None => lines.push(piece),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_commands_are_broken_before_options_outside_of_quotes() {
        let line = "iamctl iam tag-user --user-name alice --tags 'Key=a, --b' Key=cccccccccccccccccccccccccc,Value=d --no-paginate";
        let lines = command_lines(line, "aws");
        assert_eq!(
            lines,
            [
                "aws iam tag-user --user-name alice \\",
                "    --tags 'Key=a, --b' Key=cccccccccccccccccccccccccc,Value=d \\",
                "    --no-paginate"
            ]
        );
    }
}
