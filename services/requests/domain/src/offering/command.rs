//! What somebody may want of an offering. Facts from elsewhere travel with it.

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::requests::OfferingPublished;
use khidma_kernel::{DepartmentId, OfferingId};

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum OfferingCommand {
    /// Publish it, or revise it by a new version.
    Publish(Box<Publish>),
    /// Let nobody ask for it any more.
    Retire {
        /// Why, as the requesters are told.
        reason: String,
    },
    /// Let it be asked for again.
    Reinstate,
}

/// A version of an offering.
#[derive(Debug, Clone, PartialEq)]
pub struct Publish {
    /// What is published. Its version does not count: the decision gives it one.
    pub content: OfferingPublished,
    /// The version that the caller takes for the present one, if they say so; 0: that there is none yet.
    pub expected_version: Option<u32>,
    /// Facts from elsewhere.
    pub facts: PublishFacts,
}

/// What a decision about a version needs to know from elsewhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PublishFacts {
    /// Those of the departments named that are open.
    pub open: BTreeSet<DepartmentId>,
    /// Those of the offerings named that can be asked for, and who offers them.
    pub offered: BTreeMap<OfferingId, DepartmentId>,
    /// The present plans of the offerings named and of those that these name in turn: of each task, its offering.
    pub plans: BTreeMap<OfferingId, Vec<Option<OfferingId>>>,
    /// What is wrong with the form.
    pub form: Vec<FormProblem>,
}

/// Something wrong with a form, or with answers to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// Where, as a path from the field down: `answers.first_day`, `form.properties.first_day.type`.
    pub field: String,
    /// What is wrong, in words.
    pub message: String,
}
