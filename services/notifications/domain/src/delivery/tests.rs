//! Stories of a delivery, and what holds for every one.

use std::time::Duration;

use khidma_events::notifications::*;
use khidma_kernel::{Caller, Command, Decider, DeliveryId, Position, Role, Timestamp};
use khidma_testkit::Story;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

type Told = Story<DeliveryDecider>;

const ID: DeliveryId = DeliveryId(Uuid::from_u128(7));

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn person(name: &str, department: &str, roles: &[Role]) -> Caller {
    Caller::person(id(name), id(department), roles.iter().copied())
}

fn request(to: Receiver, channel: Channel) -> DeliveryRequested {
    DeliveryRequested {
        to,
        channel,
        message: Message {
            kind: MessageKind::Receipt,
            request: None,
            args: [("title".to_owned(), Arg::Text("Laptop".into()))].into(),
            items: vec![],
        },
        language: "fa".into(),
        texts: 1,
        origin: Origin {
            position: Position(42),
            number: 0,
        },
        urgent: false,
        not_before: None,
    }
}

fn amina() -> Receiver {
    Receiver::Person(id("amina"))
}

fn hook() -> Receiver {
    Receiver::Endpoint(id("it-hook"))
}

/// To Amina by e-mail.
fn mail() -> Told {
    let request = request(amina(), Channel::Email);
    Story::given([request.into()])
}

/// To IT's webhook.
fn post() -> Told {
    let request = request(hook(), Channel::Webhook);
    Story::given([request.into()])
}

/// In Amina's inbox.
fn inbox() -> Told {
    let request = request(amina(), Channel::Inbox);
    Story::given([request.into(), Delivered { attempt: 1 }.into()])
        .later(60)
        .by(person("amina", "it", &[]))
}

fn failure(code: &str) -> Failure {
    Failure {
        code: code.into(),
        status: None,
        reason: "it did not answer".into(),
    }
}

fn failed(attempt: u32, fate: Fate) -> DeliveryCommand {
    let failure = failure("timeout");
    DeliveryCommand::Attempted {
        id: ID,
        attempt,
        outcome: Outcome::Failed { failure, fate },
        quiet: None,
    }
}

fn taken(attempt: u32) -> DeliveryCommand {
    DeliveryCommand::Attempted {
        id: ID,
        attempt,
        outcome: Outcome::Taken,
        quiet: None,
    }
}

const RETRY: Fate = Fate::Retry { after: None };

fn it(enabled: bool) -> Keeper {
    Keeper::Endpoint {
        owner: EndpointOwner::Department(id("it")),
        enabled,
    }
}

#[test]
fn what_goes_to_the_inbox_is_there_at_once() {
    let request = request(amina(), Channel::Inbox);
    Told::new()
        .when(DeliveryCommand::Request(Box::new(request.clone())))
        .then([request.clone().into(), Delivered { attempt: 1 }.into()])
        .when(DeliveryCommand::Request(Box::new(request)))
        .then_nothing();
}

#[test]
fn only_the_service_asks_for_deliveries_and_by_ways_that_lead_to_the_receiver() {
    let ask = |to, channel| DeliveryCommand::Request(Box::new(request(to, channel)));
    Told::new()
        .by(person("amina", "it", &[Role::Admin]))
        .when(ask(amina(), Channel::Email))
        .then_refused("NOT_ALLOWED");
    for (to, channel) in [
        (amina(), Channel::Webhook),
        (amina(), Channel::Chat),
        (hook(), Channel::Inbox),
        (hook(), Channel::Email),
    ] {
        Told::new()
            .when(ask(to, channel))
            .then_refused("WRONG_CHANNEL");
    }
    mail()
        .by(person("amina", "it", &[]))
        .when(taken(1))
        .then_refused("NOT_ALLOWED");
}

