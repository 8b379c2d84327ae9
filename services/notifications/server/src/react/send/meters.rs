//! Deliveries in numbers.

use khidma_edge::telemetry::{Counter, Labels, Meters};
use khidma_events::notifications::Channel;
use khidma_notifications_domain::delivery::{Fate, Outcome};
use khidma_projection::Projection;

use super::attempt::Ended;
use crate::keys;
use crate::views::Tally;

/// What is counted.
pub(super) struct Instruments {
    attempts: Counter,
}

impl Instruments {
    pub(super) fn start(meters: &Meters, projection: &Projection) -> Self {
        let attempts = meters.counter(
            "khidma.notifications.attempts",
            "{attempt}",
            "Attempts to deliver messages, by how they ended",
        );
        for channel in Channel::ALL {
            for outcome in ["delivered", "failed", "dead"] {
                attempts.add(0, &[("channel", channel.as_str()), ("outcome", outcome)]);
            }
        }
        let read = projection.clone();
        meters.gauges(
            "khidma.notifications.deliveries.open",
            "{delivery}",
            "Deliveries that wait to be sent, and those that were given up and not replayed",
            move || tallies(&read),
        );
        Self { attempts }
    }

    pub(super) fn count(&self, ended: &Ended) {
        let (about, outcome) = match ended {
            Ended::NotDue => return,
            Ended::Hopeless { about, .. } => (about, "dead"),
            Ended::Made { about, outcome, .. } => (about, told(outcome)),
        };
        let channel = about.channel.as_str();
        self.attempts
            .add(1, &[("channel", channel), ("outcome", outcome)]);
    }
}

fn told(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Taken => "delivered",
        Outcome::Failed {
            fate: Fate::Retry { .. },
            ..
        } => "failed",
        Outcome::Failed {
            fate: Fate::Never, ..
        } => "dead",
    }
}

/// How many wait and how many are dead, by channel. Every process tells all of them.
fn tallies(projection: &Projection) -> Vec<(Labels, f64)> {
    let reader = projection.reader();
    let of = |channel: Channel| {
        let tally = reader.get::<Tally>(&keys::tally(channel)).ok().flatten();
        let Tally { waiting, dead } = tally.unwrap_or_default();
        [("waiting", waiting), ("dead", dead)].map(|(state, count)| {
            let labels = vec![
                ("channel", channel.as_str().to_owned()),
                ("state", state.to_owned()),
            ];
            (labels, count as f64)
        })
    };
    Channel::ALL.into_iter().flat_map(of).collect()
}
