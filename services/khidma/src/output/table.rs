//! Tables: aligned columns under a ruled header, no frames.

use comfy_table::{Attribute, Cell, ContentArrangement, LineStyle, Row, TableStyle};

/// Rows under a header.
pub struct Table(comfy_table::Table);

/// A rule under the header, two blanks between columns, nothing else.
const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

impl Table {
    /// A table with these columns and no rows.
    pub fn new<const N: usize>(columns: [&str; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(STYLE)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(columns.map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
        Self(table)
    }

    /// With a row more.
    pub fn add(&mut self, row: impl Into<Row>) -> &mut Self {
        self.0.add_row(row);
        self
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The table as text; as wide as the terminal, or, where nobody looks on, as wide as it needs.
    pub(super) fn draw(mut self, coloured: bool, terminal: bool) -> String {
        for column in self.0.column_iter_mut() {
            column.set_padding((0, 1));
        }
        let width = terminal.then(|| self.0.width()).flatten();
        if coloured {
            self.0.enforce_styling();
        } else {
            self.0.force_no_tty();
        }
        if let Some(width) = width {
            self.0.set_width(width);
        }
        // Padding of the last column is of use to nobody.
        self.0.trim_fmt()
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
}
