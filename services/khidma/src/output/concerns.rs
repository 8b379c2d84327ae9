//! How concerns look to people.

use comfy_table::Cell;
use khidma_proto::requests::Outcome;

use super::{Table, Tone};

/// What came of concerns, a line each.
pub fn outcomes_table(outcomes: &[Outcome]) -> Table {
    let mut table = Table::new(["day", "offering", "acted", "what came of it"]);
    for one in outcomes {
        let acted = if one.acted {
            Tone::Good.cell("yes")
        } else {
            Tone::Faint.cell("no")
        };
        table.add(vec![
            Tone::Faint.cell(&one.date),
            Cell::new(&one.offering),
            acted,
            Cell::new(&one.outcome),
        ]);
    }
    table
}
