//! The ladder of a broken promise: nobody acknowledges, so it is climbed until somebody does.

use khidma_proto::notifications::{
    AcknowledgeEscalationRequest, Escalation, EscalationState, InboxMessage,
    ListEscalationsRequest, MessageKind,
};

use super::Narrator;
use super::inboxes::look_until;
use super::outcome::{Climbed, Heard};
use super::stage::Cast;
use crate::ask;
use crate::failure::Failure;

/// An escalation of the request, as it is climbed.
pub(super) struct Ladder<'a> {
    pub(super) cast: &'a Cast,
    /// The request.
    pub(super) id: &'a str,
    heard: Vec<Heard>,
}

impl<'a> Ladder<'a> {
    pub(super) fn of(cast: &'a Cast, id: &'a str) -> Self {
        let heard = Vec::new();
        Self { cast, id, heard }
    }

    /// Waits until `person` was told, and tells what.
    pub(super) async fn reaches(
        &mut self,
        person: &str,
        narrator: &mut dyn Narrator,
    ) -> Result<(), Failure> {
        let is_it = |one: &InboxMessage| {
            one.kind() == MessageKind::Escalation && one.service_request_id == self.id
        };
        let player = self.cast.by_name(person)?;
        let inbox = look_until(player, |inbox| inbox.iter().any(is_it)).await?;
        let message = inbox.into_iter().find(is_it).unwrap_or_default();
        self.heard.push(Heard::of(person, &message));
        narrator.told(&[(person.to_owned(), message)])
    }

    /// Nour, who was told at last, says that she takes care of it.
    pub(super) async fn acknowledged(
        self,
        narrator: &mut dyn Narrator,
    ) -> Result<Climbed, Failure> {
        let nour = &self.cast.nour;
        let open = |one: &Escalation| one.state() == EscalationState::Open;
        let escalation = self.escalations(0).await?.into_iter().find(open);
        let acknowledge = AcknowledgeEscalationRequest {
            request_id: nour.request_id(),
            id: escalation.unwrap_or_default().id,
            comment: "I see to it that Daniel gets his cable.".to_owned(),
        };
        let done = ask!(*nour, escalations.acknowledge_escalation, acknowledge)?;
        let escalations = self.escalations(done.position).await?;
        narrator.climbed(&escalations)?;
        let acknowledged = |one: &Escalation| one.state() == EscalationState::Acknowledged;
        Ok(Climbed {
            escalation: escalations
                .into_iter()
                .find(acknowledged)
                .unwrap_or_default(),
            heard: self.heard,
        })
    }

    async fn escalations(&self, min_position: u64) -> Result<Vec<Escalation>, Failure> {
        let question = ListEscalationsRequest {
            service_request_id: self.id.to_owned(),
            min_position,
            ..ListEscalationsRequest::default()
        };
        Ok(ask!(self.cast.nour, escalations.list_escalations, question)?.escalations)
    }
}
