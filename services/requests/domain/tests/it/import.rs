//! Taking over history: every verb and condition, and that it is as if the commands had been given at those times.

use std::collections::BTreeSet;

use crate::support::*;
use khidma_events::Event;
use khidma_events::requests::*;
use khidma_kernel::{Caller, Command, Decider, Recorded, Refusal, Role, Timestamp};
use khidma_requests_domain::{
    Body, Condition, HistoryAction, Import, Record, Request, RequestDecider, RequestRefusal, State,
    Takeover, Verb, import, limits,
};
use proptest::prelude::*;

fn importer() -> Caller {
    caller("robot", "ops", &[Role::Import])
}

fn at(minute: i64) -> Timestamp {
    due().plus_seconds(minute * 60)
}

fn when(verb: Verb, when: &[Condition]) -> HistoryAction {
    let when = when.to_vec();
    HistoryAction {
        verb,
        when,
        side: None,
    }
}

fn always(verb: Verb) -> HistoryAction {
    when(verb, &[])
}

fn record(minute: i64, actions: Vec<HistoryAction>) -> Record {
    Record {
        at: at(minute),
        actor: "daniel".parse().unwrap(),
        actions,
        note: "As it says".into(),
    }
}

fn history(records: Vec<Record>) -> Import {
    Import {
        source: "desk".into(),
        external_id: "Case 7".into(),
        requester: "amina".parse().unwrap(),
        requester_department: "hr".parse().unwrap(),
        requester_department_known: true,
        submit: asked(),
        at: at(0),
        records,
        unknown: BTreeSet::new(),
    }
}

fn taken(state: Option<&Request>, history: &Import) -> Result<Takeover, RequestRefusal> {
    import(state, &importer(), history, &history.digests())
}

fn state_of(events: &[Recorded<RequestEvent>]) -> Option<Request> {
    let mut state = None;
    events
        .iter()
        .for_each(|event| RequestDecider::evolve(&mut state, event));
    state
}

/// What became of one-step records, after those that ask for it and give the receipt.
fn kinds(takeover: &Takeover) -> Vec<&'static str> {
    let events = takeover.events.iter().skip(2);
    events.map(|recorded| recorded.event.kind().name).collect()
}

fn told(actions: Vec<Vec<HistoryAction>>) -> Takeover {
    let records = (1..).zip(actions).map(|(minute, one)| record(minute, one));
    taken(None, &history(records.collect())).unwrap()
}

#[test]
fn a_whole_life_with_its_own_times_and_people() {
    use Verb::*;
    let closed = vec![
        when(Resolve, &[Condition::Open]),
        when(Confirm, &[Condition::Is(State::Resolved)]),
    ];
    let takeover = told(vec![
        vec![always(Acknowledge), always(Assign), always(Start)],
        vec![always(Wait)],
        closed,
    ]);
    let life = [
        "acknowledged",
        "assigned",
        "started",
        "wait_began",
        "resumed",
        "resolved",
        "confirmed",
    ];
    assert_eq!(kinds(&takeover)[..7], life);
    assert_eq!(kinds(&takeover)[7..], ["history_imported"]);
    let stamps: Vec<_> = takeover
        .events
        .iter()
        .map(|one| (one.at, one.by.to_string()))
        .collect();
    let expected = [
        (0, "person:amina"),
        (0, "service:requests"),
        (1, "person:daniel"),
        (1, "person:daniel"),
        (1, "person:daniel"),
        (2, "person:daniel"),
        (3, "person:daniel"),
        (3, "person:daniel"),
        (3, "person:amina"),
        (3, "person:robot"),
    ];
    assert_eq!(
        stamps,
        expected.map(|(minute, who)| (at(minute), who.to_owned()))
    );
    assert_eq!((takeover.adapted.len(), takeover.more), (0, false));
    assert_eq!(state_of(&takeover.events).as_ref(), Some(&takeover.request));
    assert_eq!(takeover.request.state, State::Confirmed);
}

#[test]
fn what_was_resolved_long_ago_does_not_close_by_itself_now() {
    let takeover = told(vec![vec![always(Verb::Resolve)]]);
    assert_eq!(
        (takeover.request.state, takeover.request.auto_close_at),
        (State::Resolved, None)
    );
}

