//! What the request's own events are to its clocks.

use khidma_events::requests::*;
use khidma_kernel::{Actor, PersonId, Recorded};
use khidma_sla_domain::Deed;

use crate::support::on;

fn deed(by: &str, event: RequestEvent) -> Option<Deed> {
    let requester: PersonId = "amina".parse().unwrap();
    let by: Actor = by.parse().unwrap();
    let recorded = Recorded {
        id: uuid::Uuid::nil(),
        at: on("Mon 09:00"),
        by,
        event,
    };
    Deed::of(&recorded, Some(&requester))
}

fn note(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_machine_says_no_word() {
    let seen = || Acknowledged {
        note: note("We have received your request"),
    };
    assert_eq!(deed("service:mailer", seen().into()), None);
    assert_eq!(
        deed("person:daniel", seen().into()),
        Some(Deed::Acknowledged { said: true })
    );
    let reply = || Replied {
        side: Side::Provider,
        text: "Thank you for waiting".into(),
    };
    assert_eq!(deed("service:mailer", reply().into()), None);
    assert_eq!(
        deed("person:daniel", reply().into()),
        Some(Deed::ProviderReplied)
    );
    let resumed = || Resumed {
        note: note("Go on"),
    };
    assert_eq!(
        deed("service:mailer", resumed().into()),
        Some(Deed::Resumed { said: false })
    );
    assert_eq!(
        deed("person:daniel", resumed().into()),
        Some(Deed::Resumed { said: true })
    );
}

#[test]
fn what_only_the_provider_sees_is_no_word() {
    assert_eq!(
        deed(
            "person:daniel",
            NoteAdded {
                text: "He is away".into()
            }
            .into()
        ),
        None
    );
    assert_eq!(deed("service:requests", ReceiptIssued {}.into()), None);
    assert_eq!(
        deed("person:daniel", Acknowledged { note: None }.into()),
        Some(Deed::Acknowledged { said: false })
    );
}

#[test]
fn a_requesters_word_is_theirs_by_whatever_way_it_came() {
    let reply = || Replied {
        side: Side::Requester,
        text: "And?".into(),
    };
    assert_eq!(
        deed("person:amina", reply().into()),
        Some(Deed::RequesterReplied)
    );
    assert_eq!(
        deed("service:mailer", reply().into()),
        Some(Deed::RequesterReplied)
    );
}

#[test]
fn it_matters_who_reopens() {
    let again = || Reopened {
        reason: "It is broken again".into(),
    };
    assert_eq!(
        deed("person:amina", again().into()),
        Some(Deed::Reopened { by_requester: true })
    );
    assert_eq!(
        deed("person:daniel", again().into()),
        Some(Deed::Reopened {
            by_requester: false
        })
    );
    // Nobody else is anonymous than who raised an anonymous concern.
    assert_eq!(
        deed("anonymous", again().into()),
        Some(Deed::Reopened { by_requester: true })
    );
}

#[test]
fn a_task_of_a_plan_is_told_apart() {
    let mut task = Submitted::plain(
        "it".parse().unwrap(),
        "amina".parse().unwrap(),
        "hr".parse().unwrap(),
        "Laptop",
    );
    let is_task = |submitted: &Submitted| match deed("person:amina", submitted.clone().into()) {
        Some(Deed::Submitted(profile)) => profile.task,
        other => panic!("{other:?}"),
    };
    assert!(!is_task(&task));
    let request = uuid::Uuid::nil().to_string().parse().unwrap();
    task.task_of = Some(TaskOf {
        request,
        task: "laptop".parse().unwrap(),
        depth: 1,
    });
    assert!(is_task(&task));
}
