//! What somebody may want of a question. Facts from elsewhere travel with it.

use khidma_events::feedback::AskingRule;
use khidma_kernel::{DepartmentId, OfferingId, PersonId, QuestionId, ServiceRequestId, Timestamp};

/// What is asked of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum QuestionCommand {
    /// To put it to somebody.
    Ask(Ask),
    /// To remind them.
    Remind,
    /// To answer it.
    Answer {
        /// Why they may.
        proof: Proof,
        /// What they say.
        reply: Reply,
    },
    /// To end it, as nobody answered in time.
    Expire,
    /// To take back the one about the end at that time, as the request was reopened.
    Withdraw {
        /// When the request had ended.
        ended_at: Timestamp,
    },
    /// To take over an answer of old.
    Import(Import),
}

/// A request ended, and who asked for it is asked how it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The question's id.
    pub question: QuestionId,
    /// The request.
    pub request: ServiceRequestId,
    /// Who did it.
    pub provider: DepartmentId,
    /// What was asked for, if it was something of the catalogue.
    pub offering: Option<OfferingId>,
    /// Who asked for it.
    pub person: PersonId,
    /// When it ended.
    pub ended_at: Timestamp,
    /// By which rule it is asked.
    pub rule: AskingRule,
    /// What the link is to carry: nobody can guess it.
    pub secret: String,
}

/// Why somebody may answer.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// They are whom it was put to.
    Oneself,
    /// They have the link: this is the secret in it.
    Link(String),
}

/// Without the secret: what is debugged is logged one day.
impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Oneself => "Oneself",
            Self::Link(_) => "Link(…)",
        })
    }
}

/// What somebody says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// How satisfied they are, 1 to 5.
    pub score: u32,
    /// How easy it was, 1 to 7, if they say so.
    pub effort: Option<u32>,
    /// In their words; may be empty.
    pub comment: String,
}

/// An answer that another system has kept. Its command's time is that of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// About which request.
    pub request: ServiceRequestId,
    /// What was said.
    pub reply: Reply,
    /// Whether nobody ever said it.
    pub synthetic: bool,
    /// The present: no answer comes from later.
    pub now: Timestamp,
    /// Facts: of the request, if there is such a one.
    pub facts: Option<ImportFacts>,
}

/// What has to be known of a request to take over an answer about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFacts {
    /// Who did it, or is to.
    pub provider: DepartmentId,
    /// What was asked for, if it was something of the catalogue.
    pub offering: Option<OfferingId>,
    /// Who asked for it, where that is a person who is known.
    pub person: Option<PersonId>,
    /// Whether it was confirmed or closed by itself, and not reopened since.
    pub ended: bool,
}
