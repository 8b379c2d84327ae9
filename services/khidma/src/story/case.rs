//! A request of the story, as a watcher sees it live and as both sides read it afterwards.

use khidma_proto::requests::{TimelineEntry, TimelineRequest};

use super::Narrator;
use super::follower::Follower;
use super::outcome::{Line, Told};
use super::stage::Cast;
use crate::ask;
use crate::client::Api;
use crate::failure::Failure;

/// A request under way, with its watcher.
pub(super) struct Case {
    pub(super) id: String,
    pub(super) position: u64,
    pub(super) follower: Follower,
}

impl Case {
    /// Tells what comes in up to `position`.
    pub(super) async fn see(
        &mut self,
        position: u64,
        narrator: &mut dyn Narrator,
    ) -> Result<(), Failure> {
        self.position = position;
        self.follower.see(position, narrator).await
    }

    /// Tells what comes in until something of that kind has.
    pub(super) async fn see_until(
        &mut self,
        kind: &str,
        narrator: &mut dyn Narrator,
    ) -> Result<(), Failure> {
        self.position = self.follower.see_until(kind, narrator).await?;
        Ok(())
    }
}

/// Linh of HR follows the request; what she sees is indented.
pub(super) async fn follow(
    cast: &Cast,
    (id, position): (String, u64),
    narrator: &mut dyn Narrator,
) -> Result<Case, Failure> {
    let mut follower = Follower::of(&cast.linh, &id, position).await?;
    let position = follower.see_until("receipt_issued", narrator).await?;
    Ok(Case {
        id,
        position,
        follower,
    })
}

/// Both sides' timelines of a request; what the watcher saw live has to be what the requester reads now.
pub(super) async fn told(
    case: &Case,
    title: &str,
    (provider, requester): (&Api, &Api),
    narrator: &mut dyn Narrator,
) -> Result<Told, Failure> {
    let inside = timeline(case, provider).await?;
    narrator.timeline(title, &inside)?;
    let outside = lines(&timeline(case, requester).await?);
    let watched = lines(case.follower.seen());
    if outside != watched {
        let message = format!(
            "what was watched of {} is not what its timeline says",
            case.id
        );
        return Err(Failure::Local(message));
    }
    Ok(Told {
        id: case.id.clone(),
        position: case.position,
        timeline: lines(&inside),
        watched,
    })
}

async fn timeline(case: &Case, api: &Api) -> Result<Vec<TimelineEntry>, Failure> {
    let (id, min_position) = (case.id.clone(), case.position);
    let question = TimelineRequest {
        id,
        page_size: 1000,
        page_token: String::new(),
        min_position,
    };
    Ok(ask!(*api, requests.timeline, question)?.entries)
}

fn lines(entries: &[TimelineEntry]) -> Vec<Line> {
    entries.iter().map(Line::from).collect()
}
