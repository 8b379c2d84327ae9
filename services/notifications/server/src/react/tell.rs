//! Asking for deliveries: of what is to be told, and of what was held back and is due.
//!
//! A delivery's id follows from what it is about, so it is asked for once, however often and in however many processes it
//! comes to that. What the reader's clock says (quiet hours) is looked up here, when it is asked for.

use futures::future::join_all;
use khidma_edge::Deps;
use khidma_engine::{Ask, Engine};
use khidma_events::notifications::{Channel, DeliveryRequested, Message, MessageKind, Origin};
use khidma_kernel::{PersonId, Timestamp, derived_id};
use khidma_notifications_domain::delivery::{DeliveryCommand, DeliveryDecider, delivery_id};
use khidma_notifications_domain::{digest, quiet};
use khidma_notifications_texts::CURRENT;
use khidma_projection::{AgendaError, AgendaItem, Projection, Reader, RowError};
use khidma_runtime::Clock;

use super::failed;
use crate::views::{GATHER, GatherRow, IntentRow, TELL, Way, pieces};
use crate::{facts, keys};

/// What asking for deliveries needs.
pub(super) struct Tellings {
    engine: Engine<DeliveryDecider>,
    projection: Projection,
    clock: Clock,
}

/// What all deliveries of a message share.
struct Wish<'a> {
    origin: &'a Origin,
    person: Option<&'a PersonId>,
    message: &'a Message,
    urgent: bool,
    traceparent: Option<&'a str>,
}

impl Tellings {
    pub(super) fn new(deps: &Deps, projection: &Projection) -> Self {
        Self {
            engine: deps.engine(projection),
            projection: projection.clone(),
            clock: deps.clock.clone(),
        }
    }

    /// Does what stands on the agenda; `None` if it is none of ours.
    pub(super) async fn fire(&self, item: &AgendaItem) -> Option<Result<(), AgendaError>> {
        match item.kind.as_str() {
            TELL => Some(self.tell(&item.entity).await),
            GATHER => Some(self.gather(&item.entity).await),
            _ => None,
        }
    }

    async fn tell(&self, name: &str) -> Result<(), AgendaError> {
        let reader = self.projection.reader();
        let row: Option<IntentRow> = reader.get(&keys::intent(name)).map_err(failed)?;
        let Some(row) = row else { return Ok(()) };
        let wish = Wish {
            origin: &row.origin,
            person: row.person.as_ref(),
            message: &row.message,
            urgent: row.urgent,
            traceparent: row.traceparent.as_deref(),
        };
        let asked = row.ways.iter().map(|way| self.ask(&reader, &wish, way));
        // One that fails does not cut off the others.
        join_all(asked).await.into_iter().collect()
    }

    async fn gather(&self, name: &str) -> Result<(), AgendaError> {
        let reader = self.projection.reader();
        let row: Option<GatherRow> = reader.get(&keys::gather(name)).map_err(failed)?;
        let Some(row) = row else { return Ok(()) };
        let held = pieces(&reader, name).map_err(failed)?;
        // By the oldest it is told from others: what is added meanwhile, perhaps unseen here, comes in another.
        let Some((origin, _)) = held.first() else {
            return Ok(());
        };
        let kind = row.group.map_or(MessageKind::Digest, |(kind, _)| kind);
        let pieces: Vec<&Message> = held.iter().map(|(_, message)| message).collect();
        let wish = Wish {
            origin,
            person: Some(&row.person),
            message: &digest::gathered(kind, &pieces),
            urgent: row.urgent,
            traceparent: None,
        };
        self.ask(&reader, &wish, &row.way).await
    }

    async fn ask(&self, reader: &Reader, wish: &Wish<'_>, way: &Way) -> Result<(), AgendaError> {
        let not_before = self.not_before(reader, wish, way.channel).map_err(failed)?;
        let id = delivery_id(wish.origin, &way.to, way.channel);
        let key = derived_id(&[b"request", id.0.as_bytes()]);
        let ask = Ask {
            begins: true,
            correlation: wish.message.request.map(|request| request.0),
            traceparent: wish.traceparent.map(str::to_owned),
            ..Ask::by_itself("notifications", id.to_string(), key)
        };
        let requested = DeliveryRequested {
            to: way.to.clone(),
            channel: way.channel,
            message: wish.message.clone(),
            language: way.language.clone(),
            texts: CURRENT,
            origin: wish.origin.clone(),
            urgent: wish.urgent,
            not_before,
        };
        let requested = DeliveryCommand::Request(Box::new(requested));
        let asked = self.engine.execute(ask, |_| Ok(requested.clone())).await;
        asked.map(|_| ()).map_err(failed)
    }

    /// When the person's quiet hours end. The inbox disturbs nobody.
    fn not_before(
        &self,
        reader: &Reader,
        wish: &Wish<'_>,
        channel: Channel,
    ) -> Result<Option<Timestamp>, RowError> {
        let (Some(person), false) = (wish.person, channel == Channel::Inbox) else {
            return Ok(None);
        };
        let hours = facts::quiet_hours(reader, person, wish.urgent)?;
        Ok(hours.and_then(|hours| quiet::until(&hours, self.clock.now())))
    }
}
