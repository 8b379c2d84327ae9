//! What is asked, who may answer, what may be shown of it, and what is done about it: the deciding part of feedback.
//!
//! Several kinds of entity, each with a room of its own.

pub mod action;
pub mod answer;
pub mod asking;
pub mod ballot;
pub mod disclosure;
pub mod figures;
pub mod interview;
pub mod outset;
pub mod question;
pub mod round;
pub mod survey;
pub mod thanks;
pub mod wording;

/// Changes what exists. Nothing happens to an entity before it came to be.
fn change<T>(state: &mut Option<T>, change: impl FnOnce(&mut T)) {
    if let Some(existing) = state {
        change(existing);
    }
}
