//! Which requests a sweep has to look at: cheap questions before commands are made of them.

use khidma_kernel::{CalendarId, PolicyId, Position};

use crate::almanac::Almanac;
use crate::book::Book;
use crate::fact::Fact;
use crate::life::Life;
use crate::moves::newly_matched;
use crate::run::split;
use crate::state::Clocks;

/// Whether the policy whose activation stands there may promise something for the request that nothing measures yet; of
/// requests that are over only if `all` is wanted.
pub fn may_attach(
    clocks: &Clocks,
    facts: &[Fact],
    policy: &(PolicyId, Position),
    all: bool,
    book: &Book,
) -> bool {
    let is_over = Life::of(facts).state.is_none();
    let life = Life::of(split(facts, policy.1).0);
    let Some(profile) = life.profile.as_ref().filter(|_| all || !is_over) else {
        return false;
    };
    let matched = newly_matched(book, policy, profile);
    matched.is_some_and(|matched| {
        let mut metrics = matched.rule.targets.keys();
        metrics.any(|metric| clocks.last(*metric).is_none())
    })
}

/// Whether a clock goes on that counts by another than the latest revision of the calendar.
pub fn is_outdated(clocks: &Clocks, calendar: &CalendarId, almanac: &Almanac) -> bool {
    let Some(latest) = almanac.latest(calendar) else {
        return false;
    };
    let mut going = clocks.clocks.iter().filter(|clock| clock.ended.is_none());
    going.any(|clock| {
        let by = clock
            .promise()
            .and_then(|promise| promise.calendar.as_ref());
        by.is_some_and(|by| by.calendar == *calendar && by.revision < latest.revision)
    })
}
