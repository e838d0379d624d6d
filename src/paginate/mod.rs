//! Replies of several pages: one page after the other, or all of them as one.
//!
//! Pages are read as they are wanted, so what prints each page needs memory for
//! one. A result that was cut short by `--max-items` says where to go on, in
//! the reference's own form of a token.

mod token;

use crate::call::Caller;
use crate::error::{Error, Result};
use crate::model::{Operation, Paginator};
use crate::python;
use crate::value::{Key, Map, Value};

use token::Token;

/// What the command line says about pages.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// `--max-items`: the items in all, over all pages.
    pub max_items: Option<i64>,
    /// `--page-size`: the items of a page.
    pub page_size: Option<i64>,
    /// `--starting-token`
    pub starting_token: Option<String>,
}

impl Limits {
    /// Whether the line says anything about pages.
    pub fn any(&self) -> bool {
        self.max_items.is_some() || self.page_size.is_some() || self.starting_token.is_some()
    }

    /// What these add to the first request of `operation`, whose paginator it is.
    pub fn first_request(&self, operation: &Operation, paginator: &'static Paginator) -> Result<Map> {
        let mut page = Map::new();
        if let Some(size) = self.page_size {
            page.insert(paginator.limit_key.into(), Value::Int(size));
        }
        let read = |text: &str| Token::read(text, operation, paginator);
        let start = self.starting_token.as_deref().map(read).transpose()?;
        if let Some(marker) = start.and_then(|token| token.marker) {
            page.insert(paginator.input_token.into(), marker);
        }
        Ok(page)
    }
}

/// The pages of one call.
#[derive(Debug)]
pub struct Pages<'a> {
    caller: &'a Caller,
    operation: &'static Operation,
    paginator: &'static Paginator,
    input: Map,
    max_items: Option<i64>,
    /// The place to start from, until the first page is there.
    start: Option<Token>,
    state: State,
    total: i64,
    /// Pages and items that arrived, for those who watch.
    read: (u64, i64),
    /// The mark that the page under way was asked for with.
    marker: Option<Value>,
    /// What is taken from the first page only.
    first_only: Map,
    resume: Option<String>,
    /// What is wrong with the mark of the next page: told once this page is out.
    pending: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    First,
    Later,
    Done,
}

impl<'a> Pages<'a> {
    /// Pages of `operation`, which must have a paginator. `input` holds what [`Limits::first_request`]
    /// adds. Nothing is sent yet.
    pub fn new(
        caller: &'a Caller,
        operation: &'static Operation,
        paginator: &'static Paginator,
        input: Map,
        limits: Limits,
    ) -> Result<Self> {
        let read = |text: &str| Token::read(text, operation, paginator);
        let start = limits.starting_token.as_deref().map(read).transpose()?;
        Ok(Pages {
            caller,
            operation,
            paginator,
            input,
            max_items: limits.max_items,
            start,
            state: State::First,
            total: 0,
            read: (0, 0),
            marker: None,
            first_only: Map::new(),
            resume: None,
            pending: None,
        })
    }

    /// The next page as the service sent it, cut to `--max-items`.
    pub async fn next(&mut self) -> Result<Option<Map>> {
        if let Some(error) = self.pending.take() {
            self.state = State::Done;
            return Err(error);
        }
        if self.state == State::Done {
            return Ok(None);
        }
        let mut page = self.caller.call(self.operation, self.input.clone()).await?;
        self.read.0 += 1;
        self.read.1 += self.primary(&page).map_or(0, |items| to_i64(items.len()));
        self.caller.progress.pages(self.read.0, self.read.1);
        let mut skipped = 0;
        if self.state == State::First {
            self.state = State::Later;
            if let Some(start) = self.start.take() {
                skipped = start.skip.ok_or_else(|| Error::general(token::NO_COUNT))?;
                self.skip(&mut page, skipped);
            }
            for key in self.paginator.non_aggregate_keys {
                let part = page.get(*key).cloned().unwrap_or(Value::Null);
                self.first_only.insert(Key::Borrowed(key), part);
            }
        }
        let count = self.primary(&page).map_or(0, |items| to_i64(items.len()));
        let excess = self.max_items.map_or(0, |most| self.total + count - most);
        if excess > 0 {
            self.cut(&mut page, count - excess, skipped);
            self.state = State::Done;
        } else {
            self.total += count;
            self.advance(&page);
        }
        Ok(Some(page))
    }

