//! A case of another system, whatever file it stood in.

use khidma_kernel::Timestamp;

/// What another system wrote down of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it is called there.
    pub name: String,
    /// Where it stands in the file, for people: `trace 3 (Case 10)`.
    pub place: String,
    /// Its attributes by name.
    pub attributes: Vec<(String, String)>,
    /// What happened, in the order of the file; never empty.
    pub events: Vec<Event>,
}

/// Something that happened in a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What it is called there.
    pub activity: String,
    /// When.
    pub at: Timestamp,
    /// Where it stands in the file, for people: `event 2`, `line 17`.
    pub place: String,
    /// Its attributes by name.
    pub attributes: Vec<(String, String)>,
}

impl Case {
    /// What `name` says at `event`: `case` and `activity`, or an attribute of the event, or else of the case.
    pub(super) fn value<'a>(&'a self, event: &'a Event, name: &str) -> Option<&'a str> {
        let find = |attributes: &'a [(String, String)]| {
            let found = attributes.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str())
        };
        match name {
            "case" => Some(&self.name),
            "activity" => Some(&event.activity),
            _ => find(&event.attributes).or_else(|| find(&self.attributes)),
        }
    }
}
