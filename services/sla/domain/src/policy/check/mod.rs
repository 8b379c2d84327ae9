//! Whether a policy makes sense: all that is wrong at once, each with its place; and what is legal and probably wrong.

mod rule;
mod shadow;
mod target;
mod warn;

use std::fmt::Display;

use khidma_events::sla::{PolicySpec, PolicyWarning};
use khidma_kernel::{CalendarId, DepartmentId, Timestamp};

use super::{PolicyDefect as Defect, PolicyFacts, PolicyProblem};

/// How long and how many.
pub mod limits {
    /// Characters of a name.
    pub const NAME: usize = 200;
    /// Rules of a policy.
    pub const RULES: usize = 100;
    /// Items of any list of a policy or of a rule.
    pub const ITEMS: usize = 100;
    /// Characters of a tag.
    pub const TAG: usize = 40;
    /// Warnings of a target.
    pub const WARNINGS: usize = 20;
    /// Steps of a ladder.
    pub const STEPS: usize = 20;
    /// Recipients of a step.
    pub const RECIPIENTS: usize = 20;
    /// Seconds of the longest target: ten years.
    pub const TARGET_SECONDS: u64 = 315_576_000;
    /// Percent of the target at which the last step of a ladder may stand.
    pub const STEP_PERCENT: u16 = 1_000;
    /// Problems, and warnings, that are told at once.
    pub const PROBLEMS: usize = 100;
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, at most [`limits::PROBLEMS`]. Empty: it makes sense.
    pub problems: Vec<PolicyProblem>,
    /// What is legal and probably wrong, at most as many; empty unless it makes sense.
    pub warnings: Vec<PolicyWarning>,
}

/// Whether `spec` makes sense with what there is. `now` is from when on its calendars should have hours.
pub fn check(spec: &PolicySpec, facts: &PolicyFacts, now: Timestamp) -> Checked {
    let mut check = Check {
        spec,
        facts,
        problems: overlaps(spec, facts),
    };
    check.policy();
    let problems = check.problems;
    let warnings = if problems.is_empty() {
        warn::warnings(spec, facts, now)
    } else {
        Vec::new()
    };
    Checked { problems, warnings }
}

/// With which policies that hold it would share a department.
pub(super) fn overlaps(spec: &PolicySpec, facts: &PolicyFacts) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    for (other, providers) in &facts.others {
        let other = || other.clone();
        if providers.is_empty() && spec.providers.is_empty() {
            let defect = Defect::OverlapGeneral { other: other() };
            problems.push((defect, "providers"));
        }
        for department in providers.intersection(&spec.providers) {
            let department = department.clone();
            let other = other();
            problems.push((Defect::Overlap { other, department }, "providers"));
        }
    }
    let problems = problems.into_iter().take(limits::PROBLEMS);
    problems
        .map(|(defect, field)| PolicyProblem {
            field: field.to_owned(),
            defect,
        })
        .collect()
}

/// Collects what is wrong.
struct Check<'a> {
    spec: &'a PolicySpec,
    facts: &'a PolicyFacts,
    problems: Vec<PolicyProblem>,
}

impl Check<'_> {
    fn add(&mut self, field: impl Display, defect: Defect) {
        if self.problems.len() < limits::PROBLEMS {
            self.problems.push(PolicyProblem {
                field: field.to_string(),
                defect,
            });
        }
    }

    fn policy(&mut self) {
        let spec = self.spec;
        self.name("name", &spec.name);
        self.at_most("providers", spec.providers.len(), limits::ITEMS);
        for department in spec.providers.iter().take(limits::ITEMS) {
            self.department("providers", department);
        }
        if let Some(calendar) = &spec.calendar {
            self.calendar("calendar", calendar);
        }
        if spec.rules.is_empty() {
            self.add("rules", Defect::NoRules);
        }
        self.at_most("rules", spec.rules.len(), limits::RULES);
        for (number, rule) in spec.rules.iter().take(limits::RULES).enumerate() {
            self.rule(&format!("rules[{number}]"), rule);
            self.reachable(number, rule);
        }
    }

    fn name(&mut self, field: impl Display, name: &str) {
        if name.trim().is_empty() {
            self.add(field, Defect::NameEmpty);
        } else if name.chars().count() > limits::NAME {
            let limit = limits::NAME;
            self.add(field, Defect::TooLong { limit });
        }
    }

    fn at_most(&mut self, field: impl Display, count: usize, limit: usize) {
        if count > limit {
            self.add(field, Defect::TooMany { limit });
        }
    }

    fn department(&mut self, field: impl Display, id: &DepartmentId) {
        if !self.facts.departments.contains_key(id) {
            let id = id.clone();
            self.add(field, Defect::UnknownDepartment { id });
        }
    }

    fn calendar(&mut self, field: impl Display, id: &CalendarId) {
        if !self.facts.calendars.contains_key(id) {
            let id = id.clone();
            self.add(field, Defect::UnknownCalendar { id });
        }
    }
}
