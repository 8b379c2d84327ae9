//! What does it mean? Total and infallible: what happened, happened.

use std::collections::BTreeSet;

use khidma_events::directory::ReviewEvent;
use khidma_kernel::Recorded;

use super::Reviews;

pub(super) fn evolve(state: &mut Reviews, recorded: &Recorded<ReviewEvent>) {
    match recorded.event.clone() {
        ReviewEvent::ReviewHeld(held) => {
            state.held.entry(held.on).or_default();
        }
        ReviewEvent::ThemesShared(shared) => {
            let themes: BTreeSet<_> = shared.themes.into_iter().collect();
            state.held.insert(shared.on, themes);
        }
        ReviewEvent::ThemesTakenBack(taken) => {
            state.held.insert(taken.on, BTreeSet::new());
        }
    }
}
