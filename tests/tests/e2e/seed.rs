//! What the log holds before a test begins.

use futures::{StreamExt, stream};
use khidma_eventlog::EventLog;
use khidma_events::directory::{
    DepartmentCreated, DepartmentEvent, DepartmentJoined, PersonEvent, PersonKind,
    PersonRegistered, department_entity, person_entity,
};
use khidma_events::requests::{ReceiptIssued, RequestEvent, Submitted};
use khidma_testkit::append;
use uuid::Uuid;

const DEPARTMENTS: [&str; 4] = ["company", "hr", "it", "finance"];
const PEOPLE: [(&str, &str); 5] = [
    ("admin", "company"),
    ("amina", "hr"),
    ("daniel", "it"),
    ("sana", "it"),
    ("farid", "finance"),
];

/// Departments and people, as the directory tells of them.
pub(crate) async fn organisation(log: &dyn EventLog) {
    for name in DEPARTMENTS {
        let department = name.parse().unwrap();
        let entity = department_entity(&department);
        let event = DepartmentCreated {
            department,
            name: name.to_owned(),
            parent: None,
        };
        append::<DepartmentEvent>(log, entity, vec![event.into()]).await;
    }
    for (name, department) in PEOPLE {
        let person = name.parse().unwrap();
        let entity = person_entity(&person);
        let registered = PersonRegistered {
            person,
            display_name: name.to_owned(),
            kind: PersonKind::Employee,
        };
        let joined = DepartmentJoined {
            department: department.parse().unwrap(),
            main: true,
        };
        append::<PersonEvent>(log, entity, vec![registered.into(), joined.into()]).await;
    }
}

/// `count` requests of Amina's to IT; their ids.
pub(crate) async fn requests(log: &dyn EventLog, count: usize) -> Vec<String> {
    let ids: Vec<_> = (0..count).map(|_| Uuid::new_v4().to_string()).collect();
    let asked = stream::iter(&ids).for_each_concurrent(256, |id| {
        let submitted = Submitted::plain(
            "it".parse().unwrap(),
            "amina".parse().unwrap(),
            "hr".parse().unwrap(),
            format!("Laptop {id}"),
        );
        let events = vec![submitted.into(), ReceiptIssued {}.into()];
        append::<RequestEvent>(log, id.clone(), events)
    });
    asked.await;
    ids
}