#[test]
fn a_delivery_that_never_arrives_is_tried_eight_times_over_more_than_a_day_and_then_given_up() {
    let waits = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
    let mut story = mail();
    let mut now = Timestamp::from_micros(1_772_442_000_000_000);
    for (attempt, wait) in (1..).zip(waits) {
        story = story
            .at(now)
            .when(failed(attempt, RETRY))
            .then_events(|events| {
                let [DeliveryEvent::AttemptFailed(event)] = events else {
                    panic!("{events:?}");
                };
                assert_eq!(event.attempt, attempt);
                // Up to a tenth more than the schedule says.
                let waited = event.retry_at.micros_since(now) / 1_000_000;
                assert!((wait..=wait + wait / 10).contains(&waited), "{waited}");
                now = event.retry_at;
            });
        let delivery = story.state().as_ref().unwrap();
        assert!(delivery.is_due(now) && !delivery.is_due(now.plus_seconds(-1)));
    }
    story
        .when(failed(8, RETRY))
        .then([DeadLettered {
            attempt: 8,
            failure: failure("timeout"),
        }
        .into()])
        .when(failed(9, RETRY))
        .then_nothing();
    assert_eq!(ATTEMPTS, 8);
}

#[test]
fn what_cannot_arrive_is_not_tried_again() {
    mail().when(failed(1, Fate::Never)).then([DeadLettered {
        attempt: 1,
        failure: failure("timeout"),
    }
    .into()]);
    post()
        .when(DeliveryCommand::GiveUp {
            failure: failure("endpoint_disabled"),
        })
        .then([DeadLettered {
            attempt: 0,
            failure: failure("endpoint_disabled"),
        }
        .into()])
        .when(DeliveryCommand::GiveUp {
            failure: failure("endpoint_disabled"),
        })
        .then_nothing();
}

#[test]
fn a_receiver_that_asks_for_time_gets_it_but_not_for_ever() {
    let at = Timestamp::EPOCH;
    let wait = |round, seconds| {
        let after = Some(Duration::from_secs(seconds));
        let next = next_attempt(ID, round, at, after).unwrap();
        next.micros_since(at) / 1_000_000
    };
    assert!(
        (600..=660).contains(&wait(1, 600)),
        "more than the five seconds"
    );
    assert!(
        (300..=330).contains(&wait(2, 1)),
        "not sooner than otherwise"
    );
    let longest = LONGEST_WAIT.as_secs() as i64;
    assert!((longest..=longest + longest / 10).contains(&wait(1, u64::MAX)));
}

#[test]
fn two_processes_that_try_at_once_tell_it_once_and_what_was_taken_was_taken() {
    mail()
        .when(failed(1, RETRY))
        .then_events(|events| assert_eq!(events.len(), 1))
        .when(failed(1, RETRY))
        .then_nothing()
        .when(taken(1))
        .then([Delivered { attempt: 1 }.into()])
        .when(failed(2, RETRY))
        .then_nothing()
        .when(taken(2))
        .then_nothing();
    mail()
        .and([DeadLettered {
            attempt: 8,
            failure: failure("status"),
        }
        .into()])
        .when(taken(8))
        .then([Delivered { attempt: 8 }.into()]);
}

#[test]
fn a_dead_one_is_replayed_by_whose_it_is_and_by_admins() {
    let dead = |story: Told| {
        story.and([DeadLettered {
            attempt: 8,
            failure: failure("timeout"),
        }
        .into()])
    };
    let replay = |keeper| DeliveryCommand::Replay { keeper };
    for by in [
        person("root", "hr", &[Role::Admin]),
        person("amina", "it", &[]),
    ] {
        dead(mail())
            .by(by)
            .when(replay(Keeper::Nobody))
            .then([Replayed {}.into()])
            .when(replay(Keeper::Nobody))
            .then_refused("NOT_DEAD")
            .by(Caller::service("story"))
            .when(failed(9, RETRY))
            .then_events(|events| assert!(matches!(events, [DeliveryEvent::AttemptFailed(_)])));
    }
    dead(mail())
        .by(person("bao", "it", &[Role::Manager]))
        .when(replay(Keeper::Nobody))
        .then_refused("UNKNOWN_DELIVERY");
    let lead = person("mina", "it", &[Role::Manager]);
    dead(post())
        .by(person("amina", "it", &[]))
        .when(replay(it(true)))
        .then_refused("UNKNOWN_DELIVERY")
        .by(person("dao", "finance", &[Role::Manager]))
        .when(replay(it(true)))
        .then_refused("UNKNOWN_DELIVERY")
        .by(lead)
        .when(replay(it(false)))
        .then_refused("ENDPOINT_DISABLED")
        .when(replay(it(true)))
        .then([Replayed {}.into()]);
    dead(post())
        .by(person("root", "hr", &[Role::Admin]))
        .when(replay(Keeper::Gone))
        .then_refused("ENDPOINT_REMOVED");
}

