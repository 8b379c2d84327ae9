//! What somebody may want of a round. Facts from elsewhere travel with it.

use std::collections::BTreeSet;

use khidma_events::feedback::{
    Anonymity, Audience, Dimension, Invited, Recurrence, RoundLaunched, Thresholds,
};
use khidma_kernel::{DepartmentId, PersonId, RoundId, SurveyId, Timestamp};

use crate::survey::Survey;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum RoundCommand {
    /// Launch it.
    Launch(Box<Launch>),
    /// Launch it because the one before it closed. By our own service.
    Follow(Box<Follow>),
    /// Invite some more people, and open with the last of them. By our own service.
    Invite(Invitation),
    /// Remind those who did not answer, as it fell due. By our own service.
    Remind,
    /// Close it: as it fell due, or before.
    Close,
    /// Call it off before it opens.
    Cancel {
        /// Why; may be empty.
        reason: String,
    },
}

/// A round that somebody wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Launch {
    /// Its id.
    pub round: RoundId,
    /// What is asked.
    pub survey: SurveyId,
    /// In which version; 0 for the newest.
    pub version: u32,
    /// What becomes known of who answered.
    pub anonymity: Anonymity,
    /// Who is asked.
    pub audience: Audience,
    /// Groups smaller than this are not shown.
    pub thresholds: Thresholds,
    /// By what its results can be broken down and filtered.
    pub break_down_by: BTreeSet<Dimension>,
    /// From when on it can be answered; `None`: from now on.
    pub opens_at: Option<Timestamp>,
    /// From when on it can be answered no more.
    pub closes_at: Timestamp,
    /// When those who did not answer are reminded.
    pub remind_at: Vec<Timestamp>,
    /// Whether it is asked again.
    pub recurrence: Option<Recurrence>,
    /// Facts from elsewhere.
    pub facts: LaunchFacts,
}

/// What has to be known of what a launch names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaunchFacts {
    /// The survey, if there is such a one.
    pub survey: Option<Survey>,
    /// Those of the departments of the audience that are open.
    pub open: BTreeSet<DepartmentId>,
    /// How many people fit the audience now, before some of them are chosen by chance.
    pub fitting: u32,
    /// The public key that was made for an anonymous round.
    pub public_key: Option<String>,
}

/// A round that follows another by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// Its id.
    pub round: RoundId,
    /// The one before it, as that was launched.
    pub previous: RoundLaunched,
    /// Fact: whether the survey was retired.
    pub retired: bool,
    /// The public key that was made for it, if it is anonymous.
    pub public_key: Option<String>,
}

/// A step of inviting.
#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    /// Behind whom it goes on; `None`: it is the first.
    pub after: Option<PersonId>,
    /// Who is invited, in the order of their ids.
    pub people: Vec<Invited>,
    /// Whether these are the last.
    pub last: bool,
    /// Fact: how many are asked in all, as of now.
    pub chosen: u32,
    /// Fact: whether the survey was retired.
    pub retired: bool,
}
