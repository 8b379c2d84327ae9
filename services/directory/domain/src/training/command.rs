//! What somebody may want of a training. Facts from elsewhere travel with it.

use khidma_events::directory::TrainingPlan;
use khidma_kernel::{Date, OfferingId, TrainingId};

use crate::facts::{DepartmentFact, PersonFact};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum TrainingCommand {
    /// Plan it.
    Plan {
        /// Its id.
        id: TrainingId,
        /// The department that gives it.
        department: DepartmentFact,
        /// What is planned.
        plan: TrainingPlan,
        /// Those of the offerings it names that there are not.
        unknown_offerings: Vec<OfferingId>,
    },
    /// Change the plan.
    Revise {
        /// The whole new plan.
        plan: TrainingPlan,
        /// Those of the offerings it names that there are not.
        unknown_offerings: Vec<OfferingId>,
    },
    /// Call it off.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Write down that it was held, or put right what was written down.
    Hold {
        /// Which day.
        on: Date,
        /// All who attended.
        people: Vec<PersonFact>,
    },
}
