//! What somebody may want of the rule. Facts from elsewhere travel with it.

use khidma_events::feedback::AskingRule;
use khidma_kernel::DepartmentId;

/// To ask by this rule from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRule {
    /// Whose rule it is.
    pub department: DepartmentId,
    /// The rule.
    pub rule: AskingRule,
    /// Fact: whether the department is there and open.
    pub open: bool,
}
