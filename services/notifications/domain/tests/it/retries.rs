//! When what failed is tried again.

use khidma_events::directory::QuietHours;
use khidma_events::notifications::*;
use khidma_kernel::{Caller, DeliveryId, Position, Timestamp};
use khidma_notifications_domain::delivery::*;
use khidma_testkit::Story;
use uuid::Uuid;

const ID: DeliveryId = DeliveryId(Uuid::from_u128(7));

fn requested() -> DeliveryEvent {
    let message = Message {
        kind: MessageKind::Receipt,
        request: None,
        args: Default::default(),
        items: vec![],
    };
    let requested = DeliveryRequested {
        to: Receiver::Person("amina".parse().unwrap()),
        channel: Channel::Email,
        message,
        language: "en".into(),
        texts: 1,
        origin: Origin {
            position: Position(42),
            number: 0,
        },
        urgent: false,
        not_before: None,
    };
    requested.into()
}

/// When it is tried again after it failed at that time, in seconds from then.
fn again(at: &str, quiet: Option<(&str, &str)>) -> i64 {
    let at: Timestamp = at.parse().unwrap();
    let failure = Failure {
        code: "timeout".into(),
        status: None,
        reason: "it did not answer".into(),
    };
    let failed = DeliveryCommand::Attempted {
        id: ID,
        attempt: 1,
        outcome: Outcome::Failed {
            failure,
            fate: Fate::Retry { after: None },
        },
        quiet: quiet.map(|(start, end)| QuietHours {
            time_zone: "UTC".into(),
            start: start.into(),
            end: end.into(),
        }),
    };
    let mut retry_at = None;
    let story: Story<DeliveryDecider> = Story::given([requested()]);
    let story = story.by(Caller::service("notifications")).at(at);
    story.when(failed).then_events(|events| {
        retry_at = events.iter().find_map(|event| match event {
            DeliveryEvent::AttemptFailed(event) => Some(event.retry_at),
            _ => None,
        });
    });
    retry_at.unwrap().micros_since(at) / 1_000_000
}

#[test]
fn what_failed_before_quiet_hours_is_tried_again_after_them() {
    let night = Some(("22:00", "07:00"));
    let (evening, late) = ("2026-03-02T20:00:00Z", "2026-03-02T21:59:58Z");
    assert_eq!(again(late, None), 5, "when nobody is disturbed by it");
    assert_eq!(again(evening, night), 5);
    assert_eq!(again(late, night), 9 * 3600 + 2);
}
