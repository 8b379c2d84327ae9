//! What holds for every life of a request, however odd.

use crate::support::*;
use khidma_events::requests::RequestEvent;
use khidma_kernel::{Caller, Command, Decider, Recorded, Timestamp};
use khidma_requests_domain::{Body, RequestDecider, State};
use proptest::prelude::*;

fn bodies() -> impl Strategy<Value = Body> {
    let text = || prop_oneof![Just(String::new()), Just("text".to_owned())];
    prop_oneof![
        Just(Body::Submit(asked())),
        text().prop_map(|note| Body::Acknowledge { note }),
        Just(Body::Assign {
            assignee: subject("sana", "it")
        }),
        Just(Body::Claim),
        Just(Body::Start),
        text().prop_map(|question| Body::WaitOnRequester { question }),
        text().prop_map(|note| Body::Resume { note }),
        text().prop_map(|text| Body::Reply { text }),
        text().prop_map(|text| Body::AddNote { text }),
        text().prop_map(|reason| Body::Transfer {
            to: "facilities".parse().unwrap(),
            to_known: true,
            reason
        }),
        Just(resolve()),
        text().prop_map(|comment| Body::Confirm { comment }),
        text().prop_map(|reason| Body::Reopen { reason }),
        Just(Body::AutoClose),
        text().prop_map(|reason| Body::Decline {
            reason,
            tasks: None
        }),
        text().prop_map(|reason| Body::Cancel {
            reason,
            tasks: None
        }),
        text().prop_map(|reason| Body::Merge {
            into: other(),
            reason
        }),
        Just(Body::ReceiveMerge(merged_away())),
        Just(Body::TakeBackMerge {
            into: other().request
        }),
        any::<bool>().prop_map(|internal| Body::Attach {
            attachment: picture(),
            internal
        }),
    ]
}

fn callers() -> impl Strategy<Value = Caller> {
    prop_oneof![
        Just(amina()),
        Just(daniel()),
        Just(mei()),
        Just(caller("sol", "facilities", &[])),
        Just(Caller::service("requests"))
    ]
}

proptest! {
    #[test]
    fn every_life_keeps_the_rules(steps in prop::collection::vec((bodies(), callers(), 0_i64..7200), 1..60)) {
        let mut state = None;
        let mut at = Timestamp::from_micros(1_772_442_000_000_000);
        for (body, by, seconds) in steps {
            at = at.plus_seconds(seconds);
            let command = Command { at, by: by.clone(), body };
            let Ok(events) = RequestDecider::decide(&state, &command) else { continue };
            let before = state.clone();
            for event in events {
                let recorded = Recorded { id: uuid::Uuid::nil(), at, by: by.actor.clone(), event };
                RequestDecider::evolve(&mut state, &recorded);
                check(&before, &state, &recorded);
            }
        }
    }

    #[test]
    fn the_same_history_and_command_give_the_same_events(body in bodies(), by in callers()) {
        let story = story().and([acknowledged(), assigned("daniel")]);
        let command = Command { at: due(), by, body };
        let first = RequestDecider::decide(story.state(), &command);
        prop_assert_eq!(first, RequestDecider::decide(story.state(), &command));
    }
}

fn check(
    before: &Option<khidma_requests_domain::Request>,
    after: &Option<khidma_requests_domain::Request>,
    recorded: &Recorded<RequestEvent>,
) {
    let Some(now) = after else {
        panic!("a request does not vanish")
    };
    // A timer runs exactly while it is resolved.
    assert_eq!(
        now.auto_close_at.is_some(),
        now.state == State::Resolved,
        "{recorded:?}"
    );
    // A person acknowledges once, and never takes it back.
    let acknowledged = before.as_ref().is_some_and(|before| before.acknowledged);
    assert!(now.acknowledged || !acknowledged, "{recorded:?}");
    // Who works on it has acknowledged it, unless it came back after the end.
    if now.state == State::InProgress && matches!(recorded.event, RequestEvent::Started(_)) {
        assert!(now.acknowledged && now.assignee.is_some(), "{recorded:?}");
    }
    // A declined or cancelled request stays so.
    if let Some(before) = before
        .as_ref()
        .filter(|b| matches!(b.state, State::Declined | State::Cancelled))
    {
        assert_eq!(before.state, now.state, "{recorded:?}");
    }
    // What was merged says into what, and nothing else does.
    assert_eq!(
        now.merged_into.is_some(),
        now.state == State::Merged,
        "{recorded:?}"
    );
    // The requester never changes.
    assert!(
        before
            .as_ref()
            .is_none_or(|before| before.requester == now.requester)
    );
    // The audience always names both sides.
    let audience = RequestDecider::audience(before, after);
    let asking = now.requester_department.as_ref().unwrap();
    assert!(audience.contains(&now.provider) && audience.contains(asking));
}
