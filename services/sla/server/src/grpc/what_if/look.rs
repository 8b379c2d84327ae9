//! Looking at one request after the other: replayed, compared, counted; what differs is handed on.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use khidma_edge::{query, status};
use khidma_events::sla::{ClockEvent, ClockRef};
use khidma_kernel::{DepartmentId, Refusal, Timestamp};
use khidma_projection::{Row, RowError};
use khidma_proto::sla as pb;
use khidma_proto::sla::simulate_response::Message;
use khidma_sla_domain::{ClockRefusal, Compared, Deed, Fact, Terms, Trial, hands};
use tokio::runtime::Handle;
use tonic::{Code, Status};

use super::sums::Sums;
use super::{Answers, answer, convert};
use crate::views::{ClocksRow, RequestFile};

/// After how many requests it is noted how far a thread has come.
const STRIDE: u64 = 64;

/// What is looked for.
pub(super) struct Looking {
    pub trial: Trial,
    /// What holds in truth.
    pub terms: Terms,
    /// When requests were submitted.
    pub period: Range<Timestamp>,
    /// Whose clocks; all if `None`.
    pub department: Option<DepartmentId>,
    /// Whether clocks are shown that are as they were.
    pub whole: bool,
    /// Rows read, about.
    pub done: AtomicU64,
    /// How many clocks may still be told.
    pub left: AtomicU64,
    pub answers: Answers,
    /// Waits on threads that may block.
    pub runtime: Handle,
}

/// How long a simulation waits for a caller who does not read what it has found: it holds one of few places.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Why a simulation ends before its end.
#[derive(Debug)]
pub(super) enum Ended {
    /// Nobody listens any more, or reads what is told.
    Gone,
    /// It cannot go on.
    Wrong(Box<Status>),
}

impl From<RowError> for Ended {
    fn from(error: RowError) -> Self {
        Self::Wrong(Box::new(query::unreadable(error)))
    }
}

impl From<ClockRefusal> for Ended {
    fn from(refusal: ClockRefusal) -> Self {
        let message = refusal.to_string();
        let code = Code::FailedPrecondition;
        Self::Wrong(Box::new(status::refusal(
            code,
            refusal.code(),
            None,
            message,
        )))
    }
}

impl Looking {
    /// Looks at a row. Waits where the caller is slow, so it runs on threads that may.
    pub(super) fn row(&self, sums: &mut Sums, request: &str, row: &Row) -> Result<(), Ended> {
        sums.rows += 1;
        if sums.rows.is_multiple_of(STRIDE) {
            self.done.fetch_add(STRIDE, Ordering::Relaxed);
        }
        let row: ClocksRow = row.decode()?;
        for clock in self.request(sums, request, &row)? {
            let told = self
                .answers
                .send_timeout(Ok(answer(Message::Clock(clock))), PATIENCE);
            self.runtime.block_on(told).map_err(|_| Ended::Gone)?;
        }
        Ok(())
    }

    /// Looks at a request; what there is to show of it.
    pub(super) fn request(
        &self,
        sums: &mut Sums,
        request: &str,
        row: &ClocksRow,
    ) -> Result<Vec<pb::ClockCompared>, Ended> {
        let facts = &row.file.facts;
        if !self.is_wanted(facts) {
            return Ok(Vec::new());
        }
        sums.requests += 1;
        let tried = self.trial.judge(facts)?;
        let (mut concerned, mut shown) = (Vec::new(), Vec::new());
        let compared = self.trial.compare(&row.entity.state, &tried.clocks);
        for compared in compared.filter(|one| self.is_theirs(one)) {
            sums.count(&compared);
            concerned.push(compared.clock);
            if (self.whole || compared.is_changed()) && self.may_tell() {
                shown.push(compared.clock);
            }
        }
        hear(sums, &row.file, &tried.told, &concerned);
        if shown.is_empty() {
            return Ok(Vec::new());
        }
        self.show(request, row, &shown)
    }

    /// Whether it is a clock of the department that is asked for.
    fn is_theirs(&self, compared: &Compared<'_>) -> bool {
        let asked = self.department.as_ref();
        asked.is_none_or(|asked| asked == compared.owner)
    }

    /// Clocks with all there is to say about them: most simulations show few, so that only these are replayed in full.
    fn show(
        &self,
        request: &str,
        row: &ClocksRow,
        shown: &[ClockRef],
    ) -> Result<Vec<pb::ClockCompared>, Ended> {
        let tried = self.trial.replay(&row.file.facts)?;
        let compared = self.trial.compare(&row.entity.state, &tried.clocks);
        let shown = compared.filter(|one| shown.contains(&one.clock));
        let shown = shown.map(|compared| {
            let terms = (&self.trial, &self.terms);
            let clock = convert::compared_out(request, &compared, &tried, terms)?;
            Ok(pb::ClockCompared {
                external_id: external(&row.file),
                ..clock
            })
        });
        shown.collect()
    }

    /// Whether another clock is to be told.
    fn may_tell(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        // Looked at first, as it is shared by all threads and most simulations tell little.
        self.left.load(Ordering::Relaxed) > 0
            && self
                .left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
                .is_ok()
    }

    /// Whether it was submitted in the period, and was ever the department's. A request that is asked for by its id is wanted
    /// whenever it was submitted.
    fn is_wanted(&self, facts: &[Fact]) -> bool {
        let submitted = facts.first().map(|fact| fact.at);
        let in_period = submitted.is_some_and(|at| self.period.contains(&at));
        let Some(department) = self.department.as_ref().filter(|_| in_period) else {
            return in_period;
        };
        facts.iter().any(|fact| match &fact.deed {
            Deed::Submitted(profile) => profile.provider == *department,
            Deed::Transferred(to) => to == department,
            _ => false,
        })
    }
}

fn external(file: &RequestFile) -> String {
    let external = file.external.as_ref();
    external.map_or_else(String::new, |external| external.id.clone())
}

/// Counts who would have heard of what the concerned clocks would have said.
fn hear(sums: &mut Sums, file: &RequestFile, told: &[ClockEvent], concerned: &[ClockRef]) {
    for event in told {
        match event {
            ClockEvent::ClockWarned(event) if concerned.contains(&event.clock) => {
                if let (_, Some(owner)) = hands(&file.facts, event.at) {
                    sums.warn(owner);
                }
            }
            ClockEvent::LadderStepReached(event) if concerned.contains(&event.clock) => {
                for recipient in &event.to {
                    sums.escalate(recipient, &file.facts, event.at);
                }
            }
            _ => {}
        }
    }
}
