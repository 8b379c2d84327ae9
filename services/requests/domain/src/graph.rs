//! Plans as graphs: which task needs which, whether all needs are there, and whether they go round in a circle.
//!
//! Nothing here recurses: a plan may be a chain of thousands of tasks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use khidma_kernel::TaskKey;

/// What every task needs.
pub type Edges<'a> = BTreeMap<&'a TaskKey, Vec<&'a TaskKey>>;

/// Why tasks are no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw<'a> {
    /// Two tasks have the same key.
    Duplicate(&'a TaskKey),
    /// A task needs one that is not there.
    UnknownNeed {
        /// The task.
        task: &'a TaskKey,
        /// What it needs.
        need: &'a TaskKey,
    },
    /// Tasks wait for each other: each needs the one after it, and the last is the first again.
    Cycle(Vec<&'a TaskKey>),
}

/// Whether these tasks, each with all that it needs, can be done in some order.
///
/// # Errors
///
/// The first flaw found: keys before needs, needs before circles.
pub fn check<'a>(
    tasks: impl IntoIterator<Item = (&'a TaskKey, Vec<&'a TaskKey>)>,
) -> Result<(), Flaw<'a>> {
    let mut edges = Edges::new();
    for (task, needs) in tasks {
        match edges.entry(task) {
            Entry::Occupied(_) => return Err(Flaw::Duplicate(task)),
            Entry::Vacant(place) => place.insert(needs),
        };
    }
    for (task, needs) in &edges {
        if let Some(need) = needs.iter().find(|need| !edges.contains_key(*need)) {
            return Err(Flaw::UnknownNeed { task, need });
        }
    }
    find_cycle(&edges).map_or(Ok(()), |path| Err(Flaw::Cycle(path)))
}

/// Tasks that wait for each other, if there are any: each needs the one after it, and the last is the first again.
/// Needs that are no task of the graph are passed over.
pub fn find_cycle<'a>(edges: &Edges<'a>) -> Option<Vec<&'a TaskKey>> {
    // A task that was entered is on the present path until it is left; from one that was left, no circle is reached.
    let mut left: BTreeMap<&TaskKey, bool> = BTreeMap::new();
    for start in edges.keys() {
        if left.contains_key(start) {
            continue;
        }
        let mut path = vec![(*start, 0)];
        left.insert(start, false);
        while let Some((task, next)) = path.last_mut() {
            let task = *task;
            let Some(need) = edges.get(task).and_then(|needs| needs.get(*next)) else {
                left.insert(task, true);
                path.pop();
                continue;
            };
            *next += 1;
            match left.get(need) {
                Some(true) => {}
                Some(false) => return Some(circle(&path, need)),
                None => {
                    left.insert(need, false);
                    path.push((need, 0));
                }
            }
        }
    }
    None
}

/// The end of `path` from `task` on, and `task` again.
fn circle<'a>(path: &[(&'a TaskKey, usize)], task: &'a TaskKey) -> Vec<&'a TaskKey> {
    path.iter()
        .map(|(on_path, _)| *on_path)
        .skip_while(|on_path| *on_path != task)
        .chain([task])
        .collect()
}

/// A path of tasks as messages show it: `a → b → a`.
pub fn shown<'a>(path: impl IntoIterator<Item = &'a TaskKey>) -> String {
    let keys: Vec<&str> = path.into_iter().map(TaskKey::as_str).collect();
    keys.join(" → ")
}

#[cfg(test)]
mod tests;
