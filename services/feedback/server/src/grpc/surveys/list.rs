//! Rounds, those that were launched last first.

use khidma_edge::identity;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Room, backwards, beginning};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_feedback_domain::round::{Round, Standing};
use khidma_kernel::{DepartmentId, SurveyId, digest};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Request, Status};

use super::show::round_out;
use super::{MOST, SurveysGrpc, languages, said, unknown_value};
use crate::{facts, keys};

/// Which of them somebody asks for.
#[derive(Debug)]
struct Wish {
    survey: Option<SurveyId>,
    owner: Option<DepartmentId>,
    standing: Option<Standing>,
}

impl SurveysGrpc {
    pub(super) async fn rounds_part(
        &self,
        request: Request<pb::ListRoundsRequest>,
    ) -> Result<pb::ListRoundsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let wish = Wish {
            survey: said("survey_id", &message.survey_id)?,
            owner: said("owner_id", &message.owner_id)?,
            standing: standing_in(message.state)?,
        };
        let query = digest(format!("rounds {wish:?}").as_bytes());
        let before = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| {
            let languages = languages(reader, &caller).map_err(unreadable)?;
            let rows = backwards(reader, beginning(&wish.list()), before);
            room.fill(rows, stop, |_, row| {
                let id = row.decode().map_err(unreadable)?;
                let round = facts::round(reader, id).map_err(unreadable)?;
                let shown = round.filter(|round| wish.fits(round));
                shown
                    .map(|round| round_out(reader, &round, &languages))
                    .transpose()
            })
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((rounds, next), position) = read.await?;
        Ok(pb::ListRoundsResponse {
            rounds,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

impl Wish {
    /// The shortest list that holds all that fits.
    fn list(&self) -> Vec<u8> {
        match (&self.survey, &self.owner) {
            (Some(survey), _) => keys::rounds_of(survey),
            (None, Some(owner)) => keys::rounds_by(owner),
            (None, None) => keys::ROUNDS.to_vec(),
        }
    }

    fn fits(&self, round: &Round) -> bool {
        let launched = &round.launched;
        self.survey
            .as_ref()
            .is_none_or(|survey| launched.survey == *survey)
            && self
                .owner
                .as_ref()
                .is_none_or(|owner| launched.owner == *owner)
            && self
                .standing
                .is_none_or(|standing| round.standing == standing)
    }
}

fn standing_in(state: i32) -> Result<Option<Standing>, Status> {
    Ok(
        match pb::RoundState::try_from(state).map_err(|_| unknown_value("state"))? {
            pb::RoundState::Unspecified => None,
            pb::RoundState::Planned => Some(Standing::Planned),
            pb::RoundState::Open => Some(Standing::Open),
            pb::RoundState::Closed => Some(Standing::Closed),
            pb::RoundState::Cancelled => Some(Standing::Cancelled),
        },
    )
}
