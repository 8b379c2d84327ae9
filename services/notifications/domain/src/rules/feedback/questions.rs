//! Who is asked how their request went.

use khidma_events::feedback::{QuestionAsked, QuestionEvent};
use khidma_events::notifications::{Arg, MessageKind};
use khidma_kernel::{Actor, DepartmentId, PersonId, Recorded, ServiceRequestId, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::{NAMELESS, choice, words};
use super::{Voices, to_people};
use crate::tell::Tell;

/// A question that can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The request it is asked about.
    pub request: ServiceRequestId,
    /// Who did it.
    pub provider: DepartmentId,
    /// Who is asked.
    pub person: PersonId,
    /// Whoever knows this may answer, once. It stands in links to who is asked, and in no message.
    pub secret: String,
    /// From when on it can be answered no more.
    pub until: Timestamp,
}

impl Open {
    fn of(event: &QuestionAsked) -> Self {
        Self {
            request: event.request,
            provider: event.provider.clone(),
            person: event.person.clone(),
            secret: event.secret.clone(),
            until: event.expires_at,
        }
    }
}

/// What follows from one commit of a question. `open` is what was known of it before, and becomes what is known after.
///
/// # Errors
/// What `voices` cannot say.
pub fn tells<V: Voices>(
    voices: &V,
    open: &mut Option<Open>,
    events: &[Recorded<QuestionEvent>],
) -> Result<Vec<Tell>, V::Error> {
    let mut tells = Vec::new();
    for recorded in events {
        let asked = match &recorded.event {
            QuestionEvent::QuestionAsked(event) => {
                *open = Some(Open::of(event));
                "question"
            }
            QuestionEvent::QuestionReminded(_) => "question_again",
            QuestionEvent::QuestionAnswered(_)
            | QuestionEvent::QuestionExpired(_)
            | QuestionEvent::QuestionWithdrawn(_) => {
                *open = None;
                continue;
            }
            // Nobody was asked by us.
            QuestionEvent::AnswerImported(_) => continue,
        };
        if let Some(open) = open.as_ref() {
            tells.extend(ask(voices, open, asked)?);
        }
    }
    Ok(tells)
}

/// To who asked for it, and to nobody in their place.
fn ask<V: Voices>(voices: &V, open: &Open, asked: &str) -> Result<Option<Tell>, V::Error> {
    let matter = voices.matter(open.request)?;
    let title = matter.map_or_else(|| NAMELESS.to_owned(), |matter| matter.title);
    let provider = voices.department_name(&open.provider)?;
    let provider = provider.unwrap_or_else(|| open.provider.to_string());
    let args = [
        ("asked", choice(asked)),
        ("title", words(&title)),
        ("provider", words(&provider)),
        ("until", Arg::At(open.until)),
    ];
    let args = args.map(|(name, arg)| (name.to_owned(), arg)).into();
    let to = [open.person.clone()];
    let mut tell = to_people(MessageKind::Survey, args, &Actor::Anonymous, to);
    if let Some(tell) = &mut tell {
        tell.message.request = Some(open.request);
        tell.provider = Some(open.provider.clone());
    }
    Ok(tell)
}
