//! Who is told what, how and when: the deciding part of the notifications.
//!
//! Several kinds of entity, each with a room of its own: deliveries, preferences, silences, endpoints, escalations,
//! announcements and reminders. Beside them stand the rules that make messages of events, and the ways by which they go.

pub mod announcement;
pub mod delivery;
pub mod digest;
pub mod endpoint;
pub mod escalation;
pub mod kinds;
pub mod ladder;
pub mod outset;
pub mod preferences;
pub mod quiet;
pub mod rhythm;
pub mod route;
pub mod rules;
pub mod silence;
pub mod tell;

/// Changes what exists. Nothing happens to an entity before it came to be.
fn change<T>(state: &mut Option<T>, change: impl FnOnce(&mut T)) {
    if let Some(existing) = state {
        change(existing);
    }
}
