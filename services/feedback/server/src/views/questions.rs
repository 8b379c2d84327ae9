//! Questions after requests: when they are due, whom they wait for, and the answers that departments got.

use khidma_engine::{EntityRow, advance, entity_key, undecodable};
use khidma_eventlog::Stored;
use khidma_events::feedback::QuestionEvent;
use khidma_feedback_domain::question::{Question, QuestionDecider, Standing};
use khidma_kernel::{QuestionId, Timestamp};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};

use super::wishes;
use crate::keys;

/// The agenda's kind for reminding somebody of a question.
pub(crate) const REMIND_QUESTION: &str = "remind-question";
/// The agenda's kind for ending a question that nobody answered.
pub(crate) const EXPIRE_QUESTION: &str = "expire-question";

/// A question, under the key of its entity.
pub(crate) type QuestionRow = EntityRow<Option<Question>>;

pub(super) fn apply(
    id: QuestionId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let decoded = khidma_events::decode::<QuestionEvent>(&commit.payload)
        .map_err(|error| undecodable(&error))?;
    let key = entity_key(&commit.entity);
    let mut row: QuestionRow = rows.get(&key)?.unwrap_or_default();
    let before = row.state.clone();
    advance::<QuestionDecider>(&mut row, &decoded, commit.position);
    rows.put(&key, &row)?;
    let (before, after) = (before.as_ref(), row.state.as_ref());
    let Some(after) = after else { return Ok(()) };
    let due = |time: fn(&Question) -> Option<Timestamp>| (before.and_then(time), time(after));
    plan(REMIND_QUESTION, id, due(Question::reminds_at), rows)?;
    plan(EXPIRE_QUESTION, id, due(Question::ends_at), rows)?;
    list(id, before, after, rows)?;
    let put = |event: &QuestionEvent| matches!(event, QuestionEvent::QuestionAsked(_));
    let asked = decoded.events.iter().any(|recorded| put(&recorded.event));
    wishes::settle((after, asked), commit.position, rows)
}

fn plan(
    kind: &str,
    id: QuestionId,
    (before, after): (Option<Timestamp>, Option<Timestamp>),
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let item = AgendaItem {
        kind: kind.to_owned(),
        entity: id.to_string(),
    };
    if before == after {
        return Ok(());
    }
    if let Some(before) = before {
        rows.unschedule(before, &item);
    }
    match after {
        Some(after) => rows.schedule(after, &item),
        None => Ok(()),
    }
}

fn list(
    id: QuestionId,
    before: Option<&Question>,
    after: &Question,
    rows: &mut Rows<'_>,
) -> Result<(), RowError> {
    let (old, new) = (
        before.and_then(|before| waiting(id, before)),
        waiting(id, after),
    );
    if old != new {
        if let Some(old) = old {
            rows.delete(&old);
        }
        if let Some(new) = new {
            rows.put(&new, &id)?;
        }
    }
    let answered = before.is_some_and(|before| before.answer.is_some());
    match after.answer.as_ref().filter(|_| !answered) {
        Some(answer) => {
            let key = keys::question_answered(&after.subject.provider, answer.at, id);
            rows.put(&key, &id)
        }
        None => Ok(()),
    }
}

/// Where a question stands among those that wait for a person, if it does.
fn waiting(id: QuestionId, question: &Question) -> Option<Vec<u8>> {
    let person = question.subject.person.as_ref()?;
    let open = question.standing == Standing::Open;
    open.then(|| keys::question_waiting(person, question.asked_at, id))
}