#[test]
fn every_verb_does_what_its_command_does() {
    let verbs: [(Verb, &[&str]); 15] = [
        (Verb::Acknowledge, &["acknowledged"]),
        (Verb::Assign, &["assigned"]),
        (Verb::Start, &["acknowledged", "assigned", "started"]),
        (Verb::Wait, &["wait_began"]),
        (Verb::Reply, &["replied"]),
        (Verb::Note, &["note_added"]),
        (Verb::SetPriority(Priority::High), &["priority_changed"]),
        (Verb::SetTags(vec!["vpn".into()]), &["tags_changed"]),
        (Verb::Resolve, &["resolved"]),
        (Verb::Decline, &["declined"]),
        (Verb::Cancel, &["cancelled"]),
        (
            Verb::Transfer {
                to: "hr".parse().unwrap(),
                known: true,
            },
            &["transferred"],
        ),
        // Not possible with what was only asked: kept as notes.
        (Verb::Resume, &["note_added"]),
        (Verb::Confirm, &["note_added"]),
        (Verb::Reopen, &["note_added"]),
    ];
    for (verb, expected) in verbs {
        let takeover = told(vec![vec![always(verb.clone())]]);
        let all = [expected, &["history_imported"]].concat();
        assert_eq!(kinds(&takeover), all, "{verb:?}");
        let refused = matches!(verb, Verb::Resume | Verb::Confirm | Verb::Reopen);
        let adapted: &[_] = if refused {
            &[(1, "INVALID_TRANSITION")]
        } else {
            &[]
        };
        assert_eq!(takeover.adapted, adapted, "{verb:?}");
    }
}

#[test]
fn every_condition_holds_where_it_should() {
    let before: [(Vec<Verb>, State); 7] = [
        (vec![], State::Submitted),
        (vec![Verb::Acknowledge], State::Acknowledged),
        (vec![Verb::Start], State::InProgress),
        (vec![Verb::Start, Verb::Wait], State::Waiting),
        (vec![Verb::Start, Verb::Resolve], State::Resolved),
        (
            vec![Verb::Start, Verb::Resolve, Verb::Confirm],
            State::Confirmed,
        ),
        (vec![Verb::Cancel], State::Cancelled),
    ];
    for (verbs, state) in before {
        let begun = verbs.contains(&Verb::Start);
        let seen = begun || verbs.contains(&Verb::Acknowledge);
        let first = verbs.into_iter().map(always).collect::<Vec<_>>();
        let holds = |condition: Condition| {
            let steps = vec![
                first.clone(),
                vec![when(Verb::SetTags(vec!["here".into()]), &[condition])],
            ];
            told(steps).request.tags == ["here"]
        };
        for other in State::ALL {
            assert_eq!(
                holds(Condition::Is(other)),
                other == state,
                "{other:?} in {state:?}"
            );
        }
        assert_eq!(holds(Condition::Open), state.is_open(), "{state:?}");
        assert_eq!(holds(Condition::Unacknowledged), !seen, "{state:?}");
        assert_eq!(holds(Condition::Unassigned), !begun, "{state:?}");
    }
}

#[test]
fn a_record_that_means_nothing_here_is_kept_and_counted() {
    let wait = || vec![when(Verb::Wait, &[Condition::Is(State::Submitted)])];
    let takeover = told(vec![wait(), wait(), vec![always(Verb::Wait)]]);
    assert_eq!(
        takeover.adapted,
        [(2, "NOTHING_TO_DO"), (3, "INVALID_TRANSITION")]
    );
    assert_eq!(
        kinds(&takeover),
        ["wait_began", "note_added", "note_added", "history_imported"]
    );
    let RequestEvent::HistoryImported(imported) = &takeover.events.last().unwrap().event else {
        panic!("{takeover:?}")
    };
    assert_eq!((imported.steps, imported.adapted), (3, 2));
}

