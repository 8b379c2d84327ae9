//! By which rule a department asks how its requests went.

mod command;
mod decide;
mod refusal;
#[cfg(test)]
mod tests;

pub use command::SetRule;
pub use refusal::AskingRefusal;

use std::collections::BTreeSet;

use khidma_events::feedback::{Asking, AskingEvent, AskingRule};
use khidma_kernel::{
    Command, Decider, DepartmentId, Recorded, ServiceRequestId, Timestamp, digest,
};

/// The rule of a department that set none.
pub const DEFAULT: AskingRule = AskingRule {
    asking: Asking::Always,
    at_most_every_days: None,
    effort: false,
    remind_after_days: Some(3),
    expires_after_days: 14,
};

/// Days for which a person is left in peace at the most.
pub const MOST_DAYS_OF_PEACE: u16 = 366;
/// Days after which a question expires at the latest: who is asked later does not remember.
pub const MOST_DAYS_OPEN: u16 = 90;

const DAY: i64 = 24 * 3600;

/// So many days after `at`.
pub(crate) fn days_after(at: Timestamp, days: u16) -> Timestamp {
    at.plus_seconds(i64::from(days) * DAY)
}

/// Whether it is asked after a request that ended then, by the rule in force then. `last` is when a request of the same
/// person had ended after which this department asked them before. The same for the same facts, whoever looks and whenever.
pub fn asks(
    rule: &AskingRule,
    request: ServiceRequestId,
    ended_at: Timestamp,
    last: Option<Timestamp>,
) -> bool {
    let chosen = match rule.asking {
        Asking::Always => true,
        Asking::Never => false,
        Asking::Sampled(percent) => is_sampled(request, percent),
    };
    let in_peace = |last, days| ended_at < days_after(last, days);
    let peace = last.zip(rule.at_most_every_days);
    chosen && !peace.is_some_and(|(last, days)| in_peace(last, days))
}

/// Whether a request is among so many of a hundred. Who is in a smaller sample is in a greater one.
fn is_sampled(request: ServiceRequestId, percent: u8) -> bool {
    let drawn = digest(&[b"asked after".as_slice(), request.0.as_bytes()].concat());
    drawn % 100 < u64::from(percent)
}

/// A department's rule as an entity. Its state is the rule; `None` while none was set.
#[derive(Debug)]
pub struct AskingDecider;

impl Decider for AskingDecider {
    type Body = SetRule;
    type Event = AskingEvent;
    type State = Option<AskingRule>;
    type Refusal = AskingRefusal;

    fn decide(
        state: &Option<AskingRule>,
        command: &Command<SetRule>,
    ) -> Result<Vec<AskingEvent>, AskingRefusal> {
        decide::decide(state.as_ref(), command)
    }

    fn evolve(state: &mut Option<AskingRule>, recorded: &Recorded<AskingEvent>) {
        let AskingEvent::AskingRuleSet(event) = &recorded.event;
        *state = Some(event.rule.clone());
    }

    /// Nobody: those who are asked see it when they are.
    fn audience(_: &Option<AskingRule>, _: &Option<AskingRule>) -> BTreeSet<DepartmentId> {
        BTreeSet::new()
    }
}
