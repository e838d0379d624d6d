//! Layout, where the reference and the parser differ.
//!
//! In brackets and in quotes the reference does not mind how far a line is
//! indented; the parser wants it deeper than the mapping around it. A tab is
//! nothing that may separate words for the reference, save in brackets; the
//! parser takes it.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

/// How much text may be read again and again while lines are moved.
const MAX_REREAD: usize = 4_000_000;

/// An event and where in the text it comes from.
pub(super) type Placed<'a> = (Event<'a>, Span);

/// All events of a text.
pub(super) fn events(text: &str) -> Result<Vec<Placed<'_>>, ScanError> {
    Parser::new_from_str(text).collect()
}

/// The text with lines in brackets and quotes moved right until the parser takes it, or fails for another reason.
pub(super) fn settled(text: &str) -> Cow<'_, str> {
    let mut lines: Vec<Cow<'_, str>> = text.split_inclusive('\n').map(Cow::Borrowed).collect();
    let deepest = text.lines().map(|line| line.len() - line.trim_start_matches(' ').len()).max();
    let shift = " ".repeat(deepest.unwrap_or(0) + 2);
    let mut settled = Cow::Borrowed(text);
    for _ in 0..MAX_REREAD / text.len().max(1) {
        let Some(error) = Parser::new_from_str(&settled).find_map(Result::err) else { break };
        if !error.info().starts_with("invalid indentation") || error.info().contains("anchor") {
            break;
        }
        // Lines are counted from 1. A scalar in quotes is marked where it begins: one of the next lines is meant.
        let first =
            if error.info().contains("quoted") { error.marker().line() } else { error.marker().line() - 1 };
        let next = lines.iter_mut().skip(first).find(|line| matches!(line, Cow::Borrowed(_)));
        match next {
            Some(line) => *line = Cow::Owned(format!("{shift}{line}")),
            None => break,
        }
        settled = Cow::Owned(lines.concat());
    }
    settled
}

/// Whether a tab stands where the reference does not take one.
pub(super) fn has_stray_tab(text: &str, events: &[Placed<'_>]) -> bool {
    if !text.contains('\t') {
        return false;
    }
    let characters: Vec<char> = text.chars().collect();
    let (mut shielded, mut plain, mut flow) = (Vec::new(), Vec::new(), Vec::new());
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (event, span) in events {
        let range = span.start.index()..span.end.index();
        match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) => plain.push(range),
            Event::Scalar(..) => shielded.push(range),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                open.push((range.start, matches!(characters.get(range.start), Some('[' | '{'))));
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((start, true)) if open.last().is_none_or(|(_, in_flow)| !in_flow) => {
                    flow.push(start..range.end);
                }
                _ => {}
            },
            _ => {}
        }
    }
    // Each of the three is in order and has no two ranges that overlap.
    let holds = |ranges: &[Range<usize>], at: usize| {
        ranges.get(ranges.partition_point(|range| range.end <= at)).is_some_and(|range| range.contains(&at))
    };
    let mut line_start = 0;
    let mut comment = false;
    for (at, c) in characters.iter().enumerate() {
        match c {
            '\n' | '\r' => (line_start, comment) = (at + 1, false),
            '#' => {
                let after_blank = at == line_start || matches!(characters.get(at - 1), Some(' ' | '\t'));
                comment = comment || (after_blank && !holds(&shielded, at));
            }
            '\t' if comment || holds(&shielded, at) => {}
            '\t' if holds(&flow, at) && !holds(&plain, at) => {}
            '\t' => return true,
            _ => {}
        }
    }
    false
}
