//! The words people use for what the protocol writes as enum constants: `STATE_IN_PROGRESS` is `in-progress` on the
//! command line and "in progress" in a table.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use khidma_events::notifications::MessageKind;
use khidma_proto::directory::{
    ChannelKind, PersonKind, Privacy, SkillLevel, SkillSource, TrainingState,
};
use khidma_proto::feedback as heard;
use khidma_proto::feedback::{
    Anonymity, Dimension, FigureKind, MyAnswer, Quality, QuestionState, RoundState,
};
use khidma_proto::notifications as told;
use khidma_proto::requests::{
    Channel, HistoryCondition, HistorySide, HistoryVerb, LinkKind, Priority, RequestKind, State,
    TaskState, TasksFate,
};
use khidma_proto::sla::{Attach, PolicyState};

use khidma_proto::sla::{
    BoardState, ClockState, GroupBy, Metric, PeriodBasis, StretchKind, Verdict,
};

/// An enum of the protocol that people read and write.
pub trait Word: Sized + Copy + Send + Sync + 'static {
    /// What people write, in the order of the protocol; "unspecified" is not among them.
    const WORDS: &'static [&'static str];

    /// The constant for a word of [`Word::WORDS`].
    fn from_word(word: &str) -> Option<Self>;

    /// The word for a number on the wire; "?" for one this program does not know.
    fn word(number: i32) -> String;
}

macro_rules! words {
    ($type:ty, $prefix:literal, $words:expr) => {
        impl Word for $type {
            const WORDS: &'static [&'static str] = &$words;

            fn from_word(word: &str) -> Option<Self> {
                let name = word.to_ascii_uppercase().replace('-', "_");
                Self::from_str_name(&format!("{}{name}", $prefix))
            }

            fn word(number: i32) -> String {
                let Ok(known) = Self::try_from(number) else {
                    return "?".to_owned();
                };
                let name = known.as_str_name().trim_start_matches($prefix);
                name.to_ascii_lowercase().replace('_', " ")
            }
        }
    };
}

words!(
    State,
    "STATE_",
    [
        "submitted",
        "acknowledged",
        "in-progress",
        "waiting",
        "resolved",
        "confirmed",
        "closed",
        "declined",
        "cancelled",
        "awaiting-approval",
        "rejected",
        "merged"
    ]
);
words!(RequestKind, "REQUEST_KIND_", ["service", "concern"]);
words!(
    LinkKind,
    "LINK_KIND_",
    ["duplicate-of", "caused-by", "similar-to"]
);
words!(Priority, "PRIORITY_", ["low", "normal", "high", "urgent"]);
words!(
    Channel,
    "CHANNEL_",
    ["api", "web", "email", "phone", "chat", "in-person"]
);
words!(
    PersonKind,
    "PERSON_KIND_",
    [
        "employee",
        "supplier",
        "partner",
        "stakeholder",
        "shareholder"
    ]
);
words!(
    ChannelKind,
    "CHANNEL_KIND_",
    ["inbox", "email", "phone", "chat", "webhook"]
);
words!(
    TaskState,
    "TASK_STATE_",
    ["planned", "begun", "done", "declined", "refused", "dropped"]
);
words!(
    Anonymity,
    "ANONYMITY_",
    ["named", "confidential", "anonymous"]
);
words!(
    Dimension,
    "DIMENSION_",
    ["department", "kind", "language", "day"]
);
words!(
    RoundState,
    "ROUND_STATE_",
    ["planned", "open", "closed", "cancelled"]
);
words!(MyAnswer, "MY_ANSWER_", ["none", "given", "token-taken"]);
words!(TasksFate, "TASKS_FATE_", ["cancel", "release"]);
words!(
    told::Channel,
    "CHANNEL_",
    ["inbox", "email", "webhook", "chat"]
);
words!(told::MessageKind, "MESSAGE_KIND_", MessageKind::NAMES);
words!(
    told::DeliveryState,
    "DELIVERY_STATE_",
    ["pending", "retrying", "delivered", "dead"]
);
words!(told::EndpointKind, "ENDPOINT_KIND_", ["webhook", "chat"]);
words!(
    told::EscalationState,
    "ESCALATION_STATE_",
    ["open", "acknowledged", "exhausted", "ended"]
);
words!(
    QuestionState,
    "QUESTION_STATE_",
    ["open", "answered", "expired", "withdrawn", "imported"]
);
words!(
    heard::ActionState,
    "ACTION_STATE_",
    ["open", "started", "done", "published", "dropped"]
);
words!(
    heard::InterviewState,
    "INTERVIEW_STATE_",
    ["planned", "held", "cancelled"]
);
words!(
    heard::InterviewKind,
    "INTERVIEW_KIND_",
    ["interview", "focus-group"]
);
words!(
    FigureKind,
    "FIGURE_KIND_",
    [
        "quality",
        "expectation",
        "perception",
        "gap",
        "recommendation",
        "satisfaction",
        "effort"
    ]
);
words!(
    Quality,
    "QUALITY_",
    [
        "availability",
        "legitimacy",
        "accuracy",
        "honesty",
        "speed",
        "cost",
        "participation",
        "tangible-trust"
    ]
);
words!(Privacy, "PRIVACY_", ["everyone", "department", "nobody"]);
words!(
    SkillLevel,
    "SKILL_LEVEL_",
    ["learning", "with-help", "alone", "teaching"]
);
words!(
    SkillSource,
    "SKILL_SOURCE_",
    ["self", "manager", "training", "assessment"]
);
words!(
    TrainingState,
    "TRAINING_STATE_",
    ["planned", "held", "cancelled"]
);
words!(
    HistoryVerb,
    "HISTORY_VERB_",
    [
        "acknowledge",
        "assign",
        "start",
        "wait",
        "resume",
        "reply",
        "note",
        "priority",
        "tags",
        "resolve",
        "confirm",
        "reopen",
        "decline",
        "cancel",
        "transfer"
    ]
);
words!(
    HistoryCondition,
    "HISTORY_CONDITION_",
    [
        "submitted",
        "acknowledged",
        "in-progress",
        "waiting",
        "resolved",
        "confirmed",
        "closed",
        "declined",
        "cancelled",
        "awaiting-approval",
        "rejected",
        "merged",
        "open",
        "unacknowledged",
        "unassigned"
    ]
);
words!(HistorySide, "HISTORY_SIDE_", ["requester", "provider"]);
words!(
    Metric,
    "METRIC_",
    [
        "acknowledge",
        "first-response",
        "next-response",
        "update",
        "resolve",
        "confirm",
        "ownership"
    ]
);
words!(
    ClockState,
    "CLOCK_STATE_",
    ["running", "paused", "stopped", "cancelled"]
);
words!(Verdict, "VERDICT_", ["met", "breached"]);
words!(
    BoardState,
    "BOARD_STATE_",
    ["running", "paused", "breached"]
);
words!(PeriodBasis, "PERIOD_BASIS_", ["end", "submission"]);
words!(
    GroupBy,
    "GROUP_BY_",
    [
        "department",
        "offering",
        "metric",
        "month",
        "week",
        "requester-department",
        "owner-segment"
    ]
);
words!(
    StretchKind,
    "STRETCH_KIND_",
    ["running", "paused", "stopped"]
);
words!(Attach, "ATTACH_", ["new", "open", "all"]);
words!(
    PolicyState,
    "POLICY_STATE_",
    ["draft", "validated", "active", "retired"]
);

