//! Launching a round.

use khidma_edge::command::{Call, id};
use khidma_edge::instant::time_in;
use khidma_edge::query::{see_all, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{command, status};
use khidma_engine::{Ask, CommandError};
use khidma_events::feedback::{Anonymity, Audience, round_entity};
use khidma_feedback_domain::round::{
    Launch, LaunchFacts, RoundCommand, RoundDecider, RoundRefusal,
};
use khidma_kernel::{Caller, Command, Decider, RoundId, SurveyId, digest, time_ordered_id};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::audience::{
    anonymity_in, audience_in, dimensions_in, recurrence_in, reminders_in, thresholds_in,
};
use super::{SurveysGrpc, missing};
use crate::facts;
use crate::status::round_code;

impl SurveysGrpc {
    pub(super) async fn launch(
        &self,
        request: Request<pb::LaunchRoundRequest>,
    ) -> Result<pb::LaunchRoundResponse, Status> {
        let message = request.get_ref();
        let call = Call::of(&request, "LaunchRound", &message.request_id)?;
        let patience = deadline(&request);
        let caller = call.caller.clone();
        let actor = caller.actor.to_string();
        let key = time_ordered_id(call.request_id, &[b"rounds", actor.as_bytes()]);
        let round = RoundId(key);
        let mut launch = wish(round, message)?;
        see_all(&*self.log, &self.projection, patience).await?;
        let audience = launch.audience.clone();
        let survey = launch.survey.clone();
        let reader = self.projection.reader();
        let known = facts::round(&reader, round).map_err(unreadable)?;
        let look = self.scans.run(patience, move |stop| {
            let fitting = facts::fitting(&reader, &audience, stop)?.len();
            facts_of(&reader, &survey, &audience, fitting)
        });
        launch.facts = look.await?;
        // A repeated call finds what it launched, whatever time it is by now.
        if known.is_none() {
            self.prepare(&caller, &mut launch).await?;
        }
        let ask = Ask {
            begins: true,
            ..call.about(round_entity(round))
        };
        let body = |_: &Reader| Ok(RoundCommand::Launch(Box::new(launch.clone())));
        let done = self.rounds.execute(ask, body).await;
        if let Err(CommandError::Refused(refused)) = &done
            && *refused != RoundRefusal::AlreadyLaunched
        {
            self.forget(round)?;
        }
        let position = done.map_err(|error| command::failed(error, round_code))?;
        let position = position.position.0;
        khidma_edge::query::reader_at(&self.projection, position, patience).await?;
        Ok(pb::LaunchRoundResponse {
            position,
            id: round.to_string(),
        })
    }

    /// Makes the key of an anonymous round, unless it would be refused anyway: that takes a while, and nobody needs it then.
    async fn prepare(&self, by: &Caller, launch: &mut Launch) -> Result<(), Status> {
        if launch.anonymity != Anonymity::Anonymous {
            return Ok(());
        }
        launch.facts.public_key = Some(String::new());
        let command = Command {
            at: self.clock.now(),
            by: by.clone(),
            body: RoundCommand::Launch(Box::new(launch.clone())),
        };
        RoundDecider::decide(&None, &command)
            .map_err(|refused| command::failed(CommandError::Refused(refused), round_code))?;
        let made = self.ballots.keys.create(launch.round).await;
        launch.facts.public_key = Some(made.map_err(|error| no_key(&error))?);
        Ok(())
    }

    fn forget(&self, round: RoundId) -> Result<(), Status> {
        let keys = &self.ballots.keys;
        match keys.has(round) {
            true => keys.forget(round).map_err(|error| no_key(&error)),
            false => Ok(()),
        }
    }
}

/// The folder of keys cannot be used.
fn no_key(error: &dyn std::error::Error) -> Status {
    tracing::error!(%error, "the keys of anonymous rounds cannot be used");
    let message = "the keys of anonymous rounds cannot be used; try again with the same request_id";
    status::refusal(Code::Unavailable, "KEYS_AWAY", None, message)
}

fn wish(round: RoundId, message: &pb::LaunchRoundRequest) -> Result<Launch, Status> {
    let closes_at = time_in("closes_at", message.closes_at)?;
    let recurrence = message.recurrence.map(recurrence_in);
    // Where chance begins is nobody's choice, and the same however often the call comes.
    let chance = digest(round.0.as_bytes());
    Ok(Launch {
        round,
        survey: id("survey_id", &message.survey_id)?,
        version: message.version,
        anonymity: anonymity_in(message.anonymity)?,
        audience: audience_in(message.audience.clone().unwrap_or_default(), chance)?,
        thresholds: thresholds_in(message.thresholds.unwrap_or_default()),
        break_down_by: dimensions_in(&message.break_down_by)?,
        opens_at: time_in("opens_at", message.opens_at)?,
        closes_at: closes_at.ok_or_else(|| missing("closes_at"))?,
        remind_at: reminders_in(&message.remind_at)?,
        recurrence: recurrence.transpose()?,
        facts: LaunchFacts::default(),
    })
}

fn facts_of(
    reader: &Reader,
    survey: &SurveyId,
    audience: &Audience,
    fitting: usize,
) -> Result<LaunchFacts, Status> {
    Ok(LaunchFacts {
        survey: facts::survey(reader, survey).map_err(unreadable)?,
        open: facts::open(reader, audience).map_err(unreadable)?,
        fitting: u32::try_from(fitting).unwrap_or(u32::MAX),
        public_key: None,
    })
}