#[test]
fn what_is_read_was_seen_and_what_is_put_away_was_read() {
    inbox()
        .when(DeliveryCommand::See)
        .then([Seen {}.into()])
        .when(DeliveryCommand::See)
        .then_nothing()
        .when(DeliveryCommand::Archive)
        .then([Read {}.into(), Archived {}.into()])
        .when(DeliveryCommand::Read)
        .then_nothing();
    inbox()
        .when(DeliveryCommand::Read)
        .then([Seen {}.into(), Read {}.into()]);
}

#[test]
fn nobody_touches_anothers_inbox_and_only_an_inbox_is_read() {
    inbox()
        .by(person("root", "hr", &[Role::Admin]))
        .when(DeliveryCommand::Read)
        .then_refused("UNKNOWN_DELIVERY");
    mail()
        .by(person("amina", "it", &[]))
        .when(DeliveryCommand::Read)
        .then_refused("NOT_IN_INBOX");
    Told::new()
        .by(person("amina", "it", &[]))
        .when(DeliveryCommand::Archive)
        .then_refused("UNKNOWN_DELIVERY");
}

#[test]
fn the_same_origin_receiver_and_channel_are_one_delivery() {
    let origin = |position, number| Origin {
        position: Position(position),
        number,
    };
    let one = delivery_id(&origin(1, 0), &amina(), Channel::Email);
    assert_eq!(one, delivery_id(&origin(1, 0), &amina(), Channel::Email));
    let named_alike = Receiver::Endpoint(id("amina"));
    for other in [
        delivery_id(&origin(2, 0), &amina(), Channel::Email),
        delivery_id(&origin(1, 1), &amina(), Channel::Email),
        delivery_id(&origin(1, 0), &amina(), Channel::Inbox),
        delivery_id(&origin(1, 0), &named_alike, Channel::Email),
    ] {
        assert_ne!(one, other);
    }
}

/// What may come next, and how much later.
fn commands() -> impl Strategy<Value = Vec<(i64, DeliveryCommand)>> {
    let fate = prop_oneof![
        6 => Just(RETRY),
        1 => Just(Fate::Never),
        1 => (0u64..1_000_000).prop_map(|seconds| Fate::Retry {
            after: Some(Duration::from_secs(seconds))
        }),
    ];
    let attempted = (1u32..24, fate, 0u8..12).prop_map(|(attempt, fate, luck)| {
        if luck == 0 {
            taken(attempt)
        } else {
            failed(attempt, fate)
        }
    });
    let command = prop_oneof![
        12 => attempted,
        1 => Just(DeliveryCommand::GiveUp { failure: failure("endpoint_disabled") }),
        2 => Just(DeliveryCommand::Replay { keeper: it(true) }),
        1 => Just(DeliveryCommand::Request(Box::new(request(hook(), Channel::Webhook)))),
    ];
    proptest::collection::vec((0i64..100_000, command), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order: nothing is attempted after it was delivered, every failure leads on to another
    /// attempt or to the dead letters, and no round has more attempts than there are.
    #[test]
    fn nothing_is_lost_and_nothing_is_sent_after_it_arrived(commands in commands()) {
        let mut story = post();
        let mut at = Timestamp::EPOCH;
        let mut delivered = false;
        for (later, body) in commands {
            at = at.plus_seconds(later);
            let by = match body {
                DeliveryCommand::Replay { .. } => person("mina", "it", &[Role::Manager]),
                _ => Caller::service("notifications"),
            };
            let state = story.state().clone();
            let Ok(events) = DeliveryDecider::decide(&state, &Command { at, by: by.clone(), body }) else {
                continue;
            };
            prop_assert!(!delivered || events.is_empty(), "after it arrived: {events:?}");
            for event in &events {
                if let DeliveryEvent::AttemptFailed(failed) = event {
                    prop_assert!(failed.retry_at > at);
                }
            }
            story = story.at(at).by(by).and(events);
            let now = story.state().clone().unwrap();
            delivered = matches!(now.stage, Stage::Delivered { .. });
            prop_assert!(now.round < ATTEMPTS);
            let ends = u8::from(now.is_pending()) + u8::from(delivered)
                + u8::from(matches!(now.stage, Stage::Dead { .. }));
            prop_assert_eq!(ends, 1);
        }
    }
}
