//! What decisions need to know of a question, and what events make of it.

use khidma_events::feedback::{AnswerImported, QuestionAnswered, QuestionAsked, QuestionEvent};
use khidma_kernel::{DepartmentId, OfferingId, PersonId, Recorded, ServiceRequestId, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::change;

/// A question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What it is about.
    pub subject: Subject,
    /// Where it is in its life.
    pub standing: Standing,
    /// Whether they are also asked how much effort it took.
    pub effort: bool,
    /// When it was asked, or the answer that was taken over given.
    pub asked_at: Timestamp,
    /// When they are reminded, unless they were.
    pub remind_at: Option<Timestamp>,
    /// From when on it can be answered no more.
    pub expires_at: Timestamp,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
    /// Whoever knows this may answer; empty where nobody may.
    secret: String,
}

/// Without the secret: what is debugged is logged one day.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question")
            .field("subject", &self.subject)
            .field("standing", &self.standing)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The request.
    pub request: ServiceRequestId,
    /// Who did it.
    pub provider: DepartmentId,
    /// What was asked for, if it was something of the catalogue.
    pub offering: Option<OfferingId>,
    /// Who is asked; `None` where an answer was taken over and nobody knows whose.
    pub person: Option<PersonId>,
    /// When the request ended; `None` where an answer was taken over.
    pub ended_at: Option<Timestamp>,
}

/// Where a question is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It waits for an answer.
    Open,
    /// It was answered.
    Answered,
    /// Nobody answered in time.
    Expired,
    /// The request was reopened.
    Withdrawn,
    /// The answer was taken over from elsewhere.
    Imported,
}

impl Standing {
    /// Whether nothing will ever be asked about the request any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Open | Self::Withdrawn => false,
            Self::Answered | Self::Expired | Self::Imported => true,
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// How satisfied, 1 to 5.
    pub score: u8,
    /// How easy it was, 1 to 7.
    pub effort: Option<u8>,
    /// In their words.
    pub comment: String,
    /// When it was given.
    pub at: Timestamp,
    /// Whether it came by the link.
    pub by_link: bool,
    /// Whether nobody ever gave it.
    pub synthetic: bool,
}

impl Question {
    /// Whether this is the secret of its link. Takes as long for a near miss as for a far one.
    pub fn opens_with(&self, secret: &str) -> bool {
        let same = self.secret.as_bytes().ct_eq(secret.as_bytes());
        !self.secret.is_empty() && bool::from(same)
    }

    /// Whether it can be answered then.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.standing == Standing::Open && at < self.expires_at
    }

    /// Its secret while it is open: what the link carries.
    pub fn secret(&self) -> Option<&str> {
        (self.standing == Standing::Open).then_some(&*self.secret)
    }

    /// When they are to be reminded.
    pub fn reminds_at(&self) -> Option<Timestamp> {
        self.remind_at.filter(|_| self.standing == Standing::Open)
    }

    /// When it is to expire.
    pub fn ends_at(&self) -> Option<Timestamp> {
        (self.standing == Standing::Open).then_some(self.expires_at)
    }
}

pub(super) fn evolve(state: &mut Option<Question>, recorded: &Recorded<QuestionEvent>) {
    match &recorded.event {
        QuestionEvent::QuestionAsked(event) => *state = Some(asked(event, recorded.at)),
        QuestionEvent::AnswerImported(event) => *state = Some(imported(event, recorded.at)),
        QuestionEvent::QuestionReminded(_) => change(state, |question| question.remind_at = None),
        QuestionEvent::QuestionAnswered(event) => change(state, |question| {
            question.standing = Standing::Answered;
            question.answer = Some(answer(event, recorded.at));
        }),
        QuestionEvent::QuestionExpired(_) => {
            change(state, |question| question.standing = Standing::Expired);
        }
        QuestionEvent::QuestionWithdrawn(_) => {
            change(state, |question| question.standing = Standing::Withdrawn);
        }
    }
}

fn asked(event: &QuestionAsked, at: Timestamp) -> Question {
    Question {
        subject: Subject {
            request: event.request,
            provider: event.provider.clone(),
            offering: event.offering.clone(),
            person: Some(event.person.clone()),
            ended_at: Some(event.ended_at),
        },
        standing: Standing::Open,
        effort: event.effort,
        asked_at: at,
        remind_at: event.remind_at,
        expires_at: event.expires_at,
        answer: None,
        secret: event.secret.clone(),
    }
}

fn imported(event: &AnswerImported, at: Timestamp) -> Question {
    Question {
        subject: Subject {
            request: event.request,
            provider: event.provider.clone(),
            offering: event.offering.clone(),
            person: event.person.clone(),
            ended_at: None,
        },
        standing: Standing::Imported,
        effort: event.effort.is_some(),
        asked_at: at,
        remind_at: None,
        expires_at: at,
        answer: Some(Answer {
            score: event.score,
            effort: event.effort,
            comment: event.comment.clone(),
            at,
            by_link: false,
            synthetic: event.synthetic,
        }),
        secret: String::new(),
    }
}

fn answer(event: &QuestionAnswered, at: Timestamp) -> Answer {
    Answer {
        score: event.score,
        effort: event.effort,
        comment: event.comment.clone(),
        at,
        by_link: event.by_link,
        synthetic: false,
    }
}
