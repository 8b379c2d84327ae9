//! What was written, in an order that says nothing.

use std::collections::BTreeSet;

use khidma_edge::command::id;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, beginning, onwards};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_feedback_domain::disclosure::{Cell, Filter, Sight, Unit, units};
use khidma_kernel::{Caller, RoundId, digest};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::filter::{filter_in, fits};
use super::{AnswersGrpc, MOST, not_allowed, seen, without_definition};
use crate::keys;
use crate::results::Results;
use crate::views::CommentRow;

/// Bytes of a page, about.
const BYTES: usize = 1 << 20;

/// Comments of the same words, as often as they were written.
type Same = Vec<String>;

/// Which comments somebody asks for.
struct Wish {
    caller: Caller,
    round: RoundId,
    item: String,
    filter: Filter,
    after: Option<Vec<u8>>,
}

impl AnswersGrpc {
    pub(super) async fn comments(
        &self,
        request: Request<pb::ListCommentsRequest>,
    ) -> Result<pb::ListCommentsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let round: RoundId = id("round_id", &message.round_id)?;
        let filter = filter_in(message.filter.as_ref())?;
        let item = message.item_key;
        let query = digest(format!("comments {round} {item} {filter:?}").as_bytes());
        let wish = Wish {
            after: PageToken::decode(&message.page_token, query)?,
            caller,
            round,
            item,
            filter,
        };
        let weigh = |same: &Same| same.iter().map(String::len).sum();
        let room = Room::new(size, self.scan_limit).within(BYTES, weigh);
        let results = self.results.clone();
        let read = move |reader: &Reader, stop: &Stop| wish.grant(reader, stop, &results, room);
        let position = message.min_position;
        let read = self.scans.read(&self.projection, position, patience, read);
        let (((comments, next), left_out), position) = read.await?;
        Ok(pb::ListCommentsResponse {
            comments: comments.into_iter().flatten().collect(),
            left_out,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

impl Wish {
    fn grant(
        &self,
        reader: &Reader,
        stop: &Stop,
        results: &Results,
        room: Room<Same>,
    ) -> Result<(Part<Same>, bool), Status> {
        let (round, sight) = seen(reader, &self.caller, self.round)?;
        if sight != Sight::Everything {
            let message = "comments are for who leads the department that asks, and for admins";
            return Err(not_allowed(message));
        }
        fits(&self.filter, &round.launched.break_down_by)?;
        let (survey, version) = (&round.launched.survey, round.launched.version);
        let definition = results.definition(reader, survey, version);
        let definition = definition
            .map_err(unreadable)?
            .ok_or_else(without_definition)?;
        let units = units(&definition);
        let wanted = |unit: &Unit| match unit {
            Unit::One { item, .. } => *item == self.item && unit.is_text(),
            _ => false,
        };
        let place = units.iter().position(wanted).ok_or_else(unknown_item)?;
        let frozen = results
            .of(reader, &round, &definition)
            .map_err(unreadable)?;
        let frozen = frozen.ok_or_else(not_over)?;
        let unit = units.get(place).ok_or_else(unknown_item)?;
        let cells: BTreeSet<&Cell> = frozen.shown_cells(&self.filter, unit).into_iter().collect();
        let shown = frozen.show(&self.filter);
        let left_out = shown.iter().any(|one| one.unit == unit && one.left_out);
        let rows = onwards(
            reader,
            beginning(&keys::comments(self.round, place)),
            self.after.clone(),
        );
        let part = room.fill(rows, stop, |_, row| {
            let row: CommentRow = row.decode().map_err(unreadable)?;
            let by = row.by.iter().filter(|(cell, _)| cells.contains(cell));
            let times: u32 = by.map(|(_, times)| times).sum();
            let same = vec![row.text; times as usize];
            Ok(Some(same).filter(|same| !same.is_empty()))
        });
        Ok((part?, left_out))
    }
}

fn unknown_item() -> Status {
    let message = "this round asks for no words by this key";
    status::invalid_field("item_key", "UNKNOWN_ITEM", message)
}

fn not_over() -> Status {
    let message = "comments are shown once the round is over";
    status::refusal(Code::FailedPrecondition, "ROUND_NOT_OVER", None, message)
}
