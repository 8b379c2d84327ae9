//! One attempt: what is told is put into words, the receiver's address is looked up, and it is sent.

use std::time::Duration;

use khidma_edge::telemetry::span_from;
use khidma_engine::entity_key;
use khidma_events::directory::QuietHours;
use khidma_events::feedback::{answer_link, question_of};
use khidma_events::notifications::{
    Channel, EndpointOwner, Failure, MessageKind, Receiver, endpoint_entity,
};
use khidma_kernel::{DeliveryId, EndpointId, PersonId, Position, ServiceRequestId};
use khidma_notifications_channels::{Failed, Fate, Keyring, MailConfig, Mailer, Post, Poster};
use khidma_notifications_domain::delivery::{self, Outcome};
use khidma_notifications_domain::endpoint::Endpoint;
use khidma_notifications_domain::kinds::is_mutable;
use khidma_notifications_domain::quiet;
use khidma_notifications_domain::rules::feedback::questions::Open;
use khidma_notifications_texts::{Letter, Links, Reader as Eyes, render};
use khidma_projection::{Projection, Reader, RowError};
use khidma_runtime::Clock;
use tracing::{Instrument, Span};

use super::queues::Answer;
use crate::views::{DeliveryRow, EndpointRow, PersonRow};
use crate::{facts, keys};

/// How long an attempt may take. The channels have shorter limits of their own.
const LONGEST: Duration = Duration::from_secs(120);

/// What attempts need.
pub(super) struct Attempts {
    pub projection: Projection,
    pub clock: Clock,
    pub mailer: Mailer,
    pub poster: Poster,
    pub keyring: Keyring,
    pub mail: MailConfig,
    /// Where people reach the feedback's port, if links lead there.
    pub feedback_url: Option<String>,
}

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// None was made: it is not to be sent now.
    NotDue,
    /// None was made, and none ever will: there is nowhere to send it to, or nothing to send.
    Hopeless { about: About, failure: Failure },
    /// It was made.
    Made {
        about: About,
        /// Which one, from 1.
        attempt: u32,
        outcome: Outcome,
        /// The receiver's quiet hours, where they hold for it.
        quiet: Option<QuietHours>,
        /// The endpoint that wants nothing any more.
        gone: Option<EndpointId>,
    },
}

/// Of what an attempt was one.
#[derive(Debug)]
pub(super) struct About {
    pub channel: Channel,
    pub request: Option<ServiceRequestId>,
    /// Where the delivery's last commit stood when it was made.
    pub after: Position,
    /// Its trace: one of its own, with a link to what led to the delivery.
    pub span: Span,
}

impl Ended {
    /// What it says of the receiver.
    pub(super) fn answer(&self) -> Answer {
        match self {
            Self::Made {
                outcome: Outcome::Taken,
                ..
            } => Answer::Took,
            Self::Made {
                outcome:
                    Outcome::Failed {
                        fate: delivery::Fate::Retry { .. },
                        ..
                    },
                ..
            } => Answer::Struggled,
            Self::Made { .. } | Self::NotDue | Self::Hopeless { .. } => Answer::Nothing,
        }
    }
}

/// Where it goes.
enum Target {
    Mail {
        person: PersonId,
        address: String,
        time_zone: Option<String>,
    },
    Endpoint(EndpointId, Endpoint),
    /// Nowhere, and why.
    Nowhere(Failure),
}

impl Target {
    /// Whom it reaches; nobody in person at a department's endpoint.
    fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Mail { person, .. } => Some(person),
            Self::Endpoint(_, endpoint) => match &endpoint.owner {
                EndpointOwner::Person(person) => Some(person),
                EndpointOwner::Department(_) => None,
            },
            Self::Nowhere(_) => None,
        }
    }
}

impl Attempts {
    /// Sends it, if it is to be sent now.
    ///
    /// # Errors
    /// A row cannot be read.
    pub(super) async fn make(&self, id: DeliveryId) -> Result<Ended, RowError> {
        let reader = self.projection.reader();
        let row: Option<DeliveryRow> = reader.get(&entity_key(&id.to_string()))?;
        let Some((row, delivery)) = row.and_then(|row| {
            let delivery = row.entity.state.clone()?;
            Some((row, delivery))
        }) else {
            return Ok(Ended::NotDue);
        };
        let now = self.clock.now();
        if !delivery.is_due(now) {
            return Ok(Ended::NotDue);
        }
        let about = About {
            channel: delivery.channel,
            request: row.card.request,
            after: row.entity.position,
            span: span_from(row.card.traceparent.as_deref(), "delivery attempt", true),
        };
        let target = self.target(&reader, &delivery.to)?;
        let quiet = match target.person() {
            Some(person) => facts::quiet_hours(&reader, person, row.card.urgent)?,
            None => None,
        };
        if quiet
            .as_ref()
            .is_some_and(|quiet| quiet::until(quiet, now).is_some())
        {
            // It was to come before they began, or somebody replayed it. The agenda offers it until they are over.
            return Ok(Ended::NotDue);
        }
        let words = match &target {
            Target::Nowhere(failure) => Err(failure.clone()),
            _ => self.words(&row, &target, self.answer(&reader, &row, &target)?),
        };
        let (letter, unsubscribe) = match words {
            Ok(words) => words,
            Err(failure) => return Ok(Ended::Hopeless { about, failure }),
        };
        let post = Post {
            id: id.0,
            message: &row.message,
            letter: &letter,
            at: row.card.requested,
            urgent: row.card.urgent,
        };
        let sending = self.send(&target, delivery.channel, &post, unsubscribe.as_deref());
        let sent = tokio::time::timeout(LONGEST, sending);
        let sent = sent.instrument(about.span.clone()).await;
        let sent = sent.unwrap_or_else(|_| {
            let failure = failure("timeout", "the attempt was not done in time");
            let fate = Fate::Retry { after: None };
            Err(Failed { failure, fate })
        });
        let (outcome, gone) = judged(sent, &target);
        Ok(Ended::Made {
            about,
            attempt: delivery.attempts.saturating_add(1),
            outcome,
            quiet,
            gone,
        })
    }

