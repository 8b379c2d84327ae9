//! Who may do what: every command by everybody who may stand to a request.

use crate::support::*;
use khidma_events::requests::LinkKind;
use khidma_kernel::{Caller, Role};
use khidma_requests_domain::{Action, Body, Standing, may};

/// A column of the table: who, and how the request stands to them.
const COLUMNS: [&str; 9] = [
    "requester",
    "their manager",
    "provider",
    "its manager",
    "assignee",
    "watcher",
    "admin",
    "service",
    "stranger",
];

fn who(column: &str) -> Caller {
    match column {
        "requester" => amina(),
        "their manager" => linh(),
        "provider" => sana(),
        "its manager" => mei(),
        "assignee" => daniel(),
        "watcher" => caller("omar", "legal", &[]),
        "admin" => caller("root", "ops", &[Role::Admin]),
        "service" => Caller::service("requests"),
        _ => caller("vera", "sales", &[Role::Manager]),
    }
}

/// The command, in which kind of request it is possible, and who may (1) or may not (0), in the order of [`COLUMNS`].
/// A stranger is told that there is no such request (-).
#[rustfmt::skip]
fn table() -> Vec<(Body, Kind, &'static str)> {
    let text = || "text".to_owned();
    vec![
        (Body::Acknowledge { note: text() },                 Kind::Fresh,    "0 0 1 1 1 0 1 - -"),
        (Body::Assign { assignee: subject("sana", "it") },   Kind::Taken,    "0 0 0 1 1 0 1 - -"),
        (Body::Start,                                        Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::WaitOnRequester { question: text() },         Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::Resume { note: text() },                      Kind::Waiting,  "0 0 1 1 1 0 1 - -"),
        (Body::Reply { text: text() },                       Kind::Taken,    "1 1 1 1 1 0 1 - -"),
        (Body::AddNote { text: text() },                     Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::SetPriority { priority: khidma_events::requests::Priority::High, reason: text() },
                                                             Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::SetTags { tags: vec!["vpn".into()] },         Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::Transfer { to: "hr".parse().unwrap(), to_known: true, reason: text() },
                                                             Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (resolve(),                                          Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::Confirm { comment: text() },                  Kind::Resolved, "1 1 0 0 0 0 0 - -"),
        (Body::Reopen { reason: text() },                    Kind::Resolved, "1 1 1 1 1 0 1 - -"),
        (Body::AddWatcher { person: subject("noor", "it"), approver: false }, Kind::Taken,    "1 1 1 1 1 1 1 - -"),
        (Body::Decline { reason: text(), tasks: None },      Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::Cancel { reason: text(), tasks: None },       Kind::Taken,    "1 1 0 0 0 0 0 - -"),
        (Body::RemoveWatcher { person: "omar".parse().unwrap() }, Kind::Taken, "1 1 1 1 1 1 1 - -"),
        (Body::RemoveWatcher { person: "ines".parse().unwrap() }, Kind::Taken, "1 1 1 1 1 0 1 - -"),
        (Body::Link { kind: LinkKind::CausedBy, other: other() }, Kind::Taken,  "0 0 1 1 1 0 1 - -"),
        (Body::Unlink { kind: LinkKind::CausedBy, request: other().request },
                                                             Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::Unlink { kind: LinkKind::SimilarTo, request: other().request },
                                                             Kind::Taken,    "1 1 1 1 1 0 1 - -"),
        (Body::Merge { into: other(), reason: text() },      Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::Attach { attachment: picture(), internal: false },
                                                             Kind::Taken,    "1 1 1 1 1 0 1 - -"),
        (Body::Attach { attachment: picture(), internal: true },
                                                             Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::Detach { sha256: picture().sha256, attached_by: None },
                                                             Kind::Taken,    "1 1 1 1 1 0 1 - -"),
        // Nobody but the service closes by time and does what follows; to it nothing else exists.
        (Body::ReceiveMerge(merged_away()),                  Kind::Taken,    "0 0 0 0 0 0 0 1 -"),
        (Body::TakeBackMerge { into: other().request },      Kind::Taken,    "0 0 0 0 0 0 0 1 -"),
        (Body::AutoClose,                                    Kind::Resolved, "0 0 0 0 0 0 0 1 -"),
        (crate::plans::plan(vec![crate::plans::task("a", "")]), Kind::Taken,    "0 0 1 1 1 0 1 - -"),
        (Body::DropTask { id: crate::plans::parent(), task: crate::plans::key("p"), reason: text() },
                                                             Kind::Planned,  "0 0 1 1 1 0 1 - -"),
        (Body::RetryTask { id: crate::plans::parent(), task: crate::plans::key("p") },
                                                             Kind::Refused,  "0 0 1 1 1 0 1 - -"),
        // What becomes of tasks, the service alone writes down.
        (Body::NoteTasks(khidma_requests_domain::NoteTasks { id: crate::plans::parent(), notes: vec![] }),
                                                             Kind::Planned,  "0 0 0 0 0 0 0 1 -"),
        (Body::CancelTask { reason: text() },                Kind::Taken,    "0 0 0 0 0 0 0 1 -"),
        (Body::ReleaseFromPlan,                              Kind::Taken,    "0 0 0 0 0 0 0 1 -"),
    ]
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Fresh,
    Taken,
    Waiting,
    Resolved,
    Planned,
    Refused,
}

fn request(kind: Kind) -> khidma_testkit::Story<khidma_requests_domain::RequestDecider> {
    let watched = |person: &str| {
        khidma_events::requests::WatcherAdded {
            person: person.parse().unwrap(),
        }
        .into()
    };
    let story = story().and([watched("omar"), watched("ines"), assigned("daniel")]);
    match kind {
        Kind::Fresh => story,
        Kind::Taken => story.and([acknowledged()]),
        Kind::Waiting => story.and([acknowledged(), waiting()]),
        Kind::Resolved => story.and([acknowledged(), resolved()]),
        Kind::Planned => story.and([planned()]),
        Kind::Refused => story.and([planned(), refused()]),
    }
}

fn planned() -> khidma_events::requests::RequestEvent {
    khidma_events::requests::TasksPlanned {
        tasks: vec![crate::plans::task("p", "")],
        waits: vec![],
    }
    .into()
}

fn refused() -> khidma_events::requests::RequestEvent {
    khidma_events::requests::TaskRefused {
        task: crate::plans::key("p"),
        code: "NO".into(),
        reason: "No".into(),
    }
    .into()
}

#[test]
fn every_command_by_everybody() {
    let mut wrong = String::new();
    for (body, kind, row) in table() {
        for (column, expected) in COLUMNS.into_iter().zip(row.split(' ')) {
            let outcome = request(kind).by(who(column)).when(body.clone());
            let expected_code = match expected {
                "1" => None,
                "0" => Some("NOT_ALLOWED"),
                _ => Some("UNKNOWN_REQUEST"),
            };
            if outcome.code() != expected_code {
                wrong += &format!(
                    "{body:?} by {column}: expected {expected_code:?}, got {:?}\n",
                    outcome.code()
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn claiming_is_for_the_provider() {
    for (column, expected) in COLUMNS.into_iter().zip("0 0 1 1 1 0 1 - -".split(' ')) {
        let code = story().and([khidma_events::requests::WatcherAdded {
            person: "omar".parse().unwrap(),
        }
        .into()]);
        let code = code.by(who(column)).when(Body::Claim).code();
        let expected = [
            ("1", None),
            ("0", Some("NOT_ALLOWED")),
            ("-", Some("UNKNOWN_REQUEST")),
        ]
        .into_iter()
        .find_map(|(sign, code)| (sign == expected).then_some(code))
        .flatten();
        assert_eq!(code, expected, "{column}");
    }
}

#[test]
fn reading_is_for_the_two_sides_and_watchers_and_notes_for_the_provider() {
    let story = request(Kind::Taken);
    let request = story.state().as_ref().unwrap();
    let standing = |column| Standing::of(&who(column), request);
    let read: Vec<_> = COLUMNS
        .into_iter()
        .filter(|column| may(Action::Read, standing(column)))
        .collect();
    assert_eq!(
        read,
        [
            "requester",
            "their manager",
            "provider",
            "its manager",
            "assignee",
            "watcher",
            "admin"
        ]
    );
    let notes: Vec<_> = COLUMNS
        .into_iter()
        .filter(|column| may(Action::ReadNotes, standing(column)))
        .collect();
    assert_eq!(notes, ["provider", "its manager", "assignee", "admin"]);
}

#[test]
fn who_once_belonged_to_the_provider_and_was_assigned_may_not_hand_it_over() {
    let moved = caller("daniel", "hr", &[]);
    let outcome = request(Kind::Taken).by(moved).when(Body::Assign {
        assignee: subject("sana", "it"),
    });
    assert_eq!(outcome.code(), Some("UNKNOWN_REQUEST"));
}

#[test]
fn who_asks_their_own_department_does_not_read_its_notes() {
    let transferred = khidma_events::requests::Transferred {
        from: "it".parse().unwrap(),
        to: "hr".parse().unwrap(),
        reason: "Theirs".into(),
    };
    let story = request(Kind::Taken).and([transferred.into()]);
    let request = story.state().as_ref().unwrap();
    assert!(!may(Action::ReadNotes, Standing::of(&amina(), request)));
    let colleague = caller("noor", "hr", &[]);
    assert!(may(Action::ReadNotes, Standing::of(&colleague, request)));
}
