//! Rules and questions between protobuf and our own types.

use khidma_edge::instant::time_out;
use khidma_edge::status::invalid_field;
use khidma_events::feedback::{Asking, AskingRule, answer_link};
use khidma_feedback_domain::question::{Answer, Question, Standing};
use khidma_kernel::{Caller, QuestionId};
use khidma_proto::feedback as pb;
use tonic::Status;

pub(super) fn rule_in(rule: pb::AskingRule) -> Result<AskingRule, Status> {
    let percent = narrow("rule.sampled_percent", rule.sampled_percent)?;
    let asking = match pb::Asking::try_from(rule.asking) {
        Ok(pb::Asking::Sampled) => Asking::Sampled(percent),
        Ok(pb::Asking::Always | pb::Asking::Never) if percent != 0 => {
            let message = "a sample is said where asking is sampled, and nowhere else";
            return Err(invalid_field("rule.sampled_percent", "NO_SAMPLE", message));
        }
        Ok(pb::Asking::Always) => Asking::Always,
        Ok(pb::Asking::Never) => Asking::Never,
        Ok(pb::Asking::Unspecified) => {
            let message = "rule.asking must be said";
            return Err(invalid_field("rule.asking", "MISSING_FIELD", message));
        }
        Err(_) => {
            let message = "rule.asking has a value this version does not know";
            return Err(invalid_field("rule.asking", "UNKNOWN_VALUE", message));
        }
    };
    let days = |field, days| narrow::<u16>(field, days).map(|days| (days != 0).then_some(days));
    Ok(AskingRule {
        asking,
        at_most_every_days: days("rule.at_most_every_days", rule.at_most_every_days)?,
        effort: rule.effort,
        remind_after_days: days("rule.remind_after_days", rule.remind_after_days)?,
        expires_after_days: narrow("rule.expires_after_days", rule.expires_after_days)?,
    })
}

fn narrow<T: TryFrom<u32>>(field: &str, number: u32) -> Result<T, Status> {
    T::try_from(number).map_err(|_| {
        let message = format!("{field} is out of all bounds");
        invalid_field(field, "OUT_OF_RANGE", message)
    })
}

pub(super) fn rule_out(rule: &AskingRule) -> pb::AskingRule {
    let (asking, percent) = match rule.asking {
        Asking::Always => (pb::Asking::Always, 0),
        Asking::Never => (pb::Asking::Never, 0),
        Asking::Sampled(percent) => (pb::Asking::Sampled, percent),
    };
    pb::AskingRule {
        asking: asking.into(),
        sampled_percent: percent.into(),
        at_most_every_days: rule.at_most_every_days.unwrap_or_default().into(),
        effort: rule.effort,
        remind_after_days: rule.remind_after_days.unwrap_or_default().into(),
        expires_after_days: rule.expires_after_days.into(),
    }
}

/// A question as `caller` sees it: the link only if it was put to them.
pub(super) fn question_out(
    id: QuestionId,
    question: &Question,
    title: String,
    (caller, public_url): (&Caller, Option<&str>),
) -> pb::Question {
    let subject = &question.subject;
    let text = |id: Option<&dyn ToString>| id.map(ToString::to_string).unwrap_or_default();
    let theirs = subject.person.is_some() && subject.person.as_ref() == caller.actor.person();
    let secret = question.secret().filter(|_| theirs);
    let link = public_url.zip(secret);
    let asked_here = subject.ended_at.is_some();
    pb::Question {
        id: id.to_string(),
        service_request_id: subject.request.to_string(),
        title,
        provider_id: subject.provider.to_string(),
        offering: text(subject.offering.as_ref().map(|id| id as _)),
        person_id: text(subject.person.as_ref().map(|id| id as _)),
        state: state_out(question.standing).into(),
        effort: question.effort,
        ended_at: subject.ended_at.map(time_out),
        asked_at: Some(time_out(question.asked_at)),
        expires_at: asked_here.then(|| time_out(question.expires_at)),
        answer: question.answer.as_ref().map(answer_out),
        link: link.map_or_else(String::new, |(url, secret)| answer_link(url, id, secret)),
    }
}

fn answer_out(answer: &Answer) -> pb::Answer {
    pb::Answer {
        score: answer.score.into(),
        effort: answer.effort.unwrap_or_default().into(),
        comment: answer.comment.clone(),
        answered_at: Some(time_out(answer.at)),
        by_link: answer.by_link,
        synthetic: answer.synthetic,
    }
}

fn state_out(standing: Standing) -> pb::QuestionState {
    match standing {
        Standing::Open => pb::QuestionState::Open,
        Standing::Answered => pb::QuestionState::Answered,
        Standing::Expired => pb::QuestionState::Expired,
        Standing::Withdrawn => pb::QuestionState::Withdrawn,
        Standing::Imported => pb::QuestionState::Imported,
    }
}