    fn target(&self, reader: &Reader, to: &Receiver) -> Result<Target, RowError> {
        match to {
            Receiver::Person(person) => {
                let row: Option<PersonRow> = reader.get(&keys::person(person))?;
                let row = row.filter(|row| row.active);
                let Some(address) = row.as_ref().and_then(PersonRow::email) else {
                    let reason = "the person has no e-mail address, or has left";
                    return Ok(Target::Nowhere(failure("no_address", reason)));
                };
                let hours = row
                    .as_ref()
                    .and_then(|row| row.profile.quiet_hours.as_ref());
                Ok(Target::Mail {
                    person: person.clone(),
                    address: address.to_owned(),
                    time_zone: hours.map(|hours| hours.time_zone.clone()),
                })
            }
            Receiver::Endpoint(id) => {
                let row: Option<EndpointRow> = reader.get(&entity_key(&endpoint_entity(id)))?;
                let endpoint = row.and_then(|row| row.entity.state);
                Ok(match endpoint.filter(|endpoint| !endpoint.removed) {
                    None => {
                        let reason = "the endpoint was removed";
                        Target::Nowhere(failure("endpoint_removed", reason))
                    }
                    Some(endpoint) if !endpoint.enabled => {
                        let reason = "the endpoint is disabled; enable it and replay the delivery";
                        Target::Nowhere(failure("endpoint_disabled", reason))
                    }
                    Some(endpoint) => Target::Endpoint(id.clone(), endpoint),
                })
            }
        }
    }

    /// The letter, and the link that ends such letters, where there is one.
    fn words(
        &self,
        row: &DeliveryRow,
        target: &Target,
        answer: Option<String>,
    ) -> Result<(Letter, Option<String>), Failure> {
        let (time_zone, unsubscribe) = match target {
            Target::Mail {
                person, time_zone, ..
            } => (
                time_zone.as_deref(),
                self.unsubscribe(person, row.card.kind),
            ),
            Target::Endpoint(..) | Target::Nowhere(_) => (None, None),
        };
        let eyes = Eyes {
            language: &row.card.language,
            time_zone,
        };
        let links = Links {
            unsubscribe: unsubscribe.clone(),
            open: None,
            answer,
        };
        let letter = render(&row.message, &eyes, &links, row.card.texts);
        let letter = letter.map_err(|error| failure("texts", error.to_string()))?;
        Ok((letter, unsubscribe))
    }

    /// The link by which who is asked, and nobody else, answers the question after a request, while it can be answered. It is
    /// made here and stands on no log, as whoever has it may answer.
    fn answer(
        &self,
        reader: &Reader,
        row: &DeliveryRow,
        target: &Target,
    ) -> Result<Option<String>, RowError> {
        let (Some(there), MessageKind::Survey, Some(request)) =
            (&self.feedback_url, row.card.kind, row.card.request)
        else {
            return Ok(None);
        };
        let id = question_of(request);
        let open: Option<Open> = reader.get(&keys::question(id))?;
        let open = open.filter(|open| target.person() == Some(&open.person));
        Ok(open.map(|open| answer_link(there, id, &open.secret)))
    }

    fn unsubscribe(&self, person: &PersonId, kind: MessageKind) -> Option<String> {
        if !is_mutable(kind) {
            return None;
        }
        let token = self.keyring.unsubscribe_token(person, kind);
        self.mail.unsubscribe_link(&token)
    }

    async fn send(
        &self,
        target: &Target,
        channel: Channel,
        post: &Post<'_>,
        unsubscribe: Option<&str>,
    ) -> Result<(), Failed> {
        match target {
            Target::Mail { address, .. } => self.mailer.send(address, post, unsubscribe).await,
            Target::Endpoint(_, endpoint) if channel == Channel::Chat => {
                self.poster.chat(&endpoint.url, post).await
            }
            Target::Endpoint(id, endpoint) => {
                let generations = endpoint.generations(self.clock.now());
                let secrets: Vec<_> = generations
                    .into_iter()
                    .map(|generation| self.keyring.secret(id.as_str(), generation))
                    .collect();
                self.poster.webhook(&endpoint.url, &secrets, post).await
            }
            Target::Nowhere(failure) => Err(Failed {
                failure: failure.clone(),
                fate: Fate::Never,
            }),
        }
    }
}

fn judged(sent: Result<(), Failed>, target: &Target) -> (Outcome, Option<EndpointId>) {
    let Failed { failure, fate } = match sent {
        Ok(()) => return (Outcome::Taken, None),
        Err(failed) => failed,
    };
    let gone = match (fate, target) {
        (Fate::Gone, Target::Endpoint(id, _)) => Some(id.clone()),
        _ => None,
    };
    let fate = match fate {
        Fate::Retry { after } => delivery::Fate::Retry { after },
        Fate::Never | Fate::Gone => delivery::Fate::Never,
    };
    (Outcome::Failed { failure, fate }, gone)
}

fn failure(code: &str, reason: impl Into<String>) -> Failure {
    Failure {
        code: code.to_owned(),
        status: None,
        reason: reason.into(),
    }
}
