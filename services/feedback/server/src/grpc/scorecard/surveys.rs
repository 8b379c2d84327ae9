//! What came of surveys: as much as their results show, and to whom they show it.

use std::collections::BTreeSet;

use khidma_edge::instant::time_out;
use khidma_edge::query::unreadable;
use khidma_feedback_domain::round::Standing;
use khidma_kernel::{Caller, DepartmentId, RoundId, Timestamp};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::Status;

use crate::grpc::totals;
use crate::results::Results;
use crate::{facts, keys};

/// Rounds of a department that are looked at, at the most.
const MOST: usize = 1000;

/// Whoever looks, and at what.
pub(super) struct Surveys<'a> {
    pub reader: &'a Reader,
    pub results: &'a Results,
    pub caller: &'a Caller,
    pub language: &'a str,
}

impl Surveys<'_> {
    /// Of each survey that one of the departments asked, its newest round that was over before `until`.
    pub(super) fn newest(
        &self,
        departments: &BTreeSet<DepartmentId>,
        until: Timestamp,
    ) -> Result<Vec<pb::SurveyFigures>, Status> {
        let (mut known, mut found) = (BTreeSet::new(), Vec::new());
        for department in departments {
            let rows = self.reader.prefix(&keys::rounds_by(department)).rev();
            for row in rows.take(MOST) {
                let (_, row) = row.map_err(unreadable)?;
                let id: RoundId = row.decode().map_err(unreadable)?;
                let Some(round) = facts::round(self.reader, id).map_err(unreadable)? else {
                    continue;
                };
                let survey = round.launched.survey.clone();
                let closed = round.ended_at.unwrap_or(round.launched.closes_at);
                let is_over = round.standing == Standing::Closed && closed < until;
                if !is_over || known.contains(&survey) {
                    continue;
                }
                if let Some(shown) = self.shown(id, closed)? {
                    known.insert(survey);
                    found.push(shown);
                }
            }
        }
        found.sort_by(|one, other| one.title.cmp(&other.title));
        Ok(found)
    }

    fn shown(
        &self,
        round: RoundId,
        closed: Timestamp,
    ) -> Result<Option<pb::SurveyFigures>, Status> {
        let asked = (self.caller, round);
        let shown = totals(self.reader, self.results, asked, self.language)?;
        Ok(shown.map(|shown| pb::SurveyFigures {
            round_id: shown.round_id,
            survey_id: shown.survey_id,
            title: shown.title,
            anonymity: shown.anonymity,
            closed_at: Some(time_out(closed)),
            invited: shown.invited,
            answered: shown.answered,
            response_rate: shown.response_rate,
            measures: shown.measures,
        }))
    }
}
