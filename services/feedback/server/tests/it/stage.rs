//! What the stages have in common: what the directory says before a story begins, and how a refusal reads.

use std::time::Duration;

use khidma_edge::status::ErrorReport;
use khidma_eventlog::EventLog;
use khidma_events::directory::*;
use khidma_testkit::append;
use tonic::{Code, Status};
use uuid::Uuid;

/// How long to wait for what comes by itself.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// A new idempotency key.
pub(crate) fn key() -> String {
    Uuid::new_v4().to_string()
}

pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// There is a department.
pub(crate) async fn department(log: &dyn EventLog, name: &str, parent: Option<&str>) {
    let created = DepartmentCreated {
        department: id(name),
        name: name.to_uppercase(),
        parent: parent.map(id),
    };
    let events: Vec<DepartmentEvent> = vec![created.into()];
    append(log, department_entity(&id(name)), events).await;
}

/// There is an employee, of a department or of none.
pub(crate) async fn employee(
    log: &dyn EventLog,
    name: &str,
    department: Option<&str>,
    profile: Profile,
) {
    let registered = PersonRegistered {
        person: id(name),
        display_name: name.to_uppercase(),
        kind: PersonKind::Employee,
    };
    let mut events: Vec<PersonEvent> = vec![registered.into()];
    if let Some(department) = department {
        let joined = DepartmentJoined {
            department: id(department),
            main: true,
        };
        events.push(joined.into());
    }
    events.push(ProfileUpdated { profile }.into());
    append(log, person_entity(&id(name)), events).await;
}

/// The code, the stable reason of a refusal, and the field at fault.
pub(crate) fn refused<T: std::fmt::Debug>(refused: Result<T, Status>) -> (Code, String, String) {
    let report = ErrorReport::from_status(&refused.unwrap_err());
    let field = report.violations.first().map(|one| one.field.clone());
    let reason = report.reason.unwrap_or_default();
    (report.code, reason, field.unwrap_or_default())
}
