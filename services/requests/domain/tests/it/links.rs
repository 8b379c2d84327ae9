//! How requests hang together, and how one goes on for another.

use std::collections::BTreeSet;

use khidma_events::requests::*;
use khidma_kernel::{Caller, PersonId, Role, ServiceRequestId};
use khidma_requests_domain::{Body, Found, MergedAway, Other, State};

use crate::support::*;

fn link(kind: LinkKind, other: Other) -> Body {
    Body::Link { kind, other }
}

fn merge(into: Other) -> Body {
    let reason = "The same".to_owned();
    Body::Merge { into, reason }
}

fn merged() -> RequestEvent {
    let (into, reason) = (other().request, Some("The same".to_owned()));
    Merged { into, reason }.into()
}

fn in_state(state: State) -> Other {
    let mut other = other();
    other.found.as_mut().unwrap().state = state;
    other
}

fn people(names: &[&str]) -> BTreeSet<PersonId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

#[test]
fn a_link_is_made_once_and_taken_away_once() {
    let (kind, request) = (LinkKind::CausedBy, other().request);
    story()
        .by(daniel())
        .when(link(kind, other()))
        .then([Linked { kind, request }.into()])
        .when(link(kind, other()))
        .then_nothing()
        .when(link(LinkKind::DuplicateOf, other()))
        .then_events(|events| assert_eq!(events.len(), 1))
        .when(Body::Unlink { kind, request })
        .then([Unlinked { kind, request }.into()])
        .when(Body::Unlink { kind, request })
        .then_nothing();
}

#[test]
fn what_cannot_be_read_and_what_is_not_there_look_the_same() {
    let unknown = Other {
        found: None,
        ..other()
    };
    let itself = Other {
        itself: true,
        ..other()
    };
    story()
        .by(daniel())
        .when(link(LinkKind::CausedBy, unknown.clone()))
        .then_refused_at("UNKNOWN_REQUEST", "other_id")
        .when(link(LinkKind::CausedBy, itself.clone()))
        .then_refused_at("SAME_REQUEST", "other_id")
        .when(merge(unknown))
        .then_refused_at("UNKNOWN_REQUEST", "into_id")
        .when(merge(itself))
        .then_refused_at("SAME_REQUEST", "into_id");
}

#[test]
fn only_concerns_are_similar_and_their_raiser_may_say_so() {
    let kind = LinkKind::SimilarTo;
    story()
        .by(daniel())
        .when(link(kind, other_concern()))
        .then_refused("NOT_CONCERNS");
    raised()
        .by(amina())
        .when(link(kind, other()))
        .then_refused("NOT_CONCERNS")
        .when(link(LinkKind::DuplicateOf, other_concern()))
        .then_refused("NOT_ALLOWED")
        .when(link(kind, other_concern()))
        .then([Linked {
            kind,
            request: other().request,
        }
        .into()]);
}

#[test]
fn fifty_links_are_enough() {
    let kind = LinkKind::CausedBy;
    let linked = (0..50).map(|number| {
        let request = ServiceRequestId(uuid::Uuid::from_u128(number));
        Linked { kind, request }.into()
    });
    story()
        .and(linked)
        .by(daniel())
        .when(link(kind, other()))
        .then_refused("TOO_MANY_LINKS");
}

#[test]
fn a_request_ends_as_another_goes_on_for_it() {
    let after = story().by(daniel()).when(merge(other())).then([merged()]);
    let request = after.state().as_ref().unwrap();
    assert_eq!(request.state, State::Merged);
    assert_eq!(request.merged_into, Some(other().request));
    after
        .when(merge(other()))
        .then_refused("INVALID_TRANSITION")
        .by(amina())
        .when(Body::Cancel {
            reason: String::new(),
            tasks: None,
        })
        .then_refused("INVALID_TRANSITION")
        .when(Body::Reopen {
            reason: "Why?".into(),
        })
        .then_refused("INVALID_TRANSITION");
}

#[test]
fn it_is_merged_while_it_has_not_ended_and_resolved_too() {
    story()
        .and([resolved()])
        .by(daniel())
        .when(merge(other()))
        .then([merged()]);
    let confirmed = Confirmed { comment: None }.into();
    story()
        .and([resolved(), confirmed])
        .by(daniel())
        .when(merge(other()))
        .then_refused("INVALID_TRANSITION");
}

#[test]
fn what_has_ended_or_is_of_another_kind_goes_on_for_nobody() {
    let story = story().by(daniel());
    for state in State::ALL {
        let code = story.clone().when(merge(in_state(state))).code();
        let ended = [
            State::Rejected,
            State::Declined,
            State::Cancelled,
            State::Merged,
        ];
        let expected = ended.contains(&state).then_some("MERGE_TARGET_OVER");
        assert_eq!(code, expected, "{state:?}");
    }
    story
        .when(merge(other_concern()))
        .then_refused_at("OTHER_KIND", "into_id");
}

