//! Whether one rule leaves anything for another.
//!
//! A rule is a box: a request fits if it fits in each dimension. One box covers another if it does so in each dimension. That
//! several earlier rules cover a later one only together is not looked for.

use std::collections::BTreeSet;

use khidma_events::requests::Priority;
use khidma_events::sla::Match;
use khidma_kernel::DepartmentId;

/// All there are: naming each is naming none.
const PRIORITIES: [Priority; 4] = [
    Priority::Low,
    Priority::Normal,
    Priority::High,
    Priority::Urgent,
];

/// Whether a rule is for any of the policy's providers.
pub(super) fn has_providers(when: &Match, policy: &BTreeSet<DepartmentId>) -> bool {
    policy.is_empty() || when.providers.is_empty() || !when.providers.is_disjoint(policy)
}

/// Whether every request that fits `later` fits `earlier` too, in a policy for the departments in `policy`; empty: for
/// departments that one cannot list.
pub(super) fn covers(earlier: &Match, later: &Match, policy: &BTreeSet<DepartmentId>) -> bool {
    covers_providers(earlier, later, policy)
        && covers_priorities(&earlier.priorities, &later.priorities)
        && covers_set(&earlier.offerings, &later.offerings)
        && covers_set(&earlier.requesters, &later.requesters)
        && covers_set(&earlier.tags, &later.tags)
        && (earlier.tasks.is_none() || earlier.tasks == later.tasks)
}

/// In a dimension whose values one cannot list: what is empty is for all of them.
fn covers_set<T: Ord>(earlier: &BTreeSet<T>, later: &BTreeSet<T>) -> bool {
    earlier.is_empty() || (!later.is_empty() && later.is_subset(earlier))
}

fn covers_priorities(earlier: &BTreeSet<Priority>, later: &BTreeSet<Priority>) -> bool {
    let all = || PRIORITIES.iter().all(|one| earlier.contains(one));
    covers_set(earlier, later) || all()
}

fn covers_providers(earlier: &Match, later: &Match, policy: &BTreeSet<DepartmentId>) -> bool {
    if policy.is_empty() {
        return covers_set(&earlier.providers, &later.providers);
    }
    let mut asked = policy
        .iter()
        .filter(|one| later.providers.is_empty() || later.providers.contains(one));
    earlier.providers.is_empty() || asked.all(|one| earlier.providers.contains(one))
}
