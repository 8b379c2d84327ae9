//! Concerns: raised by name or in nobody's, and what comes of them.

use khidma_events::requests::*;
use khidma_kernel::{Caller, Decider};
use khidma_requests_domain::{Body, Raise, RequestDecider, State, Told};

use crate::support::*;

fn anonymous() -> Raise {
    Raise {
        follow_digest: Some("cd".repeat(32)),
        ..concern()
    }
}

fn reply(digest: &str) -> Body {
    Body::ReplyAsRaiser {
        text: "At noon".into(),
        follow_digest: digest.into(),
    }
}

#[test]
fn a_concern_is_raised_by_name() {
    let raise = Raise {
        similar: vec![other_concern(), other_concern()],
        ..concern()
    };
    let after = khidma_testkit::Story::<RequestDecider>::new()
        .by(amina())
        .when(Body::Raise(raise))
        .then_events(|events| {
            let [
                RequestEvent::Submitted(submitted),
                RequestEvent::ReceiptIssued(_),
                RequestEvent::Linked(_),
            ] = events
            else {
                panic!("{events:?}")
            };
            assert_eq!(submitted.kind, RequestKind::Concern);
            assert_eq!(submitted.requester, amina().actor.person().cloned());
            assert_eq!(submitted.follow_digest, None);
        });
    after
        .when(Body::Raise(concern()))
        .then_refused("ALREADY_SUBMITTED");
}

#[test]
fn nothing_of_an_anonymous_concern_says_who_raised_it() {
    let story = raised_anonymously();
    let request = story.state().as_ref().unwrap();
    assert_eq!(
        (&request.requester, &request.requester_department),
        (&None, &None)
    );
    let audience = RequestDecider::audience(&None, story.state());
    assert_eq!(audience, ["it".parse().unwrap()].into());
}

#[test]
fn who_has_no_department_and_who_is_half_anonymous_raises_nothing() {
    let nobody = khidma_testkit::Story::<RequestDecider>::new;
    let raise = |by, raise| {
        let _ = nobody()
            .by(by)
            .when(Body::Raise(raise))
            .then_refused("NO_DEPARTMENT");
    };
    raise(Caller::service("requests"), concern());
    raise(Caller::anonymous(), concern());
    raise(amina(), anonymous());
    // Which concerns its raiser may read would tell who they are.
    let similar = vec![other_concern()];
    let telling = Raise {
        similar,
        ..anonymous()
    };
    raise(Caller::anonymous(), telling);
}

#[test]
fn a_concern_that_says_nothing_or_goes_nowhere_is_refused() {
    let with = |change: &dyn Fn(&mut Raise)| {
        let mut raise = concern();
        change(&mut raise);
        Body::Raise(raise)
    };
    let unknown = || {
        let mut other = other_concern();
        other.found = None;
        other
    };
    khidma_testkit::Story::<RequestDecider>::new()
        .by(amina())
        .when(with(&|raise| raise.title.clear()))
        .then_refused_at("MISSING_FIELD", "title")
        .when(with(&|raise| raise.provider_known = false))
        .then_refused_at("UNKNOWN_DEPARTMENT", "provider_id")
        .when(with(&|raise| raise.offered_by = None))
        .then_refused_at("UNKNOWN_OFFERING", "offering")
        .when(with(&|raise| raise.offered_by = "hr".parse().ok()))
        .then_refused("OFFERING_OF_ANOTHER")
        .when(with(&|raise| raise.similar = vec![unknown()]))
        .then_refused_at("UNKNOWN_REQUEST", "similar_to_ids")
        .when(with(&|raise| raise.similar = vec![other()]))
        .then_refused("NOT_CONCERNS")
        .when(with(&|raise| raise.similar = vec![other_concern(); 51]))
        .then_refused("TOO_MANY_LINKS");
}

#[test]
fn who_knows_the_word_replies_and_nobody_else_does() {
    let replied = Replied {
        side: Side::Requester,
        text: "At noon".into(),
    };
    let resumed = Resumed { note: None };
    raised_anonymously()
        .and([waiting()])
        .by(Caller::anonymous())
        .when(reply(&"ee".repeat(32)))
        .then_refused("UNKNOWN_REQUEST")
        .when(Body::Reply {
            text: "Me too".into(),
        })
        .then_refused("UNKNOWN_REQUEST")
        .by(amina())
        .when(reply(&"cd".repeat(32)))
        .then_refused("UNKNOWN_REQUEST")
        .by(Caller::anonymous())
        .when(reply(&"cd".repeat(32)))
        .then([replied.into(), resumed.into()]);
    raised()
        .by(Caller::anonymous())
        .when(reply(""))
        .then_refused("UNKNOWN_REQUEST");
}

