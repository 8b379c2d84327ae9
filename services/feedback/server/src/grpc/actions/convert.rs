//! Actions between protobuf and our own types.

use std::collections::BTreeMap;

use khidma_edge::command::id;
use khidma_edge::instant::time_out;
use khidma_edge::status;
use khidma_events::feedback::Origin;
use khidma_feedback_domain::action::{
    Action, DEPARTMENTS, Publication, Published, Said, Stage, sees_origin,
};
use khidma_kernel::{ActionId, Caller, Timestamp};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::action_origin::Origin as Out;
use tonic::Status;

use crate::grpc::ground::{ids, missing};

pub(super) fn origin_in(origin: Option<&pb::ActionOrigin>) -> Result<Origin, Status> {
    let said = origin.and_then(|origin| origin.origin.as_ref());
    Ok(match said.ok_or_else(|| missing("origin"))? {
        Out::RoundId(text) => Origin::Round(id("origin.round_id", text)?),
        Out::AnsweredRequestId(text) => Origin::Answer(id("origin.answered_request_id", text)?),
        Out::ConcernId(text) => Origin::Concern(id("origin.concern_id", text)?),
        Out::BreachedRequestId(text) => Origin::Breach(id("origin.breached_request_id", text)?),
        Out::InterviewId(text) => Origin::Interview(id("origin.interview_id", text)?),
        Out::Other(words) => Origin::Other(words.clone()),
    })
}

fn origin_out(origin: &Origin) -> pb::ActionOrigin {
    let origin = match origin {
        Origin::Round(id) => Out::RoundId(id.to_string()),
        Origin::Answer(id) => Out::AnsweredRequestId(id.to_string()),
        Origin::Concern(id) => Out::ConcernId(id.to_string()),
        Origin::Breach(id) => Out::BreachedRequestId(id.to_string()),
        Origin::Interview(id) => Out::InterviewId(id.to_string()),
        Origin::Other(words) => Out::Other(words.clone()),
    };
    let origin = Some(origin);
    pb::ActionOrigin { origin }
}

pub(super) fn publication_in(message: &pb::PublishActionRequest) -> Result<Publication, Status> {
    let field = "department_ids";
    if message.department_ids.len() > DEPARTMENTS {
        // Each of them is looked up: not before it is known that they are not too many.
        let message = format!("{field} may have at most {DEPARTMENTS} items");
        return Err(status::invalid_field(field, "TOO_MANY", message));
    }
    let mut texts = BTreeMap::new();
    for (place, text) in message.texts.iter().enumerate() {
        let said = Said {
            you_said: text.you_said.clone(),
            we_did: text.we_did.clone(),
        };
        if texts.insert(text.language.clone(), said).is_some() {
            let field = format!("texts[{place}].language");
            let message = "a language has one text";
            return Err(status::invalid_field(&field, "LANGUAGE_TWICE", message));
        }
    }
    let first = message.texts.first();
    Ok(Publication {
        texts,
        language: first.map(|text| text.language.clone()).unwrap_or_default(),
        departments: ids(field, &message.department_ids)?,
    })
}

pub(super) fn stage_in(state: pb::ActionState) -> Option<Stage> {
    Some(match state {
        pb::ActionState::Unspecified => return None,
        pb::ActionState::Open => Stage::Open,
        pb::ActionState::Started => Stage::Started,
        pb::ActionState::Done => Stage::Done,
        pb::ActionState::Published => Stage::Published,
        pb::ActionState::Dropped => Stage::Dropped,
    })
}

fn stage_out(stage: Stage) -> pb::ActionState {
    match stage {
        Stage::Open => pb::ActionState::Open,
        Stage::Started => pb::ActionState::Started,
        Stage::Done => pb::ActionState::Done,
        Stage::Published => pb::ActionState::Published,
        Stage::Dropped => pb::ActionState::Dropped,
    }
}

pub(super) fn action_out(
    caller: &Caller,
    id: ActionId,
    action: &Action,
    now: Timestamp,
) -> pb::Action {
    let origin = Some(&action.origin).filter(|_| sees_origin(caller, action));
    let published = action.published.as_ref();
    pb::Action {
        id: id.to_string(),
        department_id: action.department.to_string(),
        title: action.title.clone(),
        origin: origin.map(origin_out),
        owner_id: action.owner.to_string(),
        opened_at: Some(time_out(action.opened_at)),
        due: Some(time_out(action.due)),
        first_due: Some(time_out(action.first_due)),
        moved_because: action.moved_because.clone(),
        state: stage_out(action.stage).into(),
        overdue: action.is_overdue(now),
        ended_at: action.ended_at.map(time_out),
        outcome: action.outcome.clone(),
        evidence: action.evidence.clone(),
        published: published.map(|published| published_out(id, action, published)),
    }
}

/// What everybody sees. Where it comes from and who answered for it has no place here.
pub(super) fn published_out(
    id: ActionId,
    action: &Action,
    published: &Published,
) -> pb::PublishedAction {
    let first = published.you_said.get_key_value(&published.language);
    let others = published.you_said.iter();
    let others = others.filter(|(language, _)| **language != published.language);
    let text = |(language, said): (&String, &String)| pb::YouSaidWeDid {
        language: language.clone(),
        you_said: said.clone(),
        we_did: published.we_did.get(language).cloned().unwrap_or_default(),
    };
    pb::PublishedAction {
        id: id.to_string(),
        department_id: action.department.to_string(),
        published_at: Some(time_out(published.at)),
        texts: first.into_iter().chain(others).map(text).collect(),
        department_ids: published
            .departments
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}
