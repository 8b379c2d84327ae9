//! The story of a new employee, played over gRPC: IT asks HR for all that a new colleague needs, a manager agrees, and
//! a plan carries it across three departments. Questions go back and forth, one request is reopened, all are confirmed.
//! People hear of it, each in their own language. At last a promise is measured, over two days that pass at once where the
//! story can move the clock, and its ladder is climbed until somebody acknowledges. In the end people say how it went, a
//! concern is acted on, somebody is thanked, and the scorecard of IT shows it all.
//! Everything that is told comes from answers.
//!
//! Played by `khidma up --demo`, by end-to-end tests and by benchmarks: the same story on every event log and however
//! many processes there are.

mod case;
mod follower;
mod inboxes;
mod ladder;
mod life;
mod narrator;
mod opinions;
mod organisation;
mod outcome;
mod plan;
mod promise;
mod stage;
mod voices;

pub use narrator::{Narrator, Printed, Silent};
pub use outcome::{Climbed, Heard, Line, Promised, Said, StoryOutcome, Told, Voiced};
pub use promise::monday_before_last;
pub use stage::Stage;

use khidma_proto::directory::GetOrgChartRequest;

use crate::ask;
use crate::failure::Failure;

/// Plays the whole story. It may be played again on the same data: the organisation is then there already, and the
/// requests are new ones.
///
/// # Errors
/// A service refused something, did not answer, or told two readers two different stories.
pub async fn play(stage: &Stage, narrator: &mut dyn Narrator) -> Result<StoryOutcome, Failure> {
    let cast = stage.cast()?;
    organisation::found(&cast, narrator).await?;
    let mut outcome = life::live(&cast, narrator).await?;
    let requests = [&outcome.employee, &outcome.laptop, &outcome.payroll];
    let requests = requests.map(|told| told.id.as_str());
    outcome.heard = inboxes::told(&cast, requests, narrator).await?;
    if let Some(time) = &stage.time {
        let measured = promise::measure(&cast, (time, stage.clock.now()), narrator);
        outcome.promise = Some(measured.await?);
    }
    narrator.chapter("The organisation")?;
    let question = GetOrgChartRequest {
        root_id: String::new(),
        people: true,
        min_position: outcome.position(),
    };
    let chart = ask!(cast.amina, directory.get_org_chart, question)?;
    narrator.chart(&chart.units)?;
    outcome.voiced = voices::heard(&cast, stage, &outcome, narrator).await?;
    Ok(outcome)
}
