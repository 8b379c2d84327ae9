//! From a request that ended to the question that is to be asked, and back where it is reopened.
//!
//! Whether it is asked after is decided here, from the log alone: by the rule in force where the request ended, and by after
//! what its person was asked before. What is to be asked is a wish on the agenda, and the event that asks it takes it away.
//! So a rebuild, which sees that event too, asks nothing anew; nor does a rule that is set later ask after what is past.

use khidma_engine::{EntityRow, at_once, entity_key};
use khidma_events::feedback::{AskingRule, question_entity, question_of};
use khidma_feedback_domain::asking::asks;
use khidma_feedback_domain::question::{Question, Standing};
use khidma_kernel::{
    DepartmentId, OfferingId, PersonId, Position, QuestionId, ServiceRequestId, Timestamp,
};
use khidma_projection::{AgendaItem, ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PersonRow, RequestRow, asking, outset};
use crate::keys;

/// The agenda's kind for asking a question.
pub(crate) const ASK_QUESTION: &str = "ask-question";
/// The agenda's kind for taking a question back.
pub(crate) const WITHDRAW_QUESTION: &str = "withdraw-question";

/// A question that is to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WishRow {
    /// Where the request ended.
    pub position: Position,
    /// By which event.
    pub event: Uuid,
    /// When.
    pub ended_at: Timestamp,
    /// Who did it.
    pub provider: DepartmentId,
    /// What was asked for, if it was something of the catalogue.
    pub offering: Option<OfferingId>,
    /// Who is asked.
    pub person: PersonId,
    /// By which rule.
    pub rule: AskingRule,
    /// The W3C trace context of what ended it.
    pub traceparent: Option<String>,
}

/// After which request a department asked a person last, and when that had ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LastAsked {
    request: ServiceRequestId,
    ended_at: Timestamp,
}

/// A question that is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TakingBackRow {
    /// Where it became clear that it is.
    pub position: Position,
    /// When the request had ended that it is about.
    pub ended_at: Timestamp,
}

/// That a request ended.
pub(super) struct Closing {
    pub(super) at: Timestamp,
    pub(super) event: Uuid,
    pub(super) position: Position,
    pub(super) traceparent: Option<String>,
}

/// A request ended: its person is asked if there is one, they are here, and the rule of who did it says so.
pub(super) fn ended(
    id: ServiceRequestId,
    request: &RequestRow,
    closing: Closing,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let Some(person) = request.requester.clone() else {
        return Ok(());
    };
    let row: Option<PersonRow> = rows.get(&keys::person(&person))?;
    let question = question(question_of(id), rows)?;
    let over = question.is_some_and(|question| question.standing.is_final());
    if over || !row.is_some_and(|row| row.active) || !outset::has_begun(rows)? {
        return Ok(());
    }
    let rule = asking::rule_of(rows, &request.provider)?;
    let key = keys::last_asked(&request.provider, &person);
    let last: Option<LastAsked> = rows.get(&key)?;
    // The same request again is not the next one.
    let others = last.filter(|last| last.request != id);
    if !asks(&rule, id, closing.at, others.map(|last| last.ended_at)) {
        return Ok(());
    }
    let asked = LastAsked {
        request: id,
        ended_at: closing.at,
    };
    rows.put(&key, &asked)?;
    let wish = WishRow {
        position: closing.position,
        event: closing.event,
        ended_at: closing.at,
        provider: request.provider.clone(),
        offering: request.offering.clone(),
        person,
        rule,
        traceparent: closing.traceparent,
    };
    rows.put(&keys::question_wish(id), &wish)?;
    Ok(rows.schedule(at_once(wish.position), &item(ASK_QUESTION, id))?)
}

/// A request was reopened: what was to be asked is not, and what was asked is taken back.
pub(super) fn reopened(
    id: ServiceRequestId,
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    forget(id, rows)?;
    let question = question(question_of(id), rows)?;
    let open = question.filter(|question| question.standing == Standing::Open);
    match open.and_then(|question| question.subject.ended_at) {
        Some(ended_at) => take_back(question_of(id), position, ended_at, rows),
        None => Ok(()),
    }
}

/// Something happened to the question of a request: what is to be asked, or taken back, is so no more where that did it.
/// `asked` is whether it was put just now.
pub(super) fn settle(
    (question, asked): (&Question, bool),
    position: Position,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let request = question.subject.request;
    let id = question_of(request);
    let over = question.standing.is_final();
    let done = |wish: &WishRow| asked && Some(wish.ended_at) <= question.subject.ended_at;
    let wish: Option<WishRow> = rows.get(&keys::question_wish(request))?;
    if wish.is_some_and(|wish| over || done(&wish)) {
        forget(request, rows)?;
    }
    let open = question.standing == Standing::Open;
    let back: Option<TakingBackRow> = rows.get(&keys::question_back(id))?;
    let stays = |back: &TakingBackRow| open && question.subject.ended_at == Some(back.ended_at);
    if let Some(back) = back.filter(|back| !stays(back)) {
        rows.unschedule(at_once(back.position), &item(WITHDRAW_QUESTION, id));
        rows.delete(&keys::question_back(id));
    }
    // It was reopened while it was about to be asked.
    let row: Option<RequestRow> = rows.get(&keys::request(request))?;
    let reopened = row.is_some_and(|row| row.ended.is_none());
    match question.subject.ended_at.filter(|_| open && reopened) {
        Some(ended_at) => take_back(id, position, ended_at, rows),
        None => Ok(()),
    }
}

fn take_back(
    id: QuestionId,
    position: Position,
    ended_at: Timestamp,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = keys::question_back(id);
    if rows.get::<TakingBackRow>(&key)?.is_some() {
        return Ok(());
    }
    rows.put(&key, &TakingBackRow { position, ended_at })?;
    Ok(rows.schedule(at_once(position), &item(WITHDRAW_QUESTION, id))?)
}

/// Nothing is to be asked about it.
fn forget(id: ServiceRequestId, rows: &mut Rows<'_>) -> Result<(), RowError> {
    let key = keys::question_wish(id);
    if let Some(wish) = rows.get::<WishRow>(&key)? {
        rows.unschedule(at_once(wish.position), &item(ASK_QUESTION, id));
        rows.delete(&key);
    }
    Ok(())
}

fn question(id: QuestionId, rows: &Rows<'_>) -> Result<Option<Question>, RowError> {
    let row: Option<EntityRow<Option<Question>>> = rows.get(&entity_key(&question_entity(id)))?;
    Ok(row.and_then(|row| row.state))
}

fn item(kind: &str, id: impl ToString) -> AgendaItem {
    AgendaItem {
        kind: kind.to_owned(),
        entity: id.to_string(),
    }
}
