//! What decisions about a person's reviews need to know.

use std::collections::{BTreeMap, BTreeSet};

use khidma_kernel::Date;
use serde::{Deserialize, Serialize};

/// A person's reviews.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews {
    /// The themes they share of each, by its day.
    pub held: BTreeMap<Date, BTreeSet<String>>,
}
