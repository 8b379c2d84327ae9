//! A round: one asking of one version of a survey, of certain people, from when until when. Everything that bears on who can
//! be recognised in its results is fixed when it is launched.

use std::collections::BTreeSet;

use khidma_kernel::{DepartmentId, PersonId, RoleId, RoundId, SurveyId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::directory::PersonKind;

vocabulary! {
    /// What happened to a round.
    pub enum RoundEvent in "feedback" {
        RoundLaunched = "round_launched" v 1,
        PeopleInvited = "people_invited" v 1,
        RoundOpened = "round_opened" v 1,
        RoundReminded = "round_reminded" v 1,
        RoundClosed = "round_closed" v 1,
        RoundCancelled = "round_cancelled" v 1,
    }
}

/// What becomes known of who answered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Anonymity {
    /// Who keeps the survey sees who answered what.
    Named,
    /// The service knows; no result shows it.
    Confidential,
    /// Nobody can know.
    Anonymous,
}

/// Groups smaller than this are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Thresholds {
    /// How many have to have answered an item, that is no text: 5 if nothing else was said, 3 at the least.
    pub ratings: u32,
    /// How many have to have written something: 10 if nothing else was said, 3 at the least.
    pub comments: u32,
}

/// By what results can be broken down and filtered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The main department of who answered, when they were invited.
    Department,
    /// What they are to the organisation, when they were invited.
    Kind,
    /// The language they answered in. Never of an anonymous round.
    Language,
    /// The day of the answer, UTC. Never of an anonymous round.
    Day,
}

/// Who is asked: who fits all that is said. Somebody with no department fits no department.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Audience {
    /// Members of one of these; of any if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub departments: BTreeSet<DepartmentId>,
    /// Whether members of the departments below those count too.
    #[serde(default)]
    pub with_below: bool,
    /// Of one of these kinds; of any if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kinds: BTreeSet<PersonKind>,
    /// Who hold one of these roles; whatever they hold if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<RoleId>,
    /// Only so many of them; `None`: all.
    #[serde(default)]
    pub sample: Option<Sample>,
}

/// Some of many, by chance: who come first when all are put in the order of the SHA-256 of the seed (8 bytes, big endian) and
/// their id. So anybody can check who was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// How many.
    pub people: u32,
    /// Where chance begins.
    pub seed: u64,
}

/// A survey that is asked again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recurrence {
    /// The next round opens so many days after this one.
    pub every_days: u16,
    /// How many rounds follow; `None`: until the survey is retired or the round cancelled.
    #[serde(default)]
    pub times: Option<u16>,
}

/// A round was launched. It opens when its time comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundLaunched {
    /// Its id.
    pub round: RoundId,
    /// What is asked.
    pub survey: SurveyId,
    /// In which version.
    pub version: u32,
    /// Who asks, and sees the results.
    pub owner: DepartmentId,
    /// What becomes known of who answered.
    pub anonymity: Anonymity,
    /// Who is asked.
    pub audience: Audience,
    /// Groups smaller than this are not shown.
    pub thresholds: Thresholds,
    /// By what its results can be broken down and filtered; of an anonymous round by one at the most.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub break_down_by: BTreeSet<Dimension>,
    /// From when on it can be answered.
    pub opens_at: Timestamp,
    /// From when on it can be answered no more.
    pub closes_at: Timestamp,
    /// When those who did not answer are reminded. In an anonymous round nobody knows who answered: all are reminded who did not
    /// take what an answer needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind_at: Vec<Timestamp>,
    /// Whether it is asked again.
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
    /// The round before it, if it follows one by itself.
    #[serde(default)]
    pub previous: Option<RoundId>,
    /// The public key of an anonymous round, by which everybody can check its tokens: DER of an RSA key, base64.
    #[serde(default)]
    pub public_key: Option<String>,
}

/// Somebody who is asked, as they were when they were invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invited {
    /// Who.
    pub person: PersonId,
    /// Their main department.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// What they are to the organisation.
    pub kind: PersonKind,
}

/// These people are asked; a large audience is invited in several steps before the round opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeopleInvited {
    /// Who, in the order of their ids.
    pub people: Vec<Invited>,
}

/// It can be answered from now on; all who are asked were invited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundOpened {
    /// How many were.
    pub invited: u32,
}

/// Those who did not answer yet were reminded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundReminded {
    /// The which reminder it is, from 1.
    pub reminder: u32,
}

/// It can be answered no more, and its results can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundClosed {}

/// It was called off before it opened, and so were those that would have followed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundCancelled {
    /// Why.
    #[serde(default)]
    pub reason: String,
}