#[test]
fn merging_is_for_members_of_the_provider_of_both() {
    let elsewhere = Other {
        found: Some(Found {
            provider: "facilities".parse().unwrap(),
            ..other().found.unwrap()
        }),
        ..other()
    };
    story()
        .by(daniel())
        .when(merge(elsewhere.clone()))
        .then_refused("NOT_ALLOWED")
        .by(caller("root", "ops", &[Role::Admin]))
        .when(merge(elsewhere))
        .then([merged()]);
}

#[test]
fn what_others_wait_for_is_not_merged() {
    let planned = PlannedTask {
        key: "badge".parse().unwrap(),
        title: "A badge".into(),
        description: String::new(),
        provider: "facilities".parse().unwrap(),
        offering: None,
        answers: Default::default(),
        priority: Priority::Normal,
        needs: BTreeSet::new(),
    };
    let planned = TasksPlanned {
        tasks: vec![planned],
        waits: vec![],
    };
    let begun = TaskBegun {
        task: "badge".parse().unwrap(),
        request: other().request,
    };
    let begun = TasksBegun { tasks: vec![begun] };
    let story = story().by(daniel()).and([planned.into()]);
    story.clone().when(merge(other())).then([merged()]);
    story
        .and([begun.into()])
        .when(merge(other()))
        .then_refused("PART_OF_PLAN");
}

#[test]
fn who_followed_the_one_that_ended_follows_the_one_that_goes_on() {
    let service = Caller::service("requests");
    let after = story()
        .by(service)
        .when(Body::ReceiveMerge(merged_away()))
        .then([MergeReceived {
            from: other().request,
            // Amina asked for this one herself.
            watchers: people(&["linh", "omar"]),
        }
        .into()]);
    assert_eq!(
        after.state().as_ref().unwrap().watchers,
        people(&["linh", "omar"])
    );
    // Also where there is nobody new: that it was received has to be written down.
    let nobody = MergedAway {
        people: BTreeSet::new(),
        ..merged_away()
    };
    after
        .when(Body::ReceiveMerge(nobody))
        .then_events(|events| assert_eq!(events.len(), 1))
        .and([merged()])
        .when(Body::ReceiveMerge(merged_away()))
        .then_refused("INVALID_TRANSITION");
}

#[test]
fn a_request_that_takes_in_others_has_a_thousand_watchers_at_the_most() {
    let crowd = |name: &str| MergedAway {
        people: (0..600)
            .map(|number| format!("{name}-{number}").parse().unwrap())
            .collect(),
        ..merged_away()
    };
    let after = story()
        .by(Caller::service("requests"))
        .when(Body::ReceiveMerge(crowd("early")))
        .then_events(|_| {})
        .when(Body::ReceiveMerge(crowd("late")))
        .then_events(|_| {});
    assert_eq!(after.state().as_ref().unwrap().watchers.len(), 1_000);
    after
        .when(Body::ReceiveMerge(crowd("last")))
        .then([MergeReceived {
            from: other().request,
            watchers: Default::default(),
        }
        .into()]);
}

#[test]
fn a_merge_that_does_not_stand_is_taken_back() {
    let into = other().request;
    let take_back = Body::TakeBackMerge { into };
    let service = Caller::service("requests");
    for (history, state) in [
        (vec![], State::Submitted),
        (vec![acknowledged()], State::Acknowledged),
        (
            vec![acknowledged(), started(), waiting()],
            State::InProgress,
        ),
        (vec![approval()], State::AwaitingApproval),
    ] {
        let back = story()
            .and(history)
            .and([merged()])
            .by(service.clone())
            .when(take_back.clone())
            .then_events(|events| assert!(matches!(events, [RequestEvent::Reopened(_)])));
        let request = back.state().as_ref().unwrap();
        assert_eq!((request.state, request.merged_into), (state, None));
        back.when(take_back.clone()).then_nothing();
    }
    let elsewhere = ServiceRequestId(uuid::Uuid::nil());
    story()
        .and([merged()])
        .by(service)
        .when(Body::TakeBackMerge { into: elsewhere })
        .then_nothing();
}

fn approval() -> RequestEvent {
    let step = ApprovalStep {
        name: "The manager agrees".into(),
        approvers: vec![Approver::ManagerOfRequester],
        rule: ApprovalRule::Any,
        timeout: None,
    };
    ApprovalsRequired { steps: vec![step] }.into()
}
