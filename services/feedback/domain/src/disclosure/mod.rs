//! What may be shown of what many answered, so that no sequence of questions to the results tells what few did.
//!
//! Who answered falls into cells by what the round is broken down by. For everything that is counted, a [`Unit`], the cells
//! are put together to *atoms*, each with at least the threshold of answers to it; whatever is asked, only whole atoms are
//! shown. So everything that can be computed from all that is ever shown is about unions of atoms, and none of those is
//! smaller than the threshold. The whole argument is in ADR 20 and in `docs/feedback.md`.

mod atoms;
mod cell;
mod frozen;
mod sight;
mod tally;
#[cfg(test)]
mod tests;
mod unit;

pub use cell::{Cell, Filter};
pub use frozen::{Frozen, Shown};
pub use sight::{Sight, sight};
pub use tally::{Counts, Figures, Tally};
pub use unit::{Counted, Unit, units};
