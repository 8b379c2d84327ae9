//! A round as callers see it.

use khidma_edge::command::id;
use khidma_edge::identity;
use khidma_edge::instant::time_out;
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_events::feedback::Thresholds;
use khidma_feedback_domain::round::{Round, Standing};
use khidma_kernel::{Caller, DepartmentId, Role, RoundId};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Request, Status};

use super::audience::{anonymity_out, audience_out, dimension_out, recurrence_out, reminders_out};
use super::survey::title_of;
use super::turnout::turnout_out;
use super::{SurveysGrpc, languages, no_round};
use crate::facts;

impl SurveysGrpc {
    pub(super) async fn round(
        &self,
        request: Request<pb::GetRoundRequest>,
    ) -> Result<pb::GetRoundResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let id: RoundId = id("id", &message.id)?;
        let scan = move |reader: &Reader, stop: &Stop| {
            let round = facts::round(reader, id).map_err(unreadable)?;
            let round = round.ok_or_else(no_round)?;
            let languages = languages(reader, &caller).map_err(unreadable)?;
            let turnout = match keeps(&caller, &round.launched.owner) {
                true => Some(turnout_out(reader, &round, stop)?),
                false => None,
            };
            Ok((Some(round_out(reader, &round, &languages)?), turnout))
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((round, turnout), position) = read.await?;
        Ok(pb::GetRoundResponse {
            round,
            turnout,
            position,
        })
    }
}

/// Those of the department that asks, and admins.
pub(super) fn keeps(caller: &Caller, owner: &DepartmentId) -> bool {
    caller.belongs_to(owner) || caller.is(Role::Admin)
}

pub(super) fn round_out(
    reader: &Reader,
    round: &Round,
    languages: &[String],
) -> Result<pb::Round, Status> {
    let launched = &round.launched;
    let title = title_of(reader, &launched.survey, launched.version, languages);
    let Thresholds { ratings, comments } = launched.thresholds;
    let by = launched.break_down_by.iter();
    Ok(pb::Round {
        id: launched.round.to_string(),
        survey_id: launched.survey.to_string(),
        version: launched.version,
        title: title.map_err(unreadable)?,
        owner_id: launched.owner.to_string(),
        anonymity: anonymity_out(launched.anonymity).into(),
        audience: Some(audience_out(&launched.audience)),
        thresholds: Some(pb::Thresholds { ratings, comments }),
        break_down_by: by.map(|one| dimension_out(*one).into()).collect(),
        opens_at: Some(time_out(launched.opens_at)),
        closes_at: Some(time_out(launched.closes_at)),
        remind_at: reminders_out(&launched.remind_at),
        recurrence: launched.recurrence.map(recurrence_out),
        previous_id: launched
            .previous
            .map_or_else(String::new, |id| id.to_string()),
        public_key: launched.public_key.clone().unwrap_or_default(),
        state: state_out(round.standing).into(),
        opened_at: round.opened_at.map(time_out),
        ended_at: round.ended_at.map(time_out),
        cancel_reason: round.reason.clone(),
    })
}

pub(super) fn state_out(standing: Standing) -> pb::RoundState {
    match standing {
        Standing::Planned => pb::RoundState::Planned,
        Standing::Open => pb::RoundState::Open,
        Standing::Closed => pb::RoundState::Closed,
        Standing::Cancelled => pb::RoundState::Cancelled,
    }
}
