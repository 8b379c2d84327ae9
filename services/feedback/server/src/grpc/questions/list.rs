//! Questions, seen: one's own that wait, those of a department that were answered, and one by itself.

use khidma_edge::command::{failed, id};
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, backwards, beginning};
use khidma_edge::query::{Stop, reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::{CommandError, entity_key};
use khidma_events::feedback::{question_entity, question_of};
use khidma_feedback_domain::question::{Question, QuestionRefusal};
use khidma_kernel::{Caller, DepartmentId, QuestionId, Role, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::QuestionsGrpc;
use super::convert::question_out;
use crate::keys;
use crate::status::question_code;
use crate::views::{QuestionRow, RequestRow};

/// The most of a page.
const MOST: usize = 500;
/// Bytes of a page, about: a comment may be long.
const BYTES: usize = 256 << 10;

impl QuestionsGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListQuestionsRequest>,
    ) -> Result<pb::ListQuestionsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let list = list_of(&caller, &message.department_id)?;
        let query = digest(&[b"questions ".as_slice(), &list].concat());
        let before = PageToken::decode(&message.page_token, query)?;
        let weigh = |one: &pb::Question| prost_len(one);
        let room = Room::new(size, self.scan_limit).within(BYTES, weigh);
        let public_url = self.public_url.clone();
        let scan = move |reader: &Reader, stop: &Stop| -> Result<Part<pb::Question>, Status> {
            let rows = backwards(reader, beginning(&list), before);
            room.fill(rows, stop, |_, row| {
                let id: QuestionId = row.decode().map_err(unreadable)?;
                let eyes = (&caller, public_url.as_deref());
                let question = found(reader, id).map_err(unreadable)?;
                let shown = question.map(|question| shown(reader, id, &question, eyes));
                shown.transpose().map_err(unreadable)
            })
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((questions, next), position) = read.await?;
        Ok(pb::ListQuestionsResponse {
            questions,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }

    pub(super) async fn get(
        &self,
        request: Request<pb::GetQuestionRequest>,
    ) -> Result<pb::GetQuestionResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let id: QuestionId = match message.service_request_id.as_str() {
            "" => id("id", &message.id)?,
            _ if !message.id.is_empty() => {
                let text = "a question is named by its id or by its request, not by both";
                return Err(status::invalid_field("id", "NAMED_TWICE", text));
            }
            text => question_of(id("service_request_id", text)?),
        };
        let reader = reader_at(&self.projection, message.min_position, patience).await?;
        let question = found(&reader, id).map_err(unreadable)?;
        let question = question.filter(|question| may_see(&caller, question));
        let Some(question) = question else {
            let unknown = CommandError::Refused(QuestionRefusal::UnknownQuestion);
            return Err(failed(unknown, question_code));
        };
        let eyes = (&caller, self.public_url.as_deref());
        Ok(pb::GetQuestionResponse {
            question: Some(shown(&reader, id, &question, eyes).map_err(unreadable)?),
            position: reader.position().0,
        })
    }
}

/// Below which keys the list stands that is asked for.
fn list_of(caller: &Caller, department: &str) -> Result<Vec<u8>, Status> {
    if department.is_empty() {
        let person = caller.actor.person();
        return person.map(keys::questions_waiting).ok_or_else(|| {
            let message = "only a person has questions that wait";
            status::refusal(Code::PermissionDenied, "NOT_ALLOWED", None, message)
        });
    }
    let department: DepartmentId = id("department_id", department)?;
    if !(caller.belongs_to(&department) || caller.is(Role::Admin)) {
        let message = "what a department was answered is for its members and for admins";
        let field = Some("department_id");
        return Err(status::refusal(
            Code::PermissionDenied,
            "NOT_ALLOWED",
            field,
            message,
        ));
    }
    Ok(keys::questions_answered(&department))
}

/// Who was asked sees a question, and so do the members of who did what it is about, and admins.
pub(super) fn may_see(caller: &Caller, question: &Question) -> bool {
    let asked = question.subject.person.as_ref();
    (asked.is_some() && asked == caller.actor.person())
        || caller.belongs_to(&question.subject.provider)
        || caller.is(Role::Admin)
}

fn found(reader: &Reader, id: QuestionId) -> Result<Option<Question>, RowError> {
    let row: Option<QuestionRow> = reader.get(&entity_key(&question_entity(id)))?;
    Ok(row.and_then(|row| row.state))
}

fn shown(
    reader: &Reader,
    id: QuestionId,
    question: &Question,
    eyes: (&Caller, Option<&str>),
) -> Result<pb::Question, RowError> {
    let row: Option<RequestRow> = reader.get(&keys::request(question.subject.request))?;
    let title = row.map(|row| row.title).unwrap_or_default();
    Ok(question_out(id, question, title, eyes))
}

fn prost_len(question: &pb::Question) -> usize {
    khidma_edge::command::Message::encoded_len(question)
}
