//! Who answers for an improvement, and who hears what was done.

use std::collections::BTreeSet;

use khidma_events::feedback::{ActionEvent, ActionOpened, ActionPublished, Origin};
use khidma_events::notifications::{Arg, MessageKind};
use khidma_kernel::{Actor, DepartmentId, PersonId, Recorded, ServiceRequestId, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::{choice, words};
use super::{Voices, by_language, to_people};
use crate::tell::Tell;

/// An improvement action, as messages speak of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Who does it.
    pub department: DepartmentId,
    /// What is to be done.
    pub title: String,
    /// What it comes from.
    pub origin: Origin,
    /// Who answers for it.
    pub owner: PersonId,
    /// By when.
    pub due: Timestamp,
}

impl Action {
    fn of(event: &ActionOpened) -> Self {
        Self {
            department: event.department.clone(),
            title: event.title.clone(),
            origin: event.origin.clone(),
            owner: event.owner.clone(),
            due: event.due,
        }
    }

    /// What an event makes of it.
    fn evolve(action: &mut Option<Self>, event: &ActionEvent) {
        match (action, event) {
            (action, ActionEvent::ActionOpened(event)) => *action = Some(Self::of(event)),
            (Some(action), ActionEvent::ActionAssigned(event)) => {
                action.owner = event.owner.clone();
            }
            (Some(action), ActionEvent::ActionDueMoved(event)) => action.due = event.due,
            _ => {}
        }
    }
}

/// What follows from one commit of an action. `action` is what was known of it before, and becomes what is known after.
///
/// # Errors
/// What `voices` cannot say.
pub fn tells<V: Voices>(
    voices: &V,
    action: &mut Option<Action>,
    events: &[Recorded<ActionEvent>],
) -> Result<Vec<Tell>, V::Error> {
    let mut tells = Vec::new();
    for recorded in events {
        Action::evolve(action, &recorded.event);
        let Some(action) = action.as_ref() else {
            continue;
        };
        match &recorded.event {
            ActionEvent::ActionOpened(_) | ActionEvent::ActionAssigned(_) => {
                tells.extend(to_owner(voices, action, "assigned", &recorded.by)?);
            }
            ActionEvent::ActionOverdue(_) => {
                tells.extend(to_owner(voices, action, "overdue", &Actor::Anonymous)?);
            }
            ActionEvent::ActionPublished(event) => {
                tells.extend(published(voices, action, event, &recorded.by)?);
            }
            ActionEvent::ActionStarted(_)
            | ActionEvent::ActionDueMoved(_)
            | ActionEvent::ActionDone(_)
            | ActionEvent::ActionDropped(_) => {}
        }
    }
    Ok(tells)
}

/// What comes of an anonymous concern does not leave the house before it is published.
fn to_owner<V: Voices>(
    voices: &V,
    action: &Action,
    state: &str,
    by: &Actor,
) -> Result<Option<Tell>, V::Error> {
    let matter = match of_request(&action.origin) {
        Some(request) => voices.matter(request)?,
        None => None,
    };
    let args = [
        ("state", choice(state)),
        ("title", words(&action.title)),
        ("department", words(&name(voices, &action.department)?)),
        ("due", Arg::At(action.due)),
    ];
    let args = args.map(|(name, arg)| (name.to_owned(), arg)).into();
    let tell = to_people(MessageKind::Action, args, by, [action.owner.clone()]);
    Ok(tell.map(|tell| Tell {
        confined: matter.is_some_and(|matter| matter.is_anonymous()),
        ..tell
    }))
}

/// To the members of the departments concerned and to those who spoke, each once, in the language they read best.
fn published<V: Voices>(
    voices: &V,
    action: &Action,
    event: &ActionPublished,
    by: &Actor,
) -> Result<Vec<Tell>, V::Error> {
    let mut to = spoke(voices, &event.origin)?;
    for department in &event.departments {
        to.extend(voices.members_of(department)?);
    }
    let department = name(voices, &action.department)?;
    let there = event.you_said.keys();
    let there = there.filter(|language| event.we_did.contains_key(*language));
    let mut tells = Vec::new();
    for (language, to) in by_language(voices, there, &event.language, to)? {
        let (Some(you_said), Some(we_did)) =
            (event.you_said.get(language), event.we_did.get(language))
        else {
            continue;
        };
        let args = [
            ("department", words(&department)),
            ("you_said", words(you_said)),
            ("we_did", words(we_did)),
        ];
        let args = args.map(|(name, arg)| (name.to_owned(), arg)).into();
        tells.extend(to_people(MessageKind::Improvement, args, by, to));
    }
    Ok(tells)
}

/// Who spoke, as far as that is known. Of a round all who were invited: nothing shall show who answered.
fn spoke<V: Voices>(voices: &V, origin: &Origin) -> Result<BTreeSet<PersonId>, V::Error> {
    let requester = |request: ServiceRequestId| {
        let matter = voices.matter(request)?;
        Ok::<_, V::Error>(matter.and_then(|matter| matter.requester))
    };
    match origin {
        Origin::Round(round) => voices.invited(*round),
        Origin::Interview(interview) => voices.participants(*interview),
        Origin::Answer(request) | Origin::Concern(request) | Origin::Breach(request) => {
            let mut spoke = BTreeSet::new();
            spoke.extend(requester(*request)?);
            for same in voices.same(*request)? {
                spoke.extend(requester(same)?);
            }
            Ok(spoke)
        }
        Origin::Other(_) => Ok(BTreeSet::new()),
    }
}

fn of_request(origin: &Origin) -> Option<ServiceRequestId> {
    match origin {
        Origin::Answer(request) | Origin::Concern(request) | Origin::Breach(request) => {
            Some(*request)
        }
        Origin::Round(_) | Origin::Interview(_) | Origin::Other(_) => None,
    }
}

fn name<V: Voices>(voices: &V, department: &DepartmentId) -> Result<String, V::Error> {
    let name = voices.department_name(department)?;
    Ok(name.unwrap_or_else(|| department.to_string()))
}
