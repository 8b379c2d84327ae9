//! What was answered to a round, and how many did.

use khidma_edge::command::id;
use khidma_edge::identity;
use khidma_edge::query::unreadable;
use khidma_edge::server::deadline;
use khidma_events::feedback::{Anonymity, Definition};
use khidma_feedback_domain::disclosure::{Filter, Sight};
use khidma_feedback_domain::round::Round;
use khidma_feedback_stats::Share;
use khidma_kernel::{Caller, RoundId};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Request, Status};

use super::figures::share_out;
use super::filter::{dimension_out, filter_in, fits};
use super::show::{Words, show};
use super::{AnswersGrpc, not_allowed, seen, without_definition};
use crate::facts;
use crate::results::Results;

impl AnswersGrpc {
    pub(super) async fn look(
        &self,
        request: Request<pb::GetResultsRequest>,
    ) -> Result<pb::GetResultsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let round: RoundId = id("round_id", &message.round_id)?;
        let wish = Wish {
            filter: filter_in(message.filter.as_ref())?,
            language: message.language,
            caller,
            round,
        };
        let results = self.results.clone();
        let read = move |reader: &Reader, _: &_| wish.grant(reader, &results);
        let position = message.min_position;
        let read = self.scans.read(&self.projection, position, patience, read);
        let (response, position) = read.await?;
        Ok(pb::GetResultsResponse {
            position,
            ..response
        })
    }
}

/// What all together answered to a round that is over, as its results show it; `None` if it is not over, or the caller may not see
/// it.
///
/// # Errors
/// There is no such round, or the rows are away.
pub(crate) fn totals(
    reader: &Reader,
    results: &Results,
    (caller, round): (&Caller, RoundId),
    language: &str,
) -> Result<Option<pb::GetResultsResponse>, Status> {
    let (_, sight) = seen(reader, caller, round)?;
    if sight == Sight::Nothing {
        return Ok(None);
    }
    let wish = Wish {
        caller: caller.clone(),
        round,
        filter: Filter::default(),
        language: language.to_owned(),
    };
    let shown = wish.grant(reader, results)?;
    Ok(shown.over.then_some(shown))
}

/// What somebody wants to see.
struct Wish {
    caller: Caller,
    round: RoundId,
    filter: Filter,
    language: String,
}

impl Wish {
    fn grant(&self, reader: &Reader, results: &Results) -> Result<pb::GetResultsResponse, Status> {
        let (round, sight) = seen(reader, &self.caller, self.round)?;
        match sight {
            Sight::Everything => fits(&self.filter, &round.launched.break_down_by)?,
            Sight::Totals if self.filter == Filter::default() => {}
            Sight::Totals => {
                return Err(not_allowed(
                    "who was invited sees what all answered together; filters are for who asks",
                ));
            }
            Sight::Nothing => {
                return Err(not_allowed(
                    "results are for who leads the department that asks, for who was invited, and for admins",
                ));
            }
        }
        let (survey, version) = (&round.launched.survey, round.launched.version);
        let definition = results.definition(reader, survey, version);
        let definition = definition
            .map_err(unreadable)?
            .ok_or_else(without_definition)?;
        let mut response = self.head(reader, &round, &definition)?;
        let frozen = results
            .of(reader, &round, &definition)
            .map_err(unreadable)?;
        if let Some(frozen) = frozen {
            response.over = true;
            let words = Words::new(&definition, &self.language);
            show(
                &frozen.show(&self.filter),
                &definition,
                words,
                &mut response,
            );
        }
        Ok(response)
    }

    /// What is seen of a round at any time.
    fn head(
        &self,
        reader: &Reader,
        round: &Round,
        definition: &Definition,
    ) -> Result<pb::GetResultsResponse, Status> {
        let launched = &round.launched;
        let turnout = facts::turnout(reader, self.round).map_err(unreadable)?;
        let (invited, answered) = (turnout.all.invited, turnout.answered());
        let words = Words::new(definition, &self.language);
        let by = launched.break_down_by.iter();
        Ok(pb::GetResultsResponse {
            round_id: self.round.to_string(),
            survey_id: launched.survey.to_string(),
            version: launched.version,
            title: words.of(&definition.title),
            anonymity: anonymity_out(launched.anonymity).into(),
            invited,
            answered,
            response_rate: share_out(Share::new(answered.into(), invited.into())),
            ratings_threshold: launched.thresholds.ratings,
            comments_threshold: launched.thresholds.comments,
            break_down_by: by.map(|one| dimension_out(*one).into()).collect(),
            ..Default::default()
        })
    }
}

fn anonymity_out(anonymity: Anonymity) -> pb::Anonymity {
    match anonymity {
        Anonymity::Named => pb::Anonymity::Named,
        Anonymity::Confidential => pb::Anonymity::Confidential,
        Anonymity::Anonymous => pb::Anonymity::Anonymous,
    }
}