#[test]
fn no_reply_goes_into_what_is_over() {
    let replies = || reply(&"cd".repeat(32));
    raised_anonymously()
        .and([resolved()])
        .by(Caller::anonymous())
        .when(replies())
        .then_events(|events| assert_eq!(events.len(), 1));
    let into = other_concern().request;
    let over: [RequestEvent; 3] = [
        Merged { into, reason: None }.into(),
        Declined {
            reason: "No".into(),
            tasks: None,
        }
        .into(),
        AutoClosed {}.into(),
    ];
    for ended in over {
        raised_anonymously()
            .and([resolved(), ended])
            .by(Caller::anonymous())
            .when(replies())
            .then_refused("INVALID_TRANSITION")
            // Whoever does not know the word learns nothing of it.
            .when(reply(&"ee".repeat(32)))
            .then_refused("UNKNOWN_REQUEST");
    }
}

#[test]
fn what_comes_of_a_concern_is_published_and_of_a_request_is_not() {
    let published = |outcome: &str, acted| {
        let outcome = outcome.to_owned();
        RequestEvent::from(OutcomePublished { outcome, acted })
    };
    raised()
        .by(daniel())
        .when(resolve())
        .then([resolved(), published("It is on the desk", true)]);
    raised_anonymously()
        .by(daniel())
        .when(Body::Decline {
            reason: "As it should be".into(),
            tasks: None,
        })
        .then([
            Declined {
                reason: "As it should be".into(),
                tasks: None,
            }
            .into(),
            published("As it should be", false),
        ]);
    story().by(daniel()).when(resolve()).then([resolved()]);
    assert!(RequestDecider::by_itself(&published("Done", true)));
}

#[test]
fn a_manager_does_not_silence_a_concern_and_its_withdrawal_is_published() {
    let cancel = |reason: &str| Body::Cancel {
        reason: reason.into(),
        tasks: None,
    };
    let confirm = Body::Confirm {
        comment: String::new(),
    };
    raised()
        .by(linh())
        .when(cancel("Enough"))
        .then_refused("NOT_ALLOWED")
        .by(amina())
        .when(cancel(""))
        .then([
            Cancelled {
                reason: None,
                tasks: None,
            }
            .into(),
            OutcomePublished {
                outcome: "It was taken back by who raised it.".into(),
                acted: false,
            }
            .into(),
        ]);
    raised()
        .and([resolved()])
        .by(linh())
        .when(confirm.clone())
        .then_refused("NOT_ALLOWED")
        .by(amina())
        .when(confirm)
        .then([Confirmed { comment: None }.into()]);
}

#[test]
fn nobody_confirms_an_anonymous_concern_and_it_closes_by_itself() {
    let confirm = Body::Confirm {
        comment: String::new(),
    };
    let after = raised_anonymously()
        .and([resolved()])
        .by(amina())
        .when(confirm.clone())
        .then_refused("UNKNOWN_REQUEST")
        .by(mei())
        .when(confirm)
        .then_refused("NOT_ALLOWED")
        .by(Caller::service("requests"))
        .later(3600)
        .when(Body::AutoClose)
        .then([AutoClosed {}.into()]);
    assert_eq!(after.state().as_ref().unwrap().state, State::Closed);
}

#[test]
fn what_came_of_a_similar_concern_is_told_by_the_service_alone() {
    let told = Told {
        concern: other().request,
        outcome: "A new router".into(),
        acted: true,
    };
    let share = Body::ShareOutcome(told);
    let after = raised_anonymously()
        .by(daniel())
        .when(share.clone())
        .then_refused("NOT_ALLOWED")
        .by(Caller::service("requests"))
        .when(share.clone())
        .then_events(|events| assert!(matches!(events, [RequestEvent::OutcomeShared(_)])));
    assert!(
        after
            .state()
            .as_ref()
            .unwrap()
            .told
            .contains(&other().request)
    );
    story()
        .by(Caller::service("requests"))
        .when(share)
        .then_refused("NOT_CONCERNS");
}
