//! The life of a request, told from outside.

use crate::support::*;
use khidma_events::requests::*;
use khidma_kernel::Caller;
use khidma_requests_domain::{Body, RequestDecider, Subject, limits};
use khidma_testkit::Story;

type Requests = Story<RequestDecider>;

#[test]
fn asking_gives_a_receipt_at_once() {
    Requests::new()
        .by(amina())
        .when(Body::Submit(asked()))
        .then([submitted(), ReceiptIssued {}.into()])
        .when(Body::Submit(asked()))
        .then_refused("ALREADY_SUBMITTED");
}

#[test]
fn a_whole_life() {
    story()
        .by(daniel())
        .when(Body::Acknowledge {
            note: "Seen".into(),
        })
        .then([Acknowledged {
            note: Some("Seen".into()),
        }
        .into()])
        .when(Body::Claim)
        .then([assigned("daniel")])
        .when(Body::Start)
        .then([started()])
        .when(Body::WaitOnRequester {
            question: "Which keyboard?".into(),
        })
        .then([waiting()])
        .by(amina())
        .when(Body::Reply {
            text: "Persian".into(),
        })
        .then([
            Replied {
                side: Side::Requester,
                text: "Persian".into(),
            }
            .into(),
            Resumed { note: None }.into(),
        ])
        .by(daniel())
        .when(resolve())
        .then([resolved()])
        .by(amina())
        .when(Body::Reopen {
            reason: "There is no charger".into(),
        })
        .then([Reopened {
            reason: "There is no charger".into(),
        }
        .into()])
        .by(daniel())
        .when(resolve())
        .then([resolved()])
        .by(amina())
        .when(Body::Confirm {
            comment: String::new(),
        })
        .then([Confirmed { comment: None }.into()])
        .when(Body::Confirm {
            comment: String::new(),
        })
        .then_refused("INVALID_TRANSITION");
}

#[test]
fn who_starts_what_nobody_had_seen_has_seen_it_and_takes_it_on() {
    story()
        .by(daniel())
        .when(Body::Start)
        .then([acknowledged(), assigned("daniel"), started()]);
    story()
        .by(daniel())
        .when(Body::Claim)
        .then([acknowledged(), assigned("daniel")]);
}

#[test]
fn what_another_has_taken_on_only_a_manager_takes_away() {
    let taken = || story().and([acknowledged(), assigned("daniel")]);
    taken()
        .by(sana())
        .when(Body::Claim)
        .then_refused("ALREADY_ASSIGNED");
    taken().by(daniel()).when(Body::Claim).then_nothing();
    let from = Some("daniel".parse().unwrap());
    taken().by(mei()).when(Body::Claim).then([Assigned {
        assignee: "mei".parse().unwrap(),
        from: from.clone(),
    }
    .into()]);
    let to_sana = || Body::Assign {
        assignee: subject("sana", "it"),
    };
    let handed = || {
        Assigned {
            assignee: "sana".parse().unwrap(),
            from: from.clone(),
        }
        .into()
    };
    taken().by(daniel()).when(to_sana()).then([handed()]);
    taken().by(mei()).when(to_sana()).then([handed()]);
    taken()
        .by(sana())
        .when(to_sana())
        .then_refused("NOT_ALLOWED");
}

#[test]
fn only_a_member_of_the_provider_is_given_its_work() {
    let assign = |assignee| Body::Assign { assignee };
    let unknown = Subject {
        known: false,
        ..subject("nobody", "it")
    };
    story()
        .by(mei())
        .when(assign(subject("farid", "finance")))
        .then_refused_at("ASSIGNEE_NOT_MEMBER", "assignee_id")
        .when(assign(unknown))
        .then_refused_at("UNKNOWN_PERSON", "assignee_id");
}

#[test]
fn a_reply_of_the_provider_resumes_nothing() {
    story()
        .and([waiting()])
        .by(daniel())
        .when(Body::Reply {
            text: "Any news?".into(),
        })
        .then([Replied {
            side: Side::Provider,
            text: "Any news?".into(),
        }
        .into()]);
}

