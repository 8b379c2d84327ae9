//! Asking how requests went, reminding of it once, ending it, and taking it back.
//!
//! Each command's key follows from what led to it, so it is one, however often and in however many processes it comes to that.

use std::sync::Arc;

use khidma_edge::Deps;
use khidma_engine::{Ask, CommandError, Engine};
use khidma_events::feedback::{question_entity, question_of};
use khidma_feedback_domain::question::{self, QuestionCommand, QuestionDecider, QuestionRefusal};
use khidma_kernel::{QuestionId, ServiceRequestId, Timestamp, derived_id};
use khidma_projection::{AgendaError, AgendaItem, Projection, RowError};

use crate::keys;
use crate::views::{
    ASK_QUESTION, EXPIRE_QUESTION, REMIND_QUESTION, TakingBackRow, WITHDRAW_QUESTION, WishRow,
};

/// Asks, reminds, ends and takes back.
#[derive(Clone)]
pub(crate) struct Questions {
    engine: Arc<Engine<QuestionDecider>>,
    projection: Projection,
}

/// Why it could not be done now.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Row(#[from] RowError),
    #[error(transparent)]
    Command(#[from] CommandError<QuestionRefusal>),
    #[error("there is no randomness: {0}")]
    Randomness(getrandom::Error),
    #[error("an item without an id")]
    NoId,
}

impl Questions {
    pub(super) fn new(deps: &Deps, projection: &Projection) -> Self {
        Self {
            engine: Arc::new(deps.engine(projection)),
            projection: projection.clone(),
        }
    }

    /// Does what stands on the agenda; `None` if it is none of ours.
    pub(super) async fn fire(
        &self,
        due: Timestamp,
        item: &AgendaItem,
    ) -> Option<Result<(), AgendaError>> {
        let done = match item.kind.as_str() {
            ASK_QUESTION => self.ask(&item.entity).await,
            WITHDRAW_QUESTION => self.withdraw(&item.entity).await,
            REMIND_QUESTION => self.when_due(due, item, QuestionCommand::Remind).await,
            EXPIRE_QUESTION => self.when_due(due, item, QuestionCommand::Expire).await,
            _ => return None,
        };
        Some(done.map_err(|error| AgendaError::new(error.to_string())))
    }

    async fn ask(&self, request: &str) -> Result<(), Fault> {
        let request: ServiceRequestId = request.parse().map_err(|_| Fault::NoId)?;
        let wish: Option<WishRow> = self
            .projection
            .reader()
            .get(&keys::question_wish(request))?;
        let Some(wish) = wish else { return Ok(()) };
        let question = question_of(request);
        let ask = Ask {
            causation: Some(wish.event),
            correlation: Some(request.0),
            traceparent: wish.traceparent,
            ..by_itself(question, &[b"ask", wish.event.as_bytes()])
        };
        let body = QuestionCommand::Ask(question::Ask {
            question,
            request,
            provider: wish.provider,
            offering: wish.offering,
            person: wish.person,
            ended_at: wish.ended_at,
            rule: wish.rule,
            secret: secret()?,
        });
        self.engine.execute(ask, |_| Ok(body.clone())).await?;
        Ok(())
    }

    async fn withdraw(&self, question: &str) -> Result<(), Fault> {
        let question: QuestionId = question.parse().map_err(|_| Fault::NoId)?;
        let key = keys::question_back(question);
        let back: Option<TakingBackRow> = self.projection.reader().get(&key)?;
        let Some(TakingBackRow { ended_at, position }) = back else {
            return Ok(());
        };
        let ask = by_itself(question, &[b"withdraw", &position.0.to_be_bytes()]);
        let body = QuestionCommand::Withdraw { ended_at };
        self.engine.execute(ask, |_| Ok(body.clone())).await?;
        Ok(())
    }

    async fn when_due(
        &self,
        due: Timestamp,
        item: &AgendaItem,
        body: QuestionCommand,
    ) -> Result<(), Fault> {
        let question: QuestionId = item.entity.parse().map_err(|_| Fault::NoId)?;
        let due = due.as_micros().to_be_bytes();
        let ask = by_itself(question, &[item.kind.as_bytes(), &due]);
        self.engine.execute(ask, |_| Ok(body.clone())).await?;
        Ok(())
    }
}

fn by_itself(question: QuestionId, what: &[&[u8]]) -> Ask {
    let key = derived_id(&[&[b"question".as_slice(), question.0.as_bytes()], what].concat());
    Ask::by_itself("feedback", question_entity(question), key)
}

/// 128 random bits, hexadecimal. Two processes that ask at once draw two; the one that is written down is the one that goes
/// out.
fn secret() -> Result<String, Fault> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(Fault::Randomness)?;
    Ok(bits.iter().map(|byte| format!("{byte:02x}")).collect())
}
