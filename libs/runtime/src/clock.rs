//! The injected clock.

use std::sync::Arc;
use std::time::Duration;

use khidma_kernel::Timestamp;
use tokio::sync::watch;
use uuid::Uuid;

/// Tells the time. Clones tell the same time.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(Arc<watch::Sender<Timestamp>>),
    Travelling(Arc<watch::Sender<Pace>>),
}

/// How a travelling clock goes.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// So many microseconds ahead of the machine's clock (behind, if negative).
    Ahead(i64),
    /// Not at all, until it is moved.
    Standing(Timestamp),
}

/// Moves a travelling clock.
#[derive(Debug, Clone)]
pub struct TimeMachine(Arc<watch::Sender<Pace>>);

/// The hand that moves a manual clock.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<watch::Sender<Timestamp>>);

/// A wall clock may be set while we sleep; looking again this often bounds how late that is noticed.
const LONGEST_NAP: Duration = Duration::from_secs(1);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until its hand is moved.
    pub fn manual(start: Timestamp) -> (Self, ManualClock) {
        let hand = Arc::new(watch::Sender::new(start));
        (Self(Source::Manual(hand.clone())), ManualClock(hand))
    }

    /// A clock that goes as the machine's does, and shows `start` now: for demonstrations that take days. Its machine can
    /// move it on, and at last to the machine's own time.
    pub fn travelling(start: Timestamp) -> (Self, TimeMachine) {
        let pace = Pace::Ahead(start.micros_since(system()));
        let pace = Arc::new(watch::Sender::new(pace));
        (Self(Source::Travelling(pace.clone())), TimeMachine(pace))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => system(),
            Source::Manual(hand) => *hand.borrow(),
            Source::Travelling(pace) => pace.borrow().now(),
        }
    }

    /// Returns once it is `due` or later, at once if it is already.
    pub async fn sleep_until(&self, due: Timestamp) {
        match &self.0 {
            Source::System => {
                while let Ok(left @ 1..) = u64::try_from(due.micros_since(self.now())) {
                    tokio::time::sleep(Duration::from_micros(left).min(LONGEST_NAP)).await;
                }
            }
            Source::Manual(hand) => {
                // The sender lives in `self`, so waiting cannot fail.
                let _ = hand.subscribe().wait_for(|now| *now >= due).await;
            }
            Source::Travelling(pace) => {
                let mut moved = pace.subscribe();
                while let Ok(left @ 1..) = u64::try_from(due.micros_since(self.now())) {
                    let nap = Duration::from_micros(left).min(LONGEST_NAP);
                    // Either the nap ends or the clock is moved; both ask for another look.
                    let _ = tokio::time::timeout(nap, moved.changed()).await;
                }
            }
        }
    }

    /// A new time-ordered id (UUIDv7) at this clock's time.
    pub fn new_id(&self) -> Uuid {
        let micros = u64::try_from(self.now().as_micros()).unwrap_or_default();
        let (seconds, rest) = (micros / 1_000_000, (micros % 1_000_000) * 1000);
        let nanos = u32::try_from(rest).unwrap_or_default();
        Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
    }
}

impl TimeMachine {
    /// Moves the clock on to `now`, never back, where it stands until it is moved again.
    pub fn forward_to(&self, now: Timestamp) {
        self.0
            .send_modify(|pace| *pace = Pace::Standing(now.max(pace.now())));
    }

    /// Lets the clock go with the machine's, whose time it shows from then on, unless it is ahead of it.
    pub fn to_the_present(&self) {
        self.0.send_modify(|pace| {
            let ahead = pace.now().micros_since(system());
            *pace = Pace::Ahead(ahead.max(0));
        });
    }
}

impl Pace {
    fn now(self) -> Timestamp {
        match self {
            Self::Ahead(micros) => {
                Timestamp::from_micros(system().as_micros().saturating_add(micros))
            }
            Self::Standing(now) => now,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the wall clock"
)]
fn system() -> Timestamp {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap_or(i64::MAX))
}

impl ManualClock {
    /// Puts the clock to `now`, forwards or back.
    pub fn set(&self, now: Timestamp) {
        self.0.send_replace(now);
    }

    /// Moves the clock on by `seconds` (back, if negative).
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.send_modify(|now| *now = now.plus_seconds(seconds));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_on_the_manual_clock_wakes_when_the_hand_moves() {
        let (clock, hand) = Clock::manual(Timestamp::EPOCH);
        let due = Timestamp::EPOCH.plus_seconds(3600);
        let sleeper = {
            let clock = clock.clone();
            async move {
                clock.sleep_until(due).await;
                clock.now()
            }
        };
        let mover = async {
            hand.advance_seconds(3599);
            hand.advance_seconds(2);
        };
        let (woke, ()) = tokio::join!(sleeper, mover);
        assert!(woke >= due);
    }

    #[tokio::test]
    async fn a_sleeper_on_a_travelling_clock_wakes_when_it_is_moved_on() {
        let start = Timestamp::from_micros(1_700_000_000_000_000);
        let (clock, machine) = Clock::travelling(start);
        assert!((0..60_000_000).contains(&clock.now().micros_since(start)));
        let due = start.plus_seconds(8 * 3600);
        let (sleeper, mover) = (clock.sleep_until(due), async { machine.forward_to(due) });
        tokio::join!(sleeper, mover);
        assert_eq!(clock.now(), due, "it does not stand");
        machine.forward_to(start);
        assert_eq!(clock.now(), due, "it went back");
        machine.to_the_present();
        // Looked at before the machine's own clock, so that time passing between the two looks only counts one way.
        let shown = clock.now();
        let behind = Clock::system().now().micros_since(shown);
        assert!((0..60_000_000).contains(&behind), "{behind}");
    }

    #[test]
    fn ids_sort_by_the_clock() {
        let (clock, hand) = Clock::manual(Timestamp::from_micros(1_700_000_000_000_000));
        let first = clock.new_id();
        hand.advance_seconds(1);
        assert!(first < clock.new_id());
    }
}
