//! One box of a table and the arithmetic of its column widths.

use super::width::display_width;
use crate::error::{Error, Result};

/// Blanks and borders that a column takes beside its longest text.
const PADDING: usize = 4;
/// What a section without a title needs: the reference measures the word `None`.
const NO_TITLE: usize = 4;

/// A title over rows of equal length, with or without headers.
#[derive(Debug, Default)]
pub struct Section {
    /// Not drawn where it is empty, nor where there is none.
    pub title: Option<String>,
    /// How many `|` stand on either side of the box.
    pub depth: usize,
    /// Empty for none.
    pub headers: Vec<String>,
    /// All of one length.
    pub rows: Vec<Vec<String>>,
    /// The longest text of each column; unknown before the first row or header.
    longest: Option<Vec<usize>>,
}

impl Section {
    /// A section with nothing in it.
    pub fn new(title: Option<&str>, depth: usize) -> Self {
        Section { title: title.map(str::to_owned), depth, ..Section::default() }
    }

    /// Sets the headers; later ones replace earlier ones.
    pub fn set_headers(&mut self, headers: Vec<String>) -> Result<()> {
        self.measure(&headers)?;
        self.headers = headers;
        Ok(())
    }

    /// Adds a row, which must be as long as those before it.
    pub fn add_row(&mut self, row: Vec<String>) -> Result<()> {
        if let Some(first) = self.rows.first()
            && first.len() != row.len()
        {
            let (want, have) = (first.len(), row.len());
            return Err(Error::general(format!("Row should have {want} elements, instead it has {have}")));
        }
        self.measure(&row)?;
        self.rows.push(row);
        Ok(())
    }

    fn measure(&mut self, texts: &[String]) -> Result<()> {
        let widths = texts.iter().map(|text| display_width(text));
        let Some(longest) = self.longest.as_mut().filter(|longest| !longest.is_empty()) else {
            self.longest = Some(widths.collect());
            return Ok(());
        };
        if texts.len() > longest.len() {
            return Err(Error::general("list index out of range"));
        }
        for (known, width) in longest.iter_mut().zip(widths) {
            *known = width.max(*known);
        }
        Ok(())
    }

    /// Makes a section with headers and a single row into rows of header and text.
    pub fn turn_on_side(&mut self) {
        if self.headers.is_empty() || self.rows.len() != 1 {
            return;
        }
        let headers = std::mem::take(&mut self.headers);
        let row = self.rows.pop().unwrap_or_default();
        self.rows = headers.into_iter().zip(row).map(|(header, text)| vec![header, text]).collect();
        let longest = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|text| display_width(text)).max()
        };
        self.longest = Some([longest(0), longest(1)].into_iter().flatten().collect());
    }

    /// The columns of the terminal that the section needs, with its borders and its depth.
    pub fn total_width(&self) -> usize {
        let columns: usize = self.natural_widths().sum();
        let title = self.title.as_deref().map_or(NO_TITLE, display_width);
        columns.max(title) + 2 + 2 * self.depth
    }

    /// The widths of the columns where the whole table is `table_width` wide.
    /// Their sum is the inside of the box and both borders; the first one is
    /// drawn with a border on either side, the others with one on the right.
    pub fn column_widths(&self, table_width: usize) -> Vec<usize> {
        let natural: usize = self.natural_widths().sum();
        if natural == 0 {
            return Vec::new();
        }
        let target = table_width.saturating_sub(2 * self.depth);
        let scale = target as f64 / natural as f64;
        let mut widths: Vec<usize> =
            self.natural_widths().map(|width| (scale * width as f64).round_ties_even() as usize).collect();
        let sum: usize = widths.iter().sum();
        widths.iter_mut().take(sum.saturating_sub(target)).for_each(|width| *width -= 1);
        widths.iter_mut().rev().take(target.saturating_sub(sum)).for_each(|width| *width += 1);
        widths
    }

    fn natural_widths(&self) -> impl Iterator<Item = usize> {
        self.longest.iter().flatten().map(|width| width + PADDING)
    }
}
