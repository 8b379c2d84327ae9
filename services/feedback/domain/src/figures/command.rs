//! What somebody may want of a department's figures. Facts from elsewhere travel with it.

use khidma_kernel::DepartmentId;

use super::{Figures, Month};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FiguresCommand {
    /// To say the figures of some months; what was said of them before holds no more.
    Set {
        /// The department.
        department: DepartmentId,
        /// Those of each month.
        months: Vec<(Month, Figures)>,
        /// Fact: whether there is such a department.
        known: bool,
    },
}