#[test]
fn resolving_and_transferring_end_a_wait_in_sight() {
    story()
        .and([waiting()])
        .by(daniel())
        .when(resolve())
        .then([Resumed { note: None }.into(), resolved()]);
    let transfer = Body::Transfer {
        to: "facilities".parse().unwrap(),
        to_known: true,
        reason: "Desks are theirs".into(),
    };
    story()
        .and([waiting()])
        .by(daniel())
        .when(transfer)
        .then_events(|events| {
            assert!(
                matches!(
                    events,
                    [RequestEvent::Resumed(_), RequestEvent::Transferred(_)]
                ),
                "{events:?}"
            );
        });
}

#[test]
fn after_a_transfer_the_new_provider_begins_anew_and_the_old_one_is_out() {
    let transferred = Transferred {
        from: "it".parse().unwrap(),
        to: "facilities".parse().unwrap(),
        reason: "Desks are theirs".into(),
    };
    let story = story().and([
        acknowledged(),
        assigned("daniel"),
        started(),
        transferred.into(),
    ]);
    assert_eq!(story.state().as_ref().unwrap().assignee, None);
    story
        .by(daniel())
        .when(Body::Start)
        .then_refused("UNKNOWN_REQUEST")
        .by(caller("sol", "facilities", &[]))
        .when(Body::Start)
        .then([assigned("sol"), started()]);
}

#[test]
fn a_transfer_needs_an_open_department_that_is_another_one() {
    let to = |to: &str, to_known| Body::Transfer {
        to: to.parse().unwrap(),
        to_known,
        reason: "Theirs".into(),
    };
    story()
        .by(daniel())
        .when(to("it", true))
        .then_refused_at("SAME_PROVIDER", "provider_id")
        .when(to("nowhere", false))
        .then_refused_at("UNKNOWN_DEPARTMENT", "provider_id");
}

#[test]
fn what_its_requester_does_not_speak_about_closes_by_itself_not_a_moment_early() {
    let service = || Caller::service("requests");
    story()
        .and([resolved()])
        .by(service())
        .at(due().plus_seconds(-1))
        .when(Body::AutoClose)
        .then_nothing()
        .at(due())
        .when(Body::AutoClose)
        .then([AutoClosed {}.into()])
        .when(Body::AutoClose)
        .then_nothing()
        .by(amina())
        .when(Body::Confirm {
            comment: "Late, but yes".into(),
        })
        .then([Confirmed {
            comment: Some("Late, but yes".into()),
        }
        .into()]);
}

#[test]
fn a_reopened_request_no_longer_closes_by_itself() {
    story()
        .and([
            resolved(),
            Reopened {
                reason: "No".into(),
            }
            .into(),
        ])
        .by(Caller::service("requests"))
        .at(due().plus_seconds(10))
        .when(Body::AutoClose)
        .then_nothing();
}

#[test]
fn what_is_done_with_is_left_alone() {
    let ends: [RequestEvent; 3] = [
        Declined {
            reason: "No".into(),
            tasks: None,
        }
        .into(),
        Cancelled {
            reason: None,
            tasks: None,
        }
        .into(),
        resolved(),
    ];
    for end in ends {
        let ended = || story().and([end.clone()]).by(daniel());
        for body in [
            Body::Acknowledge {
                note: String::new(),
            },
            Body::Claim,
            Body::Start,
            Body::WaitOnRequester {
                question: "?".into(),
            },
            Body::Resume {
                note: String::new(),
            },
            Body::SetPriority {
                priority: Priority::High,
                reason: String::new(),
            },
            Body::Transfer {
                to: "hr".parse().unwrap(),
                to_known: true,
                reason: "r".into(),
            },
            resolve(),
            Body::Decline {
                reason: "r".into(),
                tasks: None,
            },
        ] {
            ended().when(body).then_refused("INVALID_TRANSITION");
        }
        ended()
            .by(amina())
            .when(Body::Cancel {
                reason: String::new(),
                tasks: None,
            })
            .then_refused("INVALID_TRANSITION");
    }
}

