//! What is counted: it grows with the departments, metrics and recipients there are, not with the requests.

use std::collections::BTreeMap;

use khidma_events::sla::{Metric, Recipient};
use khidma_kernel::{DepartmentId, PersonId, Timestamp};
use khidma_proto::sla as pb;
use khidma_sla_domain::{Compared, Deed, Fact, Outcome, hands};

use crate::grpc::metric::metric_out;
use crate::policy_file::words::shown;

/// Who would have heard, and with what department and person it has to do.
type Hearer = (Recipient, Option<DepartmentId>, Option<PersonId>);

/// Clocks by outcome, in the order of [`Outcome`].
type Counts = [u64; 4];

#[derive(Debug, Clone, Copy, Default)]
struct Line {
    before: Counts,
    after: Counts,
    changed: u64,
}

/// What one thread counted, or all of them.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// Rows read.
    pub rows: u64,
    /// Requests replayed.
    pub requests: u64,
    lines: BTreeMap<DepartmentId, [Line; 7]>,
    warned: BTreeMap<DepartmentId, u64>,
    escalated: BTreeMap<Hearer, u64>,
}

impl Sums {
    /// Counts a clock.
    pub(super) fn count(&mut self, compared: &Compared<'_>) {
        if !self.lines.contains_key(compared.owner) {
            let none = [Line::default(); 7];
            self.lines.insert(compared.owner.clone(), none);
        }
        let Some(lines) = self.lines.get_mut(compared.owner) else {
            return;
        };
        let line = &mut lines[compared.clock.metric as usize];
        line.before[Outcome::of(compared.before) as usize] += 1;
        line.after[Outcome::of(compared.after) as usize] += 1;
        line.changed += u64::from(compared.is_changed());
    }

    /// Counts a warning that the department would have heard.
    pub(super) fn warn(&mut self, owner: &DepartmentId) {
        match self.warned.get_mut(owner) {
            Some(times) => *times += 1,
            None => {
                self.warned.insert(owner.clone(), 1);
            }
        }
    }

    /// Counts a step of a ladder at `at` that the recipient would have heard, as far as what happened says who that is.
    pub(super) fn escalate(&mut self, recipient: &Recipient, facts: &[Fact], at: Timestamp) {
        let (assignee, owner) = hands(facts, at);
        let (department, person) = match recipient {
            Recipient::Assignee | Recipient::ManagerOfAssignee => {
                (owner.cloned(), assignee.cloned())
            }
            Recipient::ManagersOfProvider | Recipient::Provider => (owner.cloned(), None),
            Recipient::Requester => (requester(facts).cloned(), None),
            Recipient::Role { department, .. } => (department.clone(), None),
            Recipient::Person(person) => (None, Some(person.clone())),
        };
        let hearer = (recipient.clone(), department, person);
        *self.escalated.entry(hearer).or_default() += 1;
    }

    /// Both together.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.rows += other.rows;
        self.requests += other.requests;
        for (department, lines) in other.lines {
            let sums = self.lines.entry(department).or_default();
            for (sum, line) in sums.iter_mut().zip(lines) {
                add(&mut sum.before, line.before);
                add(&mut sum.after, line.after);
                sum.changed += line.changed;
            }
        }
        for (department, times) in other.warned {
            *self.warned.entry(department).or_default() += times;
        }
        for (hearer, times) in other.escalated {
            *self.escalated.entry(hearer).or_default() += times;
        }
        self
    }

    /// As they are told.
    pub(super) fn totals(self) -> pb::SimulateTotals {
        let lines = self.lines.iter().flat_map(|(department, lines)| {
            let metrics = Metric::ALL.into_iter().zip(lines);
            metrics.map(move |(metric, line)| (department, metric, line))
        });
        let rows: Vec<_> = lines
            .filter(|(_, _, line)| line.before.iter().sum::<u64>() > 0)
            .map(|(department, metric, line)| pb::TotalsRow {
                department_id: department.to_string(),
                metric: metric_out(metric).into(),
                before: Some(counts_out(line.before)),
                after: Some(counts_out(line.after)),
                changed: line.changed,
            })
            .collect();
        let warned = self
            .warned
            .into_iter()
            .map(|(department, times)| pb::Heard {
                to: "warning".to_owned(),
                department_id: department.into(),
                person_id: String::new(),
                times,
            });
        let escalated = self.escalated.into_iter();
        let escalated = escalated.map(|((recipient, department, person), times)| pb::Heard {
            to: shown(&recipient),
            department_id: department.map_or_else(String::new, Into::into),
            person_id: person.map_or_else(String::new, Into::into),
            times,
        });
        pb::SimulateTotals {
            requests: self.requests,
            changed: rows.iter().map(|row| row.changed).sum(),
            heard: warned.chain(escalated).collect(),
            rows,
            ..pb::SimulateTotals::default()
        }
    }
}

/// The department that asked. Who it was does not matter here, and of some requests nobody may know.
fn requester(facts: &[Fact]) -> Option<&DepartmentId> {
    facts.iter().find_map(|fact| match &fact.deed {
        Deed::Submitted(profile) => profile.requester.as_ref(),
        _ => None,
    })
}

fn add(sums: &mut Counts, more: Counts) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

fn counts_out(counts: Counts) -> pb::OutcomeCounts {
    let of = |outcome: Outcome| counts[outcome as usize];
    pb::OutcomeCounts {
        met: of(Outcome::Met),
        breached: of(Outcome::Breached),
        running: of(Outcome::Running),
        none: of(Outcome::None),
    }
}