    /// The members of a page that belong to the result: the lists, and what else the first page brings.
    pub fn of_result(&self, page: &Map, first: bool) -> Map {
        let mut part = Map::new();
        for key in self.paginator.result_keys {
            part.insert(Key::Borrowed(key), page.get(*key).cloned().unwrap_or(Value::Null));
        }
        if first {
            part.extend(self.first_only.clone());
        }
        part
    }

    /// Where to go on, once the last page is out and items were left.
    pub fn next_token(&self) -> Option<&str> {
        self.resume.as_deref()
    }

    /// All pages as one result.
    pub async fn merged(mut self) -> Result<Map> {
        let mut whole = Map::new();
        while let Some(page) = self.next().await? {
            self.merge(&mut whole, page);
        }
        whole.extend(std::mem::take(&mut self.first_only));
        if let Some(token) = self.resume.take() {
            whole.insert("NextToken".into(), Value::String(token));
        }
        Ok(whole)
    }

    fn merge(&self, whole: &mut Map, mut page: Map) {
        for key in self.paginator.result_keys {
            let Some(part) = page.shift_remove(*key) else { continue };
            match (whole.get_mut(*key), part) {
                (Some(Value::List(all)), Value::List(more)) => all.extend(more),
                (_, part) => {
                    whole.insert(Key::Borrowed(key), part);
                }
            }
        }
    }

    fn primary<'p>(&self, page: &'p Map) -> Option<&'p [Value]> {
        self.paginator.result_keys.first().and_then(|key| page.get(*key)).and_then(Value::as_list)
    }

    /// Drops what an earlier run has printed: the first items of the first list, and all of the others.
    fn skip(&self, page: &mut Map, count: i64) {
        for (i, key) in self.paginator.result_keys.iter().enumerate() {
            if let Some(Value::List(items)) = page.get_mut(*key) {
                let dropped = if i == 0 { slice_end(items.len(), count) } else { items.len() };
                items.drain(..dropped);
            }
        }
    }

    fn cut(&mut self, page: &mut Map, keep: i64, skipped: i64) {
        if let Some(key) = self.paginator.result_keys.first() {
            let items = page.entry(Key::Borrowed(key)).or_insert_with(|| Value::List(Vec::new()));
            if let Value::List(items) = items {
                items.truncate(slice_end(items.len(), keep));
            }
        }
        let marker = self.marker.clone().or_else(|| self.input.get(self.paginator.input_token).cloned());
        self.resume = Some(token::write(self.paginator, marker, Some(keep + skipped)));
    }

    /// Looks for the mark of the next page.
    fn advance(&mut self, page: &Map) {
        let more = page.get(self.paginator.more_results).is_some_and(Value::is_truthy);
        let next = page.get(self.paginator.output_token).filter(|mark| more && mark.is_truthy()).cloned();
        let Some(next) = next else {
            self.state = State::Done;
            return;
        };
        if self.max_items == Some(self.total) {
            self.resume = Some(token::write(self.paginator, Some(next), None));
            self.state = State::Done;
            return;
        }
        if self.marker.as_ref() == Some(&next) {
            self.pending = Some(Error::general(format!(
                "Error during pagination: The same next token was received twice: {{{}: {}}}",
                python::quoted(self.paginator.input_token),
                python::repr(&next)
            )));
            return;
        }
        self.input.insert(Key::Borrowed(self.paginator.input_token), next.clone());
        self.marker = Some(next);
    }
}

fn to_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Where a slice `[:end]` ends: counted from the back where it is negative.
fn slice_end(length: usize, end: i64) -> usize {
    let from_back = if end < 0 { to_i64(length) + end } else { end };
    usize::try_from(from_back.max(0)).unwrap_or(usize::MAX).min(length)
}
