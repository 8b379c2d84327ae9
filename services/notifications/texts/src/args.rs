//! What the messages of each kind speak of: what rules have to give, and what texts may use.

use khidma_events::notifications::{Arg, Message, MessageKind};

use crate::error::TextError;

/// What something is that a text speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgType {
    /// Words of people, shown as they are.
    Text,
    /// One of these words, by which a text chooses.
    Choice(&'static [&'static str]),
    /// A number, by which plurals are chosen.
    Number,
    /// An instant, shown in the reader's time zone.
    At,
    /// A duration in seconds.
    Seconds,
}

impl ArgType {
    /// What it has to be, in words.
    fn wanted(self) -> String {
        match self {
            Self::Text => "a text".into(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Number => "a number".into(),
            Self::At => "an instant".into(),
            Self::Seconds => "a duration".into(),
        }
    }

    fn takes(self, arg: &Arg) -> bool {
        match (self, arg) {
            (Self::Text, Arg::Text(_))
            | (Self::Number, Arg::Number(_))
            | (Self::At, Arg::At(_))
            | (Self::Seconds, Arg::Seconds(_)) => true,
            (Self::Choice(words), Arg::Choice(word)) => words.contains(&word.as_str()),
            _ => false,
        }
    }
}

/// One thing that a kind speaks of: its name, what it is, and whether it has to be there.
type Spec = (&'static str, ArgType, bool);

/// What a clock of a service level measures, as `khidma_events::sla::Metric` writes it.
const METRIC: ArgType = ArgType::Choice(&[
    "acknowledge",
    "first_response",
    "next_response",
    "update",
    "resolve",
    "confirm",
    "ownership",
]);
/// What went on.
const STEP: ArgType = ArgType::Choice(&[
    "acknowledged",
    "started",
    "resumed",
    "transferred",
    "prioritised",
    "approved",
    "task_done",
]);
/// How a request ended.
const HOW: ArgType = ArgType::Choice(&[
    "confirmed",
    "auto_closed",
    "declined",
    "cancelled",
    "merged",
    "rejected",
]);
/// What somebody is asked, or reminded of.
const ASKED: ArgType = ArgType::Choice(&["question", "survey", "question_again", "survey_again"]);
/// What is told of an improvement action to who answers for it.
const ACTION_STATE: ArgType = ArgType::Choice(&["assigned", "overdue"]);
/// Whether something was done.
const ACTED: ArgType = ArgType::Choice(&["yes", "no"]);

const fn text(name: &'static str) -> Spec {
    (name, ArgType::Text, true)
}

const fn required(name: &'static str, of: ArgType) -> Spec {
    (name, of, true)
}

const fn optional(name: &'static str, of: ArgType) -> Spec {
    (name, of, false)
}

const TITLE: Spec = text("title");
const PROVIDER: Spec = text("provider");
const REQUESTER: Spec = text("requester");
const DEPARTMENT: Spec = text("department");
const BY: Spec = text("by");
const REASON: Spec = text("reason");
const OUTCOME: Spec = text("outcome");
const OF_METRIC: Spec = required("metric", METRIC);
const DUE: Spec = optional("due", ArgType::At);

const RECEIPT: &[Spec] = &[TITLE, PROVIDER, optional("standard", ArgType::Text)];
const PROGRESS: &[Spec] = &[
    TITLE,
    required("step", STEP),
    BY,
    optional("detail", ArgType::Text),
];
const RESOLVED: &[Spec] = &[TITLE, PROVIDER, OUTCOME, optional("closes", ArgType::At)];
const ENDED: &[Spec] = &[
    TITLE,
    required("how", HOW),
    optional("reason", ArgType::Text),
];
const WARNING: &[Spec] = &[
    TITLE,
    PROVIDER,
    OF_METRIC,
    required("percent", ArgType::Number),
    DUE,
    optional("left", ArgType::Seconds),
];
const BREACH: &[Spec] = &[TITLE, PROVIDER, OF_METRIC, required("at", ArgType::At)];
const ESCALATION: &[Spec] = &[
    TITLE,
    PROVIDER,
    OF_METRIC,
    required("step", ArgType::Number),
    required("level", ArgType::Number),
    DUE,
    text("escalation"),
];
const SURVEY: &[Spec] = &[
    required("asked", ASKED),
    TITLE,
    PROVIDER,
    optional("until", ArgType::At),
    optional("round", ArgType::Text),
];
const ACTION: &[Spec] = &[
    required("state", ACTION_STATE),
    TITLE,
    DEPARTMENT,
    required("due", ArgType::At),
];
const ROLE: &[Spec] = &[
    text("role"),
    text("description"),
    required("revision", ArgType::Number),
];

/// What the messages of this kind speak of: name, type, and whether it has to be there. All names of people, departments and
/// roles are those that are shown.
///
/// Of clocks: `percent` is how much of the target has elapsed, `due` when all of it will have, `left` how much is left of the
/// time that is counted. Of escalations: `step` counts from 1, `level` says how far above those whom the policy names, from 0,
/// and `escalation` is the id by which it is acknowledged. Of surveys: `until` is from when on nobody can answer any more, and
/// `round` the id by which a survey is answered.
pub const fn args_of(kind: MessageKind) -> &'static [(&'static str, ArgType, bool)] {
    match kind {
        MessageKind::Receipt => RECEIPT,
        MessageKind::Request => const { &[TITLE, PROVIDER, REQUESTER] },
        MessageKind::Assignment => const { &[TITLE, REQUESTER, BY] },
        MessageKind::Question => const { &[TITLE, PROVIDER, text("question")] },
        MessageKind::Reply => const { &[TITLE, BY, text("text")] },
        MessageKind::Progress => PROGRESS,
        MessageKind::Resolved => RESOLVED,
        MessageKind::Ended => ENDED,
        MessageKind::Reopened => const { &[TITLE, BY, REASON] },
        MessageKind::Approval => const { &[TITLE, REQUESTER, text("step")] },
        MessageKind::Warning => WARNING,
        MessageKind::Breach => BREACH,
        MessageKind::Retraction => const { &[TITLE, PROVIDER, OF_METRIC] },
        MessageKind::Escalation => ESCALATION,
        MessageKind::Concern => const { &[TITLE, OUTCOME, required("acted", ACTED)] },
        MessageKind::Role => ROLE,
        MessageKind::Standards => const { &[DEPARTMENT, text("standards")] },
        MessageKind::Announcement => const { &[DEPARTMENT, TITLE, text("text")] },
        MessageKind::Survey => SURVEY,
        MessageKind::Thanks => const { &[BY, text("text"), optional("title", ArgType::Text)] },
        MessageKind::Improvement => const { &[DEPARTMENT, text("you_said"), text("we_did")] },
        MessageKind::Action => ACTION,
        MessageKind::Digest => const { &[required("count", ArgType::Number)] },
    }
}