#[test]
fn the_requester_speaks_where_the_history_says_so() {
    let mut reply = always(Verb::Reply);
    reply.side = Some(Side::Requester);
    let takeover = told(vec![vec![always(Verb::Wait)], vec![reply]]);
    assert_eq!(
        kinds(&takeover),
        ["wait_began", "replied", "resumed", "history_imported"]
    );
    assert_eq!(takeover.events[3].by.to_string(), "person:amina");
}

#[test]
fn the_same_again_is_nothing_and_a_longer_one_goes_on() {
    let records = |count| {
        (1..=count)
            .map(|n| record(n, vec![always(Verb::Note)]))
            .collect::<Vec<_>>()
    };
    let first = taken(None, &history(records(3))).unwrap();
    let again = taken(Some(&first.request), &history(records(3))).unwrap();
    assert_eq!((again.events.len(), again.more), (0, false));
    let longer = taken(Some(&first.request), &history(records(5))).unwrap();
    let names: Vec<_> = longer
        .events
        .iter()
        .map(|one| one.event.kind().name)
        .collect();
    assert_eq!(names, ["note_added", "note_added", "history_imported"]);
    assert_eq!(
        longer.request,
        taken(None, &history(records(5))).unwrap().request
    );
    let mut other = history(records(5));
    other.records[1].note = "Something else".into();
    let refused = taken(Some(&first.request), &other).unwrap_err();
    assert_eq!(refused.code(), "HISTORY_DIFFERS");
    let shorter = taken(Some(&first.request), &history(records(2))).unwrap_err();
    assert_eq!(shorter.code(), "HISTORY_DIFFERS");
}

#[test]
fn a_long_history_comes_in_commits_that_end_where_a_longer_one_goes_on() {
    let count = limits::IMPORT_RECORDS as i64 * 2 + 50;
    let records = (1..=count)
        .map(|n| record(n, vec![always(Verb::Note)]))
        .collect();
    let history = history(records);
    let (mut state, mut commits, mut events) = (None, 0, 0);
    loop {
        let takeover = taken(state.as_ref(), &history).unwrap();
        commits += 1;
        events += takeover.events.len();
        state = Some(takeover.request);
        if !takeover.more {
            break;
        }
    }
    assert_eq!((commits, events), (3, 2 + count as usize + 3));
    assert_eq!(state.unwrap().imported.unwrap().steps, count as u32);
}

#[test]
fn what_makes_no_sense_is_refused_with_its_record() {
    let two = || vec![record(1, vec![always(Verb::Note)]), record(2, vec![])];
    let refused = |change: &dyn Fn(&mut Import)| {
        let mut history = history(two());
        change(&mut history);
        let refusal = taken(None, &history).unwrap_err();
        let number = match &refusal {
            RequestRefusal::InRecord { number, .. } => *number,
            _ => 0,
        };
        (refusal.code(), number, refusal.to_string())
    };
    let (code, number, text) = refused(&|history| history.records[1].at = at(0));
    assert_eq!((code, number), ("HISTORY_UNORDERED", 2));
    assert!(
        text.contains(&at(0).to_string()) && text.contains(&at(1).to_string()),
        "{text}"
    );
    let (code, number, _) = refused(&|history| history.at = at(9));
    assert_eq!((code, number), ("HISTORY_UNORDERED", 1));
    let daniel = || ["daniel".parse().unwrap()].into();
    assert_eq!(refused(&|history| history.unknown = daniel()).1, 1);
    assert_eq!(
        refused(&|history| history.unknown = daniel()).0,
        "UNKNOWN_PERSON"
    );
    let unknown = |history: &mut Import| history.submit.provider_known = false;
    assert_eq!(refused(&unknown).0, "UNKNOWN_DEPARTMENT");
    assert_eq!(
        refused(&|history| history.requester_department_known = false).0,
        "UNKNOWN_DEPARTMENT"
    );
    assert_eq!(refused(&|history| history.records[1].note.clear()).1, 2);
    assert_eq!(
        refused(&|history| history.source.clear()).0,
        "MISSING_FIELD"
    );
}

