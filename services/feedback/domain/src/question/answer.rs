//! What can be said.

use super::{BEST_SCORE, COMMENT, LEAST_EFFORT, QuestionRefusal as Refusal, Reply};

/// What was said, once it was looked at.
pub(super) struct Said {
    pub(super) score: u8,
    pub(super) effort: Option<u8>,
    pub(super) comment: String,
}

/// Looks at what somebody says. `effort` is whether they were asked for it.
pub(super) fn check(reply: &Reply, effort: bool) -> Result<Said, Refusal> {
    let score = within(reply.score, BEST_SCORE).ok_or(Refusal::ScoreOutOfRange)?;
    let eased = match reply.effort {
        None => None,
        Some(_) if !effort => return Err(Refusal::EffortNotAsked),
        Some(eased) => Some(within(eased, LEAST_EFFORT).ok_or(Refusal::EffortOutOfRange)?),
    };
    let comment = reply.comment.trim();
    if comment.chars().count() > COMMENT {
        return Err(Refusal::CommentTooLong { limit: COMMENT });
    }
    let unseen = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if comment.chars().any(unseen) {
        return Err(Refusal::ControlCharacter);
    }
    Ok(Said {
        score,
        effort: eased,
        comment: comment.to_owned(),
    })
}

fn within(said: u32, most: u8) -> Option<u8> {
    let said = u8::try_from(said).ok()?;
    (1..=most).contains(&said).then_some(said)
}
