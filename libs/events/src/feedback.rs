//! What was heard, and what was done about it: questions after requests, surveys, interviews, figures of people, improvement
//! actions and thanks.
//!
//! Several kinds of entity share the context `feedback`; an entity's name on the log says of which kind it is
//! ([`EntityKind::of`]) and so which vocabulary reads its events.

mod action;
mod answer;
mod entity;
mod figures;
mod interview;
mod outset;
mod question;
mod round;
mod survey;
mod thanks;

pub use action::*;
pub use answer::*;
pub use entity::{
    EntityKind, OUTSET, action_entity, answer_entity, asking_entity, ballot_entity, box_entity,
    figures_entity, interview_entity, question_entity, round_entity, survey_entity, thanks_entity,
};
pub use figures::*;
pub use interview::*;
pub use outset::*;
pub use question::*;
pub use round::*;
pub use survey::*;
pub use thanks::*;