/// Whether the message can be put into words: it has all that its kind speaks of, nothing else, and each of its type. A message
/// that stands for others needs nothing itself, a digest but their number.
///
/// # Errors
/// The first thing that is missing, unknown or mistyped, and messages gathered more than once over.
pub fn check(message: &Message) -> Result<(), TextError> {
    check_args(message)?;
    for item in &message.items {
        check_args(item)?;
        // A digest may have a group in it, whose own items are messages.
        let groups_allowed = message.kind == MessageKind::Digest;
        let is_flat = item.items.iter().all(|inner| inner.items.is_empty());
        if item.kind == MessageKind::Digest
            || !is_flat
            || !(groups_allowed || item.items.is_empty())
        {
            return Err(TextError::Nested { kind: message.kind });
        }
        item.items.iter().try_for_each(check_args)?;
    }
    Ok(())
}

/// Whether the message stands for others of its kind that came shortly after each other.
pub(crate) fn is_group(message: &Message) -> bool {
    message.kind != MessageKind::Digest && !message.items.is_empty()
}

fn check_args(message: &Message) -> Result<(), TextError> {
    let kind = message.kind;
    let specs = args_of(kind);
    for (arg, of, is_required) in specs.iter().copied() {
        match message.args.get(arg) {
            Some(given) if !of.takes(given) => {
                let wanted = of.wanted();
                return Err(TextError::ArgMistyped { kind, arg, wanted });
            }
            None if is_required && !is_group(message) => {
                return Err(TextError::ArgMissing { kind, arg });
            }
            _ => {}
        }
    }
    let is_known = |arg: &str| specs.iter().any(|(name, ..)| *name == arg);
    match message.args.keys().find(|arg| !is_known(arg)) {
        Some(arg) => Err(TextError::ArgUnknown {
            kind,
            arg: arg.chars().take(40).collect(),
        }),
        None => Ok(()),
    }
}
