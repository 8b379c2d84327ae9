//! What follows when somebody leaves a department or the organisation? They hold no role there any more.
//!
//! The membership belongs to the person, the holding to the role: the view puts what is to be released on the agenda,
//! and the role decides. So it happens once, whatever dies, and also where an assignment and a leave crossed.

use std::sync::Arc;

use khidma_directory_domain::role::RoleCommand;
use khidma_directory_domain::{DirectoryRefusal, RoleDecider};
use khidma_edge::Deps;
use khidma_engine::{Ask, CommandError, Engine};
use khidma_events::directory::role_entity;
use khidma_kernel::{DepartmentId, PersonId, RoleId, Timestamp, derived_id};
use khidma_projection::{AgendaError, AgendaItem, Projection, run_agenda};

/// The agenda's kind for taking a role from who has left.
const RELEASE: &str = "release-role";

/// What takes `role` from `person` within `department`.
pub(crate) fn item(role: &RoleId, person: &PersonId, department: &DepartmentId) -> AgendaItem {
    AgendaItem {
        kind: RELEASE.to_owned(),
        entity: format!("{role}/{person}/{department}"),
    }
}

/// What [`item`] named; ids hold no `/`.
fn named(entity: &str) -> Option<(RoleId, PersonId, DepartmentId)> {
    let mut parts = entity.split('/');
    let mut next = || parts.next();
    Some((
        next()?.parse().ok()?,
        next()?.parse().ok()?,
        next()?.parse().ok()?,
    ))
}

/// Starts the agenda of this service.
pub(crate) fn start(projection: Projection, deps: &Deps, engine: Arc<Engine<RoleDecider>>) {
    run_agenda(
        projection,
        deps.clock.clone(),
        &deps.tasks,
        move |due, item| {
            let engine = engine.clone();
            async move { fire(&engine, due, item).await }
        },
    );
}

async fn fire(
    engine: &Engine<RoleDecider>,
    due: Timestamp,
    item: AgendaItem,
) -> Result<(), AgendaError> {
    let Some((role, person, department)) = named(&item.entity).filter(|_| item.kind == RELEASE)
    else {
        return Err(AgendaError::new("an item of an unknown kind"));
    };
    // The key follows from what is due: however often and wherever it fires, it is one command.
    let key = derived_id(&[
        RELEASE.as_bytes(),
        item.entity.as_bytes(),
        &due.as_micros().to_be_bytes(),
    ]);
    let ask = Ask::by_itself("directory", role_entity(&role), key);
    let body = RoleCommand::Unassign { person, department };
    match engine.execute(ask, |_| Ok(body.clone())).await {
        // Somebody else took it from them already.
        Ok(_) | Err(CommandError::Refused(DirectoryRefusal::NotAHolder { .. })) => Ok(()),
        Err(error) => Err(AgendaError::new(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_names_what_it_is_about() {
        let (role, person, department) = (
            "desk".parse().unwrap(),
            "amina".parse().unwrap(),
            "it".parse().unwrap(),
        );
        let item = item(&role, &person, &department);
        assert_eq!(named(&item.entity), Some((role, person, department)));
        assert_eq!(named("desk/amina"), None);
    }
}
