//! Policies: what is promised to whom, and how it is measured.

use std::collections::{BTreeMap, BTreeSet};

use khidma_kernel::{CalendarId, DepartmentId, OfferingId, PersonId, RoleId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LifeState, Metric};
use crate::requests::Priority;

vocabulary! {
    /// What happened to a policy.
    pub enum PolicyEvent in "sla" {
        PolicyDrafted = "policy_drafted" v 1,
        PolicyValidated = "policy_validated" v 1,
        PolicyActivated = "policy_activated" v 1,
        PolicyApplied = "policy_applied" v 1,
        PolicyRetired = "policy_retired" v 1,
    }
}

vocabulary! {
    /// What became of the running clocks when a calendar was revised.
    pub enum AdoptionEvent in "sla" {
        CalendarAdopted = "calendar_adopted" v 1,
    }
}

/// A policy as people write it: rules in order, the first that fits a request holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicySpec {
    /// Its name.
    pub name: String,
    /// The departments whose promises it holds; empty for all that no other policy names.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub providers: BTreeSet<DepartmentId>,
    /// The calendar of targets that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// The rules, in order.
    pub rules: Vec<Rule>,
}

/// What is promised for some of the requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// For which requests.
    #[serde(default)]
    pub when: Match,
    /// What is promised, by metric.
    pub targets: BTreeMap<Metric, Target>,
}

/// Which requests a rule is for. What is empty does not matter; of what is not, one has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// The offering that is asked for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub offerings: BTreeSet<OfferingId>,
    /// The department that is asked.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub providers: BTreeSet<DepartmentId>,
    /// The department that asks.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requesters: BTreeSet<DepartmentId>,
    /// How urgent it is.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub priorities: BTreeSet<Priority>,
    /// Tags, one of which it carries.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Whether it is a task of another request's plan; `None`: either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<bool>,
}

/// What time is counted.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TimeKind {
    /// Business time of a calendar.
    #[default]
    Business,
    /// All time.
    WallClock,
}

/// One promise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// Within how many seconds, of the time that is counted.
    pub within_seconds: u64,
    /// What time is counted.
    #[serde(default)]
    pub time: TimeKind,
    /// Whose business time; that of the policy if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// In which states of the request it does not count; what is usual for the metric if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pauses: Option<BTreeSet<LifeState>>,
    /// At which percentages of the target somebody is warned; 50, 75 and 90 if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<BTreeSet<u16>>,
    /// Who hears of it, step by step, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<LadderStep>,
}

impl Target {
    /// Percentages at which somebody is warned unless the policy says otherwise.
    pub const WARNINGS: [u16; 3] = [50, 75, 90];

    /// The states in which a clock of `metric` does not count.
    pub fn pauses_of(&self, metric: Metric) -> BTreeSet<LifeState> {
        self.pauses
            .clone()
            .unwrap_or_else(|| usual_pauses(metric).iter().copied().collect())
    }

    /// Whether a clock of `metric` does not count in `state`.
    pub fn pauses_in(&self, metric: Metric, state: LifeState) -> bool {
        match &self.pauses {
            Some(pauses) => pauses.contains(&state),
            None => usual_pauses(metric).contains(&state),
        }
    }

    /// At which percentages somebody is warned, ascending.
    pub fn warnings(&self) -> impl Iterator<Item = u16> {
        let usual = self.warnings.is_none().then_some(Self::WARNINGS);
        let own = self.warnings.iter().flatten().copied();
        own.chain(usual.into_iter().flatten())
    }
}

/// Where a metric pauses unless the policy says otherwise: while it is not with the provider, and, for the resolution,
/// while the requester is asked something. The end-to-end promise pauses nowhere.
fn usual_pauses(metric: Metric) -> &'static [LifeState] {
    match metric {
        Metric::Resolve => &[LifeState::AwaitingApproval, LifeState::Waiting],
        Metric::Acknowledge | Metric::FirstResponse | Metric::Ownership => {
            &[LifeState::AwaitingApproval]
        }
        Metric::NextResponse | Metric::Update | Metric::Confirm => &[],
    }
}

/// A step of an escalation ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LadderStep {
    /// When.
    pub at: LadderAt,
    /// Who hears of it; never empty.
    pub to: Vec<Recipient>,
}

/// When a step of a ladder is reached.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LadderAt {
    /// When so many percent of the target have elapsed; 100 is the breach.
    Percent(u16),
    /// So many seconds, of the time that is counted, after the target has elapsed.
    SecondsAfterBreach(u64),
}

/// Who hears of an escalation. Unless somebody acknowledges, it goes from them on up the reporting line; not from who asked,
/// who only hears of it.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// Whoever does the request; where nobody does, who lead the department that is asked.
    Assignee,
    /// Whom whoever does it reports to; where nobody does, who lead the department that is asked.
    ManagerOfAssignee,
    /// Who lead the department that is asked.
    ManagersOfProvider,
    /// All of the department that is asked.
    Provider,
    /// Who asked: they hear of it, and are not asked to take care.
    Requester,
    /// Whoever holds a role.
    Role {
        /// The role.
        role: RoleId,
        /// Only who holds it there; anywhere if `None`.
        #[serde(default)]
        department: Option<DepartmentId>,
    },
    /// This person.
    Person(PersonId),
}

/// A version of the policy was written. It promises nothing yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyDrafted {
    /// Its version, from 1.
    pub version: u32,
    /// What it says.
    pub spec: PolicySpec,
}

/// A version of the policy was found to make sense with what there was then: calendars, departments, other policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyValidated {
    /// Which version.
    pub version: u32,
    /// What is legal and probably wrong.
    #[serde(default)]
    pub warnings: Vec<PolicyWarning>,
}

/// Something in a policy that is legal and probably wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyWarning {
    /// Where: `rules[0].targets.resolve.within`.
    pub field: String,
    /// What is strange about it.
    pub text: String,
}

/// To which requests a policy applies that came before it.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Attach {
    /// To none.
    New,
    /// To those that are not over yet.
    #[default]
    Open,
    /// To all of them.
    All,
}

/// A version of the policy holds from now on; the one before holds on for the clocks that were started under it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyActivated {
    /// Which version.
    pub version: u32,
    /// What it says, so that whoever hears of it need not look for the draft.
    pub spec: PolicySpec,
    /// To which requests it applies that came before it, where they have no such clock yet.
    #[serde(default)]
    pub attach: Attach,
}

/// A version of the policy has been applied to the requests that came before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyApplied {
    /// Which version.
    pub version: u32,
    /// Where its activation stands on the log.
    pub activation: u64,
    /// How many requests were given clocks by it, as far as the process knows that finished it.
    pub requests: u64,
}

/// The policy holds no longer; it holds on for the clocks that were started under it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyRetired {}

/// The running clocks have been moved to a revision of a calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalendarAdopted {
    /// Which calendar.
    pub calendar: CalendarId,
    /// Which revision.
    pub revision: u32,
    /// How many requests had a clock that was moved, as far as the process knows that finished it.
    pub requests: u64,
}
