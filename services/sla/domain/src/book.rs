//! Which policies hold, and held.

use std::sync::Arc;

use khidma_events::sla::{Match, Metric, PolicySpec, Rule, Target};
use khidma_kernel::{DepartmentId, PolicyId, Position};

use crate::fact::Profile;
use crate::state::Pinned;

/// A version of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyVersion {
    /// The policy.
    pub policy: PolicyId,
    /// Its version, from 1; 0 for a draft that is tried out.
    pub version: u32,
    /// What it says.
    pub spec: PolicySpec,
}

/// From when on a policy holds in a version, or no longer.
#[derive(Debug, Clone, PartialEq)]
pub struct Activation {
    /// Where the event stands: it holds for what comes after.
    pub position: Position,
    /// The policy.
    pub policy: PolicyId,
    /// What holds; `None` for nothing any more.
    pub holds: Option<Arc<PolicyVersion>>,
}

/// All activations there ever were, in the order of the log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    activations: Vec<Activation>,
}

/// The rule that holds for a request.
#[derive(Debug, Clone, Copy)]
pub struct Matched<'a> {
    /// The policy's version.
    pub policy: &'a PolicyVersion,
    /// Which of its rules, from 0.
    pub number: u32,
    /// That rule.
    pub rule: &'a Rule,
}

impl Book {
    /// A book of activations, in the order of the log.
    pub fn new(activations: Vec<Activation>) -> Self {
        Self { activations }
    }

    /// A book in which `policy` alone holds, and always has.
    pub fn only(policy: PolicyVersion) -> Self {
        Self::new(vec![Activation {
            position: Position::START,
            policy: policy.policy.clone(),
            holds: Some(Arc::new(policy)),
        }])
    }

    /// The activations.
    pub fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// Where the last of them stands.
    pub fn position(&self) -> Position {
        self.activations
            .last()
            .map_or(Position::START, |last| last.position)
    }

    /// The policies that hold for an event at `position`, latest first.
    pub fn holding(&self, position: Position) -> impl Iterator<Item = &PolicyVersion> {
        let before = self
            .activations
            .partition_point(|one| one.position < position);
        let known = &self.activations[..before];
        known
            .iter()
            .enumerate()
            .rev()
            .filter_map(move |(index, one)| {
                let superseded = known[index + 1..]
                    .iter()
                    .any(|later| later.policy == one.policy);
                one.holds.as_deref().filter(|_| !superseded)
            })
    }

    /// The rule that holds for such a request at an event at `position`: the first that fits, of the policy that names its
    /// provider, or else of the one that names nobody.
    pub fn matched(&self, position: Position, profile: &Profile) -> Option<Matched<'_>> {
        let mut general = None;
        for policy in self.holding(position) {
            if policy.spec.providers.contains(&profile.provider) {
                return policy.matched(profile);
            }
            if policy.spec.providers.is_empty() && general.is_none() {
                general = Some(policy);
            }
        }
        general?.matched(profile)
    }

    /// Whether a policy holds for an event at `position` of what `provider` is asked, whatever its rules say.
    pub fn governs(&self, position: Position, provider: &DepartmentId) -> bool {
        self.holding(position).any(|policy| {
            policy.spec.providers.is_empty() || policy.spec.providers.contains(provider)
        })
    }

    /// What a clock of `metric` was promised under `pinned`.
    pub fn target(&self, pinned: &Pinned, metric: Metric) -> Option<&Target> {
        let policy = self.version(&pinned.policy, pinned.version)?;
        policy
            .spec
            .rules
            .get(pinned.rule as usize)?
            .targets
            .get(&metric)
    }

    /// A version of a policy that was active at some time.
    pub fn version(&self, policy: &PolicyId, version: u32) -> Option<&PolicyVersion> {
        let held = self
            .activations
            .iter()
            .rev()
            .filter_map(|one| one.holds.as_deref());
        held.into_iter()
            .find(|held| held.version == version && held.policy == *policy)
    }
}

impl PolicyVersion {
    /// The first of its rules that fits.
    pub fn matched(&self, profile: &Profile) -> Option<Matched<'_>> {
        let found = (0..)
            .zip(&self.spec.rules)
            .find(|(_, rule)| fits(&rule.when, profile));
        found.map(|(number, rule)| Matched {
            policy: self,
            number,
            rule,
        })
    }
}

/// Whether a rule is for such a request.
fn fits(when: &Match, profile: &Profile) -> bool {
    let in_offerings = || {
        profile
            .offering
            .as_ref()
            .is_some_and(|offering| when.offerings.contains(offering))
    };
    let in_requesters = || {
        profile
            .requester
            .as_ref()
            .is_some_and(|requester| when.requesters.contains(requester))
    };
    (when.offerings.is_empty() || in_offerings())
        && (when.providers.is_empty() || when.providers.contains(&profile.provider))
        && (when.requesters.is_empty() || in_requesters())
        && (when.priorities.is_empty() || when.priorities.contains(&profile.priority))
        && (when.tags.is_empty() || profile.tags.iter().any(|tag| when.tags.contains(tag)))
        && when.tasks.is_none_or(|tasks| tasks == profile.task)
}
