//! Ids. What people name (departments, persons, roles, calendars) carries a slug its creator chose;
//! what happens (a request) carries a UUID.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest slug, in characters. It has to fit one token of a NATS subject with room to spare.
const MAX_SLUG: usize = 63;

/// A text that is no id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Not `[a-z0-9][a-z0-9_-]{0,62}`.
    #[error(
        "{kind} id {text:?} is not 1 to 63 of a-z, 0-9, '-', '_', beginning with a letter or digit"
    )]
    Slug {
        /// What the id was to name.
        kind: &'static str,
        /// The text, cut to a length that is fit for a message.
        text: String,
    },
    /// Not a UUID.
    #[error("{kind} id {text:?} is not a UUID")]
    Uuid {
        /// What the id was to name.
        kind: &'static str,
        /// The text, cut to a length that is fit for a message.
        text: String,
    },
}

fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}

fn is_slug(text: &str) -> bool {
    let mut chars = text.bytes();
    let first = chars
        .next()
        .is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    first
        && text.len() <= MAX_SLUG
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_')
}

macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The slug.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                if is_slug(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId::Slug { kind: $kind, text: excerpt(&text) })
                }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "pattern": "^[a-z0-9][a-z0-9_-]{0,62}$",
                })
            }
        }
    };
}

slug_id!(
    /// A department: somebody's supplier and somebody's customer. One token of a feed's subject.
    DepartmentId, "department"
);
slug_id!(
    /// A person, by a pseudonym: events keep it for ever, so it should not be a name or an address.
    PersonId, "person"
);
slug_id!(
    /// A role people hold, with a description they confirm having read.
    RoleId, "role"
);
slug_id!(
    /// A working calendar.
    CalendarId, "calendar"
);
slug_id!(
    /// A training, or an awareness session.
    TrainingId, "training"
);
slug_id!(
    /// Something a department offers to do for others.
    OfferingId, "offering"
);
slug_id!(
    /// A policy: what a department promises, and by when.
    PolicyId, "policy"
);
slug_id!(
    /// An address of a department or person to which messages are posted: a webhook, a chat.
    EndpointId, "endpoint"
);
slug_id!(
    /// A survey: what is asked, in versions.
    SurveyId, "survey"
);
slug_id!(
    /// A task of a plan, unique within its plan.
    TaskKey, "task"
);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let id = Uuid::parse_str(text).map(Self);
                id.map_err(|_| InvalidId::Uuid { kind: $kind, text: excerpt(text) })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    };
}

uuid_id!(
    /// A service request: one thing somebody asked a department for.
    ServiceRequestId, "service request"
);
uuid_id!(
    /// A delivery: one message to one receiver by one channel.
    DeliveryId, "delivery"
);
uuid_id!(
    /// An escalation: a step of a clock's ladder, climbed until somebody acknowledges.
    EscalationId, "escalation"
);
uuid_id!(
    /// A silence: some messages are not sent for a while.
    SilenceId, "silence"
);
uuid_id!(
    /// An announcement.
    AnnouncementId, "announcement"
);
uuid_id!(
    /// A question about one request, to who asked for it.
    QuestionId, "question"
);
uuid_id!(
    /// A round of a survey: who is asked, from when until when.
    RoundId, "round"
);
uuid_id!(
    /// An interview or focus group.
    InterviewId, "interview"
);
uuid_id!(
    /// An improvement action.
    ActionId, "action"
);
uuid_id!(
    /// A word of thanks.
    ThanksId, "thanks"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_kept_as_it_is() {
        let id: DepartmentId = "it-desk_2".parse().unwrap();
        assert_eq!(id.as_str(), "it-desk_2");
    }

    #[test]
    fn what_would_break_a_subject_is_refused() {
        for text in ["", "IT", "a.b", "a b", "-a", ">", "*", "é", &"x".repeat(64)] {
            assert!(text.parse::<DepartmentId>().is_err(), "{text:?}");
        }
        assert!("x".repeat(63).parse::<DepartmentId>().is_ok());
    }

    #[test]
    fn a_bad_id_does_not_come_in_by_json_either() {
        assert!(serde_json::from_str::<PersonId>("\"a.b\"").is_err());
    }
}