#[test]
fn whoever_writes_down_anothers_wish_must_be_of_the_provider() {
    let on_behalf = |department: &str, known| {
        let subject = Subject {
            known,
            ..subject("amina", department)
        };
        Body::Submit(khidma_requests_domain::Submit {
            on_behalf_of: Some(subject),
            ..asked()
        })
    };
    Requests::new()
        .by(daniel())
        .when(on_behalf("hr", true))
        .then([submitted(), ReceiptIssued {}.into()]);
    Requests::new()
        .by(daniel())
        .when(on_behalf("hr", false))
        .then_refused_at("UNKNOWN_PERSON", "requester_id");
    Requests::new()
        .by(caller("farid", "finance", &[]))
        .when(on_behalf("hr", true))
        .then_refused("NOT_ALLOWED");
    Requests::new()
        .by(amina())
        .when(on_behalf("hr", true))
        .then([submitted(), ReceiptIssued {}.into()]);
}

#[test]
fn texts_must_say_something_and_not_too_much() {
    let submit = |title: String, description: String| {
        Body::Submit(khidma_requests_domain::Submit {
            title,
            description,
            ..asked()
        })
    };
    let long = |length| "ب".repeat(length);
    let asking = || Requests::new().by(amina());
    asking()
        .when(submit(" ".into(), String::new()))
        .then_refused_at("MISSING_FIELD", "title");
    asking()
        .when(submit(long(limits::TITLE + 1), String::new()))
        .then_refused_at("TOO_LONG", "title");
    asking()
        .when(submit("t".into(), long(limits::TEXT + 1)))
        .then_refused_at("TOO_LONG", "description");
    asking()
        .when(submit(long(limits::TITLE), long(limits::TEXT)))
        .then_events(|events| assert_eq!(events.len(), 2));
    let text = |text: &str| text.to_owned();
    story()
        .by(daniel())
        .when(Body::Reply { text: text("\n") })
        .then_refused_at("MISSING_FIELD", "text")
        .when(Body::WaitOnRequester { question: text("") })
        .then_refused_at("MISSING_FIELD", "question")
        .when(Body::Decline {
            reason: text(""),
            tasks: None,
        })
        .then_refused_at("MISSING_FIELD", "reason")
        .when(Body::AddNote {
            text: long(limits::TEXT + 1),
        })
        .then_refused_at("TOO_LONG", "text");
}

#[test]
fn tags_are_sorted_once_each_and_of_plain_characters() {
    let tags = |tags: &[&str]| Body::SetTags {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
    };
    let many: Vec<String> = (0..=limits::TAGS).map(|n| n.to_string()).collect();
    story()
        .by(daniel())
        .when(tags(&["vpn", "laptop", "vpn"]))
        .then([TagsChanged {
            tags: vec!["laptop".into(), "vpn".into()],
        }
        .into()])
        .when(tags(&["laptop", "vpn"]))
        .then_nothing()
        .when(tags(&["two words"]))
        .then_refused_at("INVALID_TAGS", "tags")
        .when(tags(&[""]))
        .then_refused_at("INVALID_TAGS", "tags")
        .when(Body::SetTags { tags: many })
        .then_refused_at("INVALID_TAGS", "tags");
}

#[test]
fn watchers_come_and_go() {
    let person = || subject("farid", "finance");
    story()
        .by(amina())
        .when(Body::AddWatcher {
            person: person(),
            approver: false,
        })
        .then([WatcherAdded {
            person: person().person,
        }
        .into()])
        .when(Body::AddWatcher {
            person: person(),
            approver: false,
        })
        .then_nothing()
        .by(caller("farid", "finance", &[]))
        .when(Body::Reply {
            text: "Hello".into(),
        })
        .then_refused("NOT_ALLOWED")
        .when(Body::RemoveWatcher {
            person: "farid".parse().unwrap(),
        })
        .then([WatcherRemoved {
            person: "farid".parse().unwrap(),
        }
        .into()])
        .when(Body::RemoveWatcher {
            person: "farid".parse().unwrap(),
        })
        .then_refused("UNKNOWN_REQUEST");
}