#[test]
fn only_importers_and_our_own_services_take_over_history() {
    let history = history(vec![]);
    let by = |caller: &Caller| import(None, caller, &history, &history.digests()).map(|_| ());
    assert_eq!(by(&importer()), Ok(()));
    assert_eq!(by(&Caller::service("requests")), Ok(()));
    let others = [
        amina(),
        daniel(),
        mei(),
        caller("root", "ops", &[Role::Admin, Role::Manager]),
    ];
    for other in others {
        assert_eq!(by(&other).unwrap_err().code(), "NOT_ALLOWED");
    }
}

fn verbs() -> impl Strategy<Value = Verb> {
    use Verb::*;
    let simple = [
        Acknowledge,
        Assign,
        Start,
        Wait,
        Resume,
        Reply,
        Note,
        Confirm,
        Reopen,
        Decline,
        Cancel,
    ];
    prop_oneof![
        8 => prop::sample::select(simple.to_vec()),
        1 => Just(SetPriority(Priority::Urgent)),
        1 => Just(Transfer { to: "facilities".parse().unwrap(), known: true }),
    ]
}

/// The command of a verb, given by hand.
fn command(verb: &Verb, provider: &str) -> Body {
    let words = || "As it says".to_owned();
    let none = String::new;
    match verb {
        Verb::Acknowledge => Body::Acknowledge { note: none() },
        Verb::Assign => Body::Assign {
            assignee: subject("daniel", provider),
        },
        Verb::Start => Body::Start,
        Verb::Wait => Body::WaitOnRequester { question: words() },
        Verb::Resume => Body::Resume { note: none() },
        Verb::Reply => Body::Reply { text: words() },
        Verb::Note => Body::AddNote { text: words() },
        Verb::SetPriority(priority) => Body::SetPriority {
            priority: *priority,
            reason: words(),
        },
        Verb::SetTags(tags) => Body::SetTags { tags: tags.clone() },
        Verb::Resolve => resolve(),
        Verb::Confirm => Body::Confirm { comment: none() },
        Verb::Reopen => Body::Reopen { reason: words() },
        Verb::Decline => Body::Decline {
            reason: words(),
            tasks: None,
        },
        Verb::Cancel => Body::Cancel {
            reason: words(),
            tasks: None,
        },
        Verb::Transfer { to, .. } => Body::Transfer {
            to: to.clone(),
            to_known: true,
            reason: words(),
        },
    }
}

proptest! {
    /// An imported history is the same events and the same state as its commands, given at those times.
    #[test]
    fn importing_is_doing_it_at_those_times(steps in prop::collection::vec((verbs(), 0_i64..60), 0..40)) {
        let mut minute = 0;
        let records: Vec<_> = steps.iter().map(|(verb, later)| {
            minute += later;
            record(minute, vec![always(verb.clone())])
        }).collect();
        let takeover = taken(None, &history(records.clone())).unwrap();
        let (mut state, mut events) = (None, Vec::new());
        let mut give = |state: &mut Option<Request>, at, by: Caller, body| {
            let command = Command { at, by: by.clone(), body };
            let decided = RequestDecider::decide(state, &command);
            for event in decided.iter().flatten() {
                let recorded = Recorded { id: uuid::Uuid::nil(), at, by: by.actor.clone(), event: event.clone() };
                RequestDecider::evolve(state, &recorded);
                events.push((at, event.clone()));
            }
            decided.is_ok_and(|events| !events.is_empty())
        };
        give(&mut state, at(0), amina(), Body::Submit(asked()));
        for (record, (verb, _)) in records.iter().zip(&steps) {
            let provider = state.as_ref().unwrap().provider.clone();
            let by = match verb {
                Verb::Confirm | Verb::Cancel => amina(),
                _ => caller("daniel", provider.as_str(), &[Role::Manager]),
            };
            if !give(&mut state, record.at, by, command(verb, provider.as_str())) {
                let by = caller("daniel", provider.as_str(), &[]);
                give(&mut state, record.at, by, Body::AddNote { text: record.note.clone() });
            }
        }
        let mut told = takeover.events.iter().map(|one| (one.at, one.event.clone())).collect::<Vec<_>>();
        told.pop();
        prop_assert_eq!(told, events);
        let mut after = takeover.request;
        after.imported = None;
        prop_assert_eq!(Some(after), state);
    }
}
