//! Tables: aligned columns under a ruled header, no frames.

use comfy_table::{
    Attribute, Cell, ColumnConstraint, ContentArrangement, LineStyle, Row, TableStyle, Width,
};

/// Rows under a header.
pub struct Table {
    table: comfy_table::Table,
    /// Columns to do without on a narrow terminal, the first first.
    dispensable: Vec<usize>,
}

/// A rule under the header, two blanks between columns, nothing else.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
/// Columns of blanks between two columns.
const GAP: u16 = 2;
/// What the last column needs at the least: it holds the words, and they may be broken.
const WORDS: u16 = 24;
/// A terminal narrower than this does not know its width.
const NARROWEST: u16 = 40;

impl Table {
    /// A table with these columns and no rows. Only the last column is ever broken into several lines.
    pub fn new<const N: usize>(columns: [&str; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(STYLE)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(columns.map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
        Self {
            table,
            dispensable: Vec::new(),
        }
    }

    /// The columns to do without on a narrow terminal, the first first.
    #[must_use]
    pub fn without_if_narrow(mut self, columns: &[usize]) -> Self {
        self.dispensable = columns.to_vec();
        self
    }

    /// With a row more.
    pub fn add(&mut self, row: impl Into<Row>) -> &mut Self {
        self.table.add_row(row);
        self
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The table as text; as wide as the terminal, or, where nobody looks on, as wide as it needs.
    pub(super) fn draw(mut self, coloured: bool, terminal: bool) -> String {
        let width = terminal.then(|| self.table.width()).flatten();
        if let Some(width) = width.filter(|width| *width >= NARROWEST) {
            self.fit(width);
        }
        for column in self.table.column_iter_mut() {
            // The rule's junction is the other blank.
            column.set_padding((0, GAP - 1));
        }
        if coloured {
            self.table.enforce_styling();
        } else {
            self.table.force_no_tty();
        }
        // Padding of the last column is of use to nobody.
        self.table.trim_fmt()
    }

    /// Does without columns until there is room for the words; breaks nothing but these.
    fn fit(&mut self, width: u16) {
        let mut widths = self.table.column_max_content_widths();
        let Some(words) = widths.len().checked_sub(1) else {
            return;
        };
        let needed = |widths: &[u16]| {
            widths[..words]
                .iter()
                .map(|one| if *one > 0 { one + GAP } else { 0 })
                .sum::<u16>()
        };
        let least = widths[words].min(WORDS);
        for index in std::mem::take(&mut self.dispensable) {
            if needed(&widths) + least > width {
                widths[index] = 0;
                self.constrain(index, ColumnConstraint::Hidden);
            }
        }
        for (index, one) in widths
            .iter()
            .enumerate()
            .take(words)
            .filter(|(_, one)| **one > 0)
        {
            self.constrain(
                index,
                ColumnConstraint::Absolute(Width::Fixed(one + GAP - 1)),
            );
        }
        self.table.set_width(width.max(needed(&widths) + least));
    }

    fn constrain(&mut self, index: usize, constraint: ColumnConstraint) {
        if let Some(column) = self.table.column_mut(index) {
            column.set_constraint(constraint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Tone;

    fn drawn(coloured: bool) -> String {
        let mut table = Table::new(["name", "state"]);
        table.add(vec![Cell::new("laptop"), Tone::Good.cell("confirmed")]);
        table.draw(coloured, false)
    }

    #[test]
    fn columns_stand_under_a_rule() {
        assert_eq!(
            drawn(false),
            "name    state\n──────────────────\nlaptop  confirmed"
        );
    }

    #[test]
    fn colour_is_there_only_where_it_is_asked_for() {
        assert!(drawn(true).contains('\u{1b}'));
        assert!(!drawn(false).contains('\u{1b}'));
    }

    #[test]
    fn a_narrow_terminal_loses_columns_before_words_are_broken() {
        let mut table = Table::new(["id", "state", "title"]).without_if_narrow(&[1]);
        table.add([
            "0123456789012345678901234567890123456789",
            "in progress",
            "a laptop for the new colleague",
        ]);
        table.fit(70);
        let drawn = table.draw(false, false);
        assert!(!drawn.contains("state"), "{drawn}");
        assert!(
            drawn.lines().all(|line| line.chars().count() <= 70),
            "{drawn}"
        );
        assert!(
            drawn.contains("0123456789012345678901234567890123456789  a laptop"),
            "{drawn}"
        );
    }
}