/// Numbers of the words of the protocol, as messages have them.
pub fn numbers<T: Copy + Into<i32>>(words: &[T]) -> Vec<i32> {
    words.iter().map(|word| (*word).into()).collect()
}

/// A clap parser for the words of `W`, which also lists them in `--help` and completions.
pub fn parser<W: Word>() -> impl TypedValueParser<Value = W> {
    PossibleValuesParser::new(W::WORDS).try_map(|word| {
        W::from_word(&word).ok_or_else(|| format!("{word:?} is not a word of ours"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_word_is_a_constant<W: Word + Into<i32>>() {
        for word in W::WORDS {
            let constant = W::from_word(word).unwrap_or_else(|| panic!("{word} is no constant"));
            assert_eq!(W::word(constant.into()), word.replace('-', " "));
        }
    }

    #[test]
    fn words_and_constants_match() {
        every_word_is_a_constant::<State>();
        every_word_is_a_constant::<Priority>();
        every_word_is_a_constant::<Channel>();
        every_word_is_a_constant::<PersonKind>();
        every_word_is_a_constant::<ChannelKind>();
        every_word_is_a_constant::<Privacy>();
        every_word_is_a_constant::<SkillLevel>();
        every_word_is_a_constant::<SkillSource>();
        every_word_is_a_constant::<TrainingState>();
        every_word_is_a_constant::<told::Channel>();
        every_word_is_a_constant::<told::MessageKind>();
        every_word_is_a_constant::<told::DeliveryState>();
        every_word_is_a_constant::<told::EndpointKind>();
        every_word_is_a_constant::<told::EscalationState>();
        every_word_is_a_constant::<HistoryVerb>();
        every_word_is_a_constant::<HistoryCondition>();
        every_word_is_a_constant::<HistorySide>();
        every_word_is_a_constant::<TaskState>();
        every_word_is_a_constant::<Metric>();
        every_word_is_a_constant::<ClockState>();
        every_word_is_a_constant::<Verdict>();
        every_word_is_a_constant::<BoardState>();
        every_word_is_a_constant::<PeriodBasis>();
        every_word_is_a_constant::<GroupBy>();
        every_word_is_a_constant::<StretchKind>();
        every_word_is_a_constant::<TasksFate>();
        every_word_is_a_constant::<Attach>();
        every_word_is_a_constant::<PolicyState>();
        every_word_is_a_constant::<QuestionState>();
        every_word_is_a_constant::<heard::ActionState>();
        every_word_is_a_constant::<heard::InterviewState>();
        every_word_is_a_constant::<heard::InterviewKind>();
        every_word_is_a_constant::<FigureKind>();
        every_word_is_a_constant::<Quality>();
    }

    #[test]
    fn a_constant_of_a_newer_server_is_no_error() {
        assert_eq!(State::word(4711), "?");
    }
}
