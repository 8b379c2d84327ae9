//! May it happen? One match, one function per command.

use std::collections::BTreeSet;

use khidma_events::directory::{
    DepartmentCalendarSet, DepartmentClosed, DepartmentCreated, DepartmentEvent, DepartmentMoved,
    DepartmentRenamed, DepartmentTopicsSet, Topic,
};
use khidma_kernel::{Caller, Command, DepartmentId};

use super::{Department, DepartmentCommand};
use crate::access::{Action, Standing, allow};
use crate::facts::ParentFact;
use crate::limits::{self, at_most, required};
use crate::{DirectoryRefusal as Refusal, Thing};

type Decision = Result<Vec<DepartmentEvent>, Refusal>;

pub(super) fn decide(state: Option<&Department>, command: &Command<DepartmentCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        DepartmentCommand::Create { id, name, parent } => {
            create(state, by, id, name, parent.as_ref())
        }
        DepartmentCommand::Rename { name } => rename(state, by, name),
        DepartmentCommand::Move { parent } => move_under(state, by, parent.as_ref()),
        DepartmentCommand::SetTopics {
            topics,
            unknown_roles,
        } => {
            let department = open(state, by, Action::SetDepartmentTopics)?;
            if !unknown_roles.is_empty() {
                return Err(Refusal::Unknown {
                    what: Thing::Role,
                    field: "topics",
                });
            }
            set_topics(department, topics)
        }
        DepartmentCommand::SetCalendar { calendar, known } => {
            let department = open(state, by, Action::SetDepartmentCalendar)?;
            if calendar.is_some() && !known {
                return Err(Refusal::Unknown {
                    what: Thing::Calendar,
                    field: "calendar_id",
                });
            }
            let set = DepartmentCalendarSet {
                calendar: calendar.clone(),
            };
            Ok(unless(department.calendar == *calendar, set.into()))
        }
        DepartmentCommand::Close { members, children } => close(state, by, *members, *children),
    }
}

fn create(
    state: Option<&Department>,
    by: &Caller,
    id: &DepartmentId,
    name: &str,
    parent: Option<&ParentFact>,
) -> Decision {
    allow(Action::CreateDepartment, Standing::of(by, None, None))?;
    if state.is_some() {
        return Err(Refusal::AlreadyExists {
            what: Thing::Department,
        });
    }
    required("name", name, limits::NAME)?;
    let parent = under(id, parent)?;
    Ok(vec![
        DepartmentCreated {
            department: id.clone(),
            name: name.to_owned(),
            parent,
        }
        .into(),
    ])
}

fn rename(state: Option<&Department>, by: &Caller, name: &str) -> Decision {
    let department = open(state, by, Action::RenameDepartment)?;
    required("name", name, limits::NAME)?;
    Ok(unless(
        department.name == name,
        DepartmentRenamed {
            name: name.to_owned(),
        }
        .into(),
    ))
}

fn move_under(state: Option<&Department>, by: &Caller, parent: Option<&ParentFact>) -> Decision {
    let department = open(state, by, Action::MoveDepartment)?;
    let to = under(&department.id, parent)?;
    let same = department.parent == to;
    Ok(unless(
        same,
        DepartmentMoved {
            from: department.parent.clone(),
            to,
        }
        .into(),
    ))
}

fn set_topics(department: &Department, topics: &[Topic]) -> Decision {
    at_most("topics", topics.len(), limits::TOPICS)?;
    let mut seen = BTreeSet::new();
    for topic in topics {
        required("topics", &topic.name, limits::TOPIC)?;
        if !seen.insert((normal_topic(&topic.name), &topic.role)) {
            return Err(Refusal::Duplicate { field: "topics" });
        }
    }
    let set = DepartmentTopicsSet {
        topics: topics.to_vec(),
    };
    Ok(unless(department.topics == topics, set.into()))
}

fn close(state: Option<&Department>, by: &Caller, members: u32, children: u32) -> Decision {
    allow(Action::CloseDepartment, Standing::of(by, None, None))?;
    let department = state.ok_or(Refusal::Unknown {
        what: Thing::Department,
        field: "id",
    })?;
    if department.closed {
        return Ok(vec![]);
    }
    if members > 0 {
        return Err(Refusal::HasMembers { count: members });
    }
    if children > 0 {
        return Err(Refusal::HasChildren { count: children });
    }
    Ok(vec![DepartmentClosed {}.into()])
}

/// The department, if it is open and the caller may do this to it.
fn open<'a>(
    state: Option<&'a Department>,
    by: &Caller,
    action: Action,
) -> Result<&'a Department, Refusal> {
    allow(
        action,
        Standing::of(by, state.map(|department| &department.id), None),
    )?;
    let department = state.ok_or(Refusal::Unknown {
        what: Thing::Department,
        field: "id",
    })?;
    if department.closed {
        return Err(Refusal::DepartmentClosed { field: "id" });
    }
    Ok(department)
}

/// The department above `id`, if `id` may stand there.
fn under(id: &DepartmentId, parent: Option<&ParentFact>) -> Result<Option<DepartmentId>, Refusal> {
    let Some(ParentFact {
        department: parent,
        ancestors,
    }) = parent
    else {
        return Ok(None);
    };
    if parent.id == *id || ancestors.contains(id) {
        return Err(Refusal::DepartmentCycle);
    }
    parent.open("parent_id")?;
    if ancestors.len() + 2 > limits::DEPTH {
        return Err(Refusal::TooDeep {
            limit: limits::DEPTH,
        });
    }
    Ok(Some(parent.id.clone()))
}

fn unless(already: bool, event: DepartmentEvent) -> Vec<DepartmentEvent> {
    if already { vec![] } else { vec![event] }
}

/// The form in which topics are compared: lower case, words one space apart.
pub fn normal_topic(topic: &str) -> String {
    topic
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
