//! What does it mean?

use khidma_events::feedback::RoundEvent;
use khidma_kernel::Recorded;

use super::{Round, Standing};
use crate::change;

pub(super) fn evolve(state: &mut Option<Round>, recorded: &Recorded<RoundEvent>) {
    match &recorded.event {
        RoundEvent::RoundLaunched(event) => {
            *state = Some(Round {
                launched: event.clone(),
                launched_at: recorded.at,
                standing: Standing::Planned,
                invited: 0,
                last_invited: None,
                reminded: 0,
                opened_at: None,
                ended_at: None,
                reason: String::new(),
            });
        }
        RoundEvent::PeopleInvited(event) => change(state, |round| {
            let more = u32::try_from(event.people.len()).unwrap_or(u32::MAX);
            round.invited = round.invited.saturating_add(more);
            if let Some(last) = event.people.last() {
                round.last_invited = Some(last.person.clone());
            }
        }),
        RoundEvent::RoundOpened(_) => change(state, |round| {
            round.standing = Standing::Open;
            round.opened_at = Some(recorded.at);
        }),
        RoundEvent::RoundReminded(event) => change(state, |round| {
            round.reminded = event.reminder;
        }),
        RoundEvent::RoundClosed(_) => change(state, |round| {
            round.standing = Standing::Closed;
            round.ended_at = Some(recorded.at);
        }),
        RoundEvent::RoundCancelled(event) => change(state, |round| {
            round.standing = Standing::Cancelled;
            round.ended_at = Some(recorded.at);
            round.reason.clone_from(&event.reason);
        }),
    }
}
