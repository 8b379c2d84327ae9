//! What became of an attempt, written down.

use std::time::Duration;

use khidma_edge::telemetry::current_traceparent;
use khidma_engine::{Ask, CommandError, Done};
use khidma_events::notifications::{Failure, endpoint_entity};
use khidma_kernel::{DeliveryId, EndpointId, Position, Refusal, derived_id};
use khidma_notifications_domain::delivery::{DeliveryCommand, Outcome};
use khidma_notifications_domain::endpoint::{EndpointCommand, EndpointRefusal};
use khidma_projection::Projection;
use khidma_runtime::Tasks;
use tracing::Instrument;
use uuid::Uuid;

use super::Engines;
use super::attempt::Ended;

/// How long to wait before it is tried again, while the log is away; twice as long each time.
const PAUSE: Duration = Duration::from_millis(250);
/// And at the most.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Writes down what became of attempts.
pub(super) struct Outcomes {
    pub engines: Engines,
    pub projection: Projection,
    pub tasks: Tasks,
}

impl Outcomes {
    /// Returns when the read model shows it, so that what was delivered is not taken for what is still to be sent. Where the
    /// log is away it waits, until the process stops: then the attempt is made again.
    pub(super) async fn write(&self, id: DeliveryId, ended: Ended) {
        let (about, body, key, gone) = match ended {
            Ended::NotDue => return,
            Ended::Hopeless { about, failure } => {
                let key = key(id, b"give up", about.after, &failure.code);
                (about, DeliveryCommand::GiveUp { failure }, key, None)
            }
            Ended::Made {
                about,
                attempt,
                outcome,
                quiet,
                gone,
            } => {
                let key = key(id, b"attempt", about.after, told(&outcome));
                let gone = gone.map(|endpoint| (endpoint, why(&outcome)));
                let body = DeliveryCommand::Attempted {
                    id,
                    attempt,
                    outcome,
                    quiet,
                };
                (about, body, key, gone)
            }
        };
        if let Some((endpoint, failure)) = gone {
            // First, so that nobody is in doubt why the delivery is dead.
            self.until_written(|| self.disable(&endpoint, failure.clone(), id))
                .await;
        }
        let ask = Ask {
            correlation: about.request.map(|request| request.0),
            traceparent: about.span.in_scope(current_traceparent),
            ..Ask::by_itself("notifications", id.to_string(), key)
        };
        let execute = || {
            self.engines
                .deliveries
                .execute(ask.clone(), |_| Ok(body.clone()))
        };
        let written = self.until_written(execute);
        if let Some(done) = written.instrument(about.span.clone()).await {
            // If it is rebuilt or the process stops, nothing is lost by not waiting.
            let _ = self.projection.wait_for(done.position).await;
        }
    }

    async fn disable(
        &self,
        endpoint: &EndpointId,
        failure: Option<Failure>,
        by: DeliveryId,
    ) -> Result<Done, CommandError<EndpointRefusal>> {
        let key = derived_id(&[b"gone", endpoint.as_str().as_bytes(), by.0.as_bytes()]);
        let ask = Ask::by_itself("notifications", endpoint_entity(endpoint), key);
        let body = EndpointCommand::Disable { failure };
        self.engines
            .endpoints
            .execute(ask, |_| Ok(body.clone()))
            .await
    }

    /// Tries until it is written down, or cannot be.
    async fn until_written<R, F>(&self, mut write: impl FnMut() -> F) -> Option<Done>
    where
        R: Refusal,
        F: Future<Output = Result<Done, CommandError<R>>>,
    {
        let mut pause = PAUSE;
        loop {
            match write().await {
                Ok(done) => return Some(done),
                Err(CommandError::Refused(refusal)) => {
                    tracing::warn!(%refusal, "what became of a delivery was refused");
                    return None;
                }
                Err(error) => {
                    tracing::warn!(%error, "what became of a delivery could not be written yet");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
                () = self.tasks.stopping() => return None,
            }
        }
    }
}

/// However often, and in however many processes, the same is told of the same attempt, it is one command. That it was taken
/// is another than that it failed.
fn key(id: DeliveryId, what: &[u8], after: Position, how: &str) -> Uuid {
    let after = after.0.to_be_bytes();
    derived_id(&[what, id.0.as_bytes(), &after, how.as_bytes()])
}

fn told(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Taken => "taken",
        Outcome::Failed { .. } => "failed",
    }
}

fn why(outcome: &Outcome) -> Option<Failure> {
    match outcome {
        Outcome::Taken => None,
        Outcome::Failed { failure, .. } => Some(failure.clone()),
    }
}
