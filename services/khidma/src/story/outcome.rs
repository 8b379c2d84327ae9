//! What came of the story, in a form that two plays of it share.

use std::collections::BTreeMap;

use khidma_kernel::Timestamp;
use khidma_proto::common::actor;
use khidma_proto::feedback::ScorecardPeriod;
use khidma_proto::notifications::{Escalation, InboxMessage, MessageKind};
use khidma_proto::requests::TimelineEntry;
use khidma_proto::sla::Clock;

/// What came of the story.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryOutcome {
    /// The whole that was asked for, with its plan.
    pub employee: Told,
    /// The laptop that was reopened once.
    pub laptop: Told,
    /// The payroll account.
    pub payroll: Told,
    /// What people were told of these, sorted.
    pub heard: Vec<Heard>,
    /// The promise that was measured; `None` where the story could not move the clock.
    pub promise: Option<Promised>,
    /// What people said of it, and what was done about it.
    pub voiced: Voiced,
}

/// What people said, and what came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Voiced {
    /// How they said their requests went, in the order of the story.
    pub said: Vec<Said>,
    /// What people were told of it.
    pub heard: Vec<Heard>,
    /// The scorecard of IT in the end, without its days.
    pub card: Option<ScorecardPeriod>,
}

/// How somebody said their request went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub person: String,
    /// Of which request.
    pub title: String,
    /// How satisfied they are, 1 to 5.
    pub score: u32,
    /// In their words.
    pub comment: String,
}

/// A promise that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Promised {
    /// The request it was made for.
    pub id: String,
    /// Its clocks at the end.
    pub clocks: Vec<Clock>,
    /// Its ladder.
    pub climbed: Climbed,
}

/// How a ladder was climbed.
#[derive(Debug, Clone, PartialEq)]
pub struct Climbed {
    /// The escalation at the end.
    pub escalation: Escalation,
    /// Who was told of it, in the order of the ladder.
    pub heard: Vec<Heard>,
}

/// A message in somebody's inbox, without what differs from play to play.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heard {
    /// Whose inbox.
    pub person: String,
    /// What it is about.
    pub kind: MessageKind,
    /// In which language.
    pub language: String,
    /// What it says in one line.
    pub subject: String,
}

impl Heard {
    /// Of a message in the inbox of `person`.
    pub fn of(person: &str, message: &InboxMessage) -> Self {
        let letter = message.letter.clone().unwrap_or_default();
        Self {
            person: person.to_owned(),
            kind: message.kind(),
            language: letter.language,
            subject: letter.subject,
        }
    }
}

/// What was told of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The request's id: another one in every play.
    pub id: String,
    /// The position of the last change.
    pub position: u64,
    /// Its timeline as the provider sees it, internal notes and all.
    pub timeline: Vec<Line>,
    /// What a watcher of the requester's side saw come in, live.
    pub watched: Vec<Line>,
}

/// One event without what differs from play to play: ids, times, positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What happened.
    pub kind: String,
    /// Who caused it: a person's or a service's id.
    pub actor: String,
    /// The words that go with it.
    pub text: String,
    /// Its particulars, but for times.
    pub particulars: BTreeMap<String, String>,
    /// Whether only the provider sees it.
    pub internal: bool,
}

impl StoryOutcome {
    /// The position of the last change of all.
    pub fn position(&self) -> u64 {
        let positions = [&self.employee, &self.laptop, &self.payroll].map(|told| told.position);
        positions.into_iter().max().unwrap_or_default()
    }

    /// The timelines alone: equal in every play, on whatever log.
    pub fn timelines(&self) -> [&[Line]; 3] {
        [&self.employee, &self.laptop, &self.payroll].map(|told| told.timeline.as_slice())
    }
}

impl From<&TimelineEntry> for Line {
    fn from(entry: &TimelineEntry) -> Self {
        let actor = match entry.actor.as_ref().and_then(|actor| actor.kind.as_ref()) {
            Some(actor::Kind::PersonId(person)) => person.clone(),
            Some(actor::Kind::Service(service)) => service.clone(),
            Some(actor::Kind::Anonymous(_)) => "anonymous".to_owned(),
            None => String::new(),
        };
        let timeless = entry
            .particulars
            .iter()
            .filter(|(_, value)| value.parse::<Timestamp>().is_err());
        Self {
            kind: entry.kind.clone(),
            actor,
            text: entry.text.clone(),
            particulars: timeless
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            internal: entry.internal,
        }
    }
}
