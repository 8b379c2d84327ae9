//! Cells: who answered, by what a round is broken down by; and which of them somebody asks for.

use std::collections::BTreeSet;

use khidma_events::directory::PersonKind;
use khidma_events::feedback::{AnswerGiven, Dimension, Segment};
use khidma_kernel::{DepartmentId, Timestamp};
use serde::{Deserialize, Serialize};

const DAY: i64 = 24 * 3600;

/// What some of those who answered have in common. What a round is not broken down by is not said, and neither is what
/// nobody knows, such as the department of who has none.
///
/// The order of the fields is that in which cells are put together: departments survive longest.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Their main department, when they were invited.
    pub department: Option<DepartmentId>,
    /// What they are to the organisation.
    pub kind: Option<PersonKind>,
    /// The language they answered in.
    pub language: Option<String>,
    /// The day they answered on, in days since 1970, UTC.
    pub day: Option<i32>,
}

impl Cell {
    /// The cell of an answer given at that time, to a round that is broken down so.
    pub fn of(answer: &AnswerGiven, at: Timestamp, by: &BTreeSet<Dimension>) -> Self {
        let known = |dimension| by.contains(&dimension);
        let department = answer.department.clone();
        let language = answer.language.clone();
        Self {
            department: department.filter(|_| known(Dimension::Department)),
            kind: known(Dimension::Kind).then_some(answer.kind),
            language: known(Dimension::Language).then_some(language),
            day: known(Dimension::Day).then(|| day_of(at)),
        }
    }

    /// The cell of anonymous answers that were released together.
    pub fn of_segment(segment: Option<&Segment>) -> Self {
        let cell = Self::default();
        match segment {
            None => cell,
            Some(Segment::Department(department)) => Self {
                department: Some(department.clone()),
                ..cell
            },
            Some(Segment::Kind(kind)) => Self {
                kind: Some(*kind),
                ..cell
            },
        }
    }

    /// Whether two cells are put together first, as they differ only from the `level`th field on.
    pub(super) fn alike(&self, other: &Self, level: usize) -> bool {
        (level < 1 || self.department == other.department)
            && (level < 2 || self.kind == other.kind)
            && (level < 3 || self.language == other.language)
            && (level < LEVELS || self.day == other.day)
    }
}

/// How many fields a cell has.
pub(super) const LEVELS: usize = 4;

fn day_of(at: Timestamp) -> i32 {
    i32::try_from(at.as_seconds().div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// Which cells somebody asks for: those that fit all that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Of one of these departments; of any, or none, if empty.
    pub departments: BTreeSet<DepartmentId>,
    /// Of one of these kinds; of any if empty.
    pub kinds: BTreeSet<PersonKind>,
    /// In one of these languages; in any if empty.
    pub languages: BTreeSet<String>,
    /// From this day on.
    pub from: Option<i32>,
    /// Until this day, with it.
    pub until: Option<i32>,
}

impl Filter {
    /// Whether it asks for that cell.
    pub fn takes(&self, cell: &Cell) -> bool {
        fits(&self.departments, cell.department.as_ref())
            && fits(&self.kinds, cell.kind.as_ref())
            && fits(&self.languages, cell.language.as_ref())
            && (self
                .from
                .is_none_or(|from| cell.day.is_some_and(|day| day >= from)))
            && (self
                .until
                .is_none_or(|until| cell.day.is_some_and(|day| day <= until)))
    }

    /// By what it asks. A round that is not broken down by that cannot answer.
    pub fn dimensions(&self) -> BTreeSet<Dimension> {
        let said = [
            (Dimension::Department, !self.departments.is_empty()),
            (Dimension::Kind, !self.kinds.is_empty()),
            (Dimension::Language, !self.languages.is_empty()),
            (Dimension::Day, self.from.is_some() || self.until.is_some()),
        ];
        let said = said.into_iter().filter(|(_, said)| *said);
        said.map(|(dimension, _)| dimension).collect()
    }
}

fn fits<T: Ord>(wanted: &BTreeSet<T>, value: Option<&T>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
}
