//! Sending: what is due waits for its turn, is attempted, and what became of it is written down.
//!
//! The agenda only offers: what is due goes into the queues and the agenda's place is free again at once, so that no
//! receiver, however slow, holds up others. The queues are in memory. What was lost with a process, or did not fit, is
//! offered again, as it stands on the agenda until it was delivered or given up. So each delivery is attempted at least once,
//! always under the same id.

mod attempt;
mod meters;
mod outcome;
mod queues;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use khidma_edge::Deps;
use khidma_engine::{Engine, EntityRow, entity_key};
use khidma_events::notifications::{Receiver, endpoint_entity};
use khidma_kernel::DeliveryId;
use khidma_notifications_channels::{Keyring, Mailer, Poster};
use khidma_notifications_domain::delivery::DeliveryDecider;
use khidma_notifications_domain::endpoint::{Endpoint, EndpointDecider};
use khidma_projection::{AgendaError, Projection, Reader, RowError};
use khidma_runtime::{Clock, Tasks};
use url::Url;

use self::attempt::{Attempts, Ended};
use self::meters::Instruments;
use self::outcome::Outcomes;
use self::queues::{Answer, Host, Job, Limits, Queues};
use crate::config::NotificationsConfig;
use crate::views::DeliveryHead;

/// How long attempts that are under way may go on once the process stops. What became of one that is cut off is not known:
/// it is made again.
const GRACE: Duration = Duration::from_secs(3);

/// By what messages leave the house.
#[derive(Debug, Clone)]
pub(crate) struct Channels {
    pub mailer: Mailer,
    pub poster: Poster,
    pub keyring: Keyring,
}

/// What decides on deliveries and endpoints.
#[derive(Clone)]
pub(crate) struct Engines {
    pub deliveries: Arc<Engine<DeliveryDecider>>,
    pub endpoints: Arc<Engine<EndpointDecider>>,
}

/// Sends what is due.
#[derive(Clone)]
pub(crate) struct Sender(Arc<Inner>);

struct Inner {
    queues: Mutex<Queues>,
    attempts: Attempts,
    outcomes: Outcomes,
    meters: Instruments,
    projection: Projection,
    clock: Clock,
    tasks: Tasks,
}

impl Sender {
    pub(crate) fn new(
        deps: &Deps,
        projection: &Projection,
        channels: Channels,
        engines: Engines,
        config: &NotificationsConfig,
    ) -> Self {
        let limits = Limits {
            per_receiver: config.send.per_receiver,
            per_host: config.send.per_host,
            mails: config.mail.connections,
            at_once: config.send.at_once,
            waiting_per_receiver: config.send.waiting_per_receiver,
            waiting: config.send.waiting,
        };
        let Channels {
            mailer,
            poster,
            keyring,
        } = channels;
        Self(Arc::new(Inner {
            queues: Mutex::new(Queues::new(limits)),
            attempts: Attempts {
                projection: projection.clone(),
                clock: deps.clock.clone(),
                mailer,
                poster,
                keyring,
                mail: config.mail.clone(),
                feedback_url: config.feedback_url.clone(),
            },
            outcomes: Outcomes {
                engines,
                projection: projection.clone(),
                tasks: deps.tasks.clone(),
            },
            meters: Instruments::start(&deps.meters, projection),
            projection: projection.clone(),
            clock: deps.clock.clone(),
            tasks: deps.tasks.clone(),
        }))
    }

    /// Lets the delivery that fell due wait for its turn. One that waits already goes on waiting; one for which there is no
    /// room is offered again by the agenda.
    pub(crate) fn fire(&self, entity: &str) -> Result<(), AgendaError> {
        let id: DeliveryId = entity.parse().map_err(super::failed)?;
        if self.queues().knows(id) {
            return Ok(());
        }
        let reader = self.0.projection.reader();
        let head: Option<DeliveryHead> = reader
            .get_head(&entity_key(entity))
            .map_err(super::failed)?;
        let Some(head) = head else { return Ok(()) };
        let Some(delivery) = head.entity.state else {
            return Ok(());
        };
        if !delivery.is_due(self.0.clock.now()) {
            return Ok(());
        }
        let host = host_of(&reader, &delivery.to).map_err(super::failed)?;
        let to = delivery.to;
        self.queues().offer(Job { id, to, host }, head.card.urgent);
        self.go_on();
        Ok(())
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        // Every change leaves the queues whole, so a panic elsewhere while they were held does no harm.
        self.0.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins what there is room for.
    fn go_on(&self) {
        while !self.0.tasks.is_stopping()
            && let Some(job) = self.next()
        {
            let place = Place {
                sender: self.clone(),
                job,
                answered: false,
            };
            self.0.tasks.spawn(place.work());
        }
    }

    fn next(&self) -> Option<Job> {
        self.queues().next()
    }
}

/// A place among those that are under way, given back however the work ends.
struct Place {
    sender: Sender,
    job: Job,
    answered: bool,
}

impl Place {
    async fn work(mut self) {
        let sender = self.sender.clone();
        let ended = sender.attempt(self.job.id).await;
        let answer = ended.as_ref().map_or(Answer::Nothing, Ended::answer);
        self.answer(answer);
        sender.go_on();
        if let Some(ended) = ended {
            sender.0.meters.count(&ended);
            sender.0.outcomes.write(self.job.id, ended).await;
        }
        drop(self);
        sender.go_on();
    }

    fn answer(&mut self, answer: Answer) {
        if !std::mem::replace(&mut self.answered, true) {
            self.sender.queues().answered(&self.job, answer);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.answer(Answer::Nothing);
        self.sender.queues().ended(self.job.id);
    }
}

impl Sender {
    /// How the attempt ended; `None` if that is not known.
    async fn attempt(&self, id: DeliveryId) -> Option<Ended> {
        let inner = &self.0;
        let patience = async {
            inner.tasks.stopping().await;
            tokio::time::sleep(GRACE).await;
        };
        let made = tokio::select! {
            made = inner.attempts.make(id) => made,
            () = patience => return None,
        };
        made.inspect_err(|error| tracing::warn!(%error, "a delivery could not be read"))
            .ok()
    }
}

/// Where `to` is, by which many are bounded together.
fn host_of(reader: &Reader, to: &Receiver) -> Result<Host, RowError> {
    let Receiver::Endpoint(endpoint) = to else {
        return Ok(Host::Mail);
    };
    let row: Option<EntityRow<Option<Endpoint>>> =
        reader.get_head(&entity_key(&endpoint_entity(endpoint)))?;
    let url = row.and_then(|row| row.state).map(|endpoint| endpoint.url);
    let url = url.and_then(|url| Url::parse(&url).ok());
    let host = url.map(|url| {
        let port = url.port_or_known_default().unwrap_or_default();
        format!("{}:{port}", url.host_str().unwrap_or_default())
    });
    Ok(Host::Web(host.unwrap_or_default().into()))
}
