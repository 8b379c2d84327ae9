//! What is due next. Each department's clocks stand in the order of their due; several departments are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Bound;

use khidma_edge::identity;
use khidma_edge::instant::time_in;
use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::status;
use khidma_engine::entity_key;
use khidma_events::sla::{ClockRef, Metric};
use khidma_kernel::{Caller, DepartmentId, Timestamp, digest};
use khidma_projection::{Reader, RowError, Scan};
use khidma_proto::sla as pb;
use khidma_sla_domain::Clock;
use tonic::{Request, Status};

use super::ClocksGrpc;
use super::access::Scope;
use super::convert::{clock_out, metrics_in};
use super::lens::Lens;
use crate::keys;
use crate::views::ClocksRow;

/// Which clocks of the board somebody wants to see.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) scope: Scope,
    metrics: Vec<Metric>,
    states: Vec<pb::BoardState>,
    due_before: Option<Timestamp>,
}

/// A clock on the board.
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) row: ClocksRow,
    pub(super) clock: ClockRef,
}

/// Clocks of the board, and behind which key the next page begins.
pub(super) type Part = (Vec<Listed>, Option<Vec<u8>>);

impl ClocksGrpc {
    pub(super) async fn board(
        &self,
        request: Request<pb::BoardRequest>,
    ) -> Result<pb::BoardResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let wish = Wish::of(
            &caller,
            &message.department_ids,
            (&message.metrics, &message.states),
            message.due_before,
        )?;
        let query = wish.digest();
        let after = PageToken::decode(&message.page_token, query)?;
        let (now, limit, shelf) = (self.clock.now(), self.scan_limit, self.shelf.clone());
        let scan = move |reader: &Reader, stop: &Stop| {
            let (listed, next) = wish
                .part(reader, after.as_deref(), (limit, size), stop)
                .map_err(unreadable)?;
            let mut lens = Lens::new(reader.clone(), shelf, now)?;
            Ok((clocks_out(&listed, &mut lens)?, next))
        };
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((clocks, next), position) = read.await?;
        Ok(pb::BoardResponse {
            clocks,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

pub(super) fn clocks_out(listed: &[Listed], lens: &mut Lens) -> Result<Vec<pb::Clock>, Status> {
    let found = listed.iter().filter_map(|listed| {
        let clock = listed.row.entity.state.get(listed.clock)?;
        Some(clock_out(&listed.id, &listed.row, clock, lens))
    });
    found.collect()
}

/// One department's clocks, in order.
struct Line {
    rows: Scan,
    department: DepartmentId,
}

impl Line {
    fn next(&mut self) -> Option<Result<Vec<u8>, RowError>> {
        let behind = keys::due_of(&self.department).len();
        let next = self.rows.next()?;
        Some(next.map(|(mut key, _)| key.split_off(behind)))
    }
}

impl Wish {
    pub(super) fn of(
        caller: &Caller,
        departments: &[String],
        (metrics, states): (&[i32], &[i32]),
        due_before: Option<prost_types::Timestamp>,
    ) -> Result<Self, Status> {
        let states = states
            .iter()
            .map(|state| match pb::BoardState::try_from(*state) {
                Ok(state) if state != pb::BoardState::Unspecified => Ok(state),
                _ => {
                    let message = "states names no state we know";
                    Err(status::invalid_field("states", "UNKNOWN_STATE", message))
                }
            });
        Ok(Self {
            scope: Scope::of(caller, departments)?,
            metrics: metrics_in(metrics)?,
            states: states.collect::<Result<_, _>>()?,
            due_before: time_in("due_before", due_before)?,
        })
    }

    /// What a page token is bound to.
    fn digest(&self) -> u64 {
        digest(format!("board {self:?}").as_bytes())
    }

    /// Whether a clock of such an owner stands on this board.
    pub(super) fn fits(&self, row: &ClocksRow, clock: &Clock) -> bool {
        let owner = clock.segments.last();
        let owner = owner.and_then(|segment| row.entity.state.owner_of(segment));
        let in_time = |before| clock.due.is_some_and(|due| due < before);
        clock.ended.is_none()
            && owner.is_some_and(|owner| self.scope.has(owner))
            && (self.metrics.is_empty() || self.metrics.contains(&clock.metric))
            && (self.states.is_empty() || self.states.contains(&board_state(clock)))
            && self.due_before.is_none_or(in_time)
    }

    /// Goes through the lists, merged, from behind `after` on until a page is full or `limit` rows were looked at.
    pub(super) fn part(
        &self,
        reader: &Reader,
        after: Option<&[u8]>,
        (limit, size): (usize, usize),
        stop: &Stop,
    ) -> Result<Part, RowError> {
        let mut lines = self.lines(reader, after)?;
        let mut heads = BinaryHeap::new();
        for (index, line) in lines.iter_mut().enumerate() {
            if let Some(head) = line.next() {
                heads.push(Reverse((head?, index)));
            }
        }
        let end = self.due_before.map(keys::instant);
        let (mut found, mut seen) = (Vec::new(), 0);
        while let Some(Reverse((key, index))) = heads.pop() {
            let (due, behind) = key.split_at(key.len().min(8));
            if stop.is_set() || end.is_some_and(|end| due >= end.as_slice()) {
                break;
            }
            found.extend(self.listed(reader, behind)?);
            seen += 1;
            if found.len() == size || seen == limit {
                return Ok((found, Some(key)));
            }
            if let Some(next) = lines.get_mut(index).and_then(Line::next) {
                heads.push(Reverse((next?, index)));
            }
        }
        Ok((found, None))
    }

    /// The clock that a key ends with, if it still stands here: its row may have changed since.
    fn listed(&self, reader: &Reader, behind: &[u8]) -> Result<Option<Listed>, RowError> {
        let Some((id, clock)) = keys::read_clock(behind) else {
            return Ok(None);
        };
        let row: Option<ClocksRow> = reader.get(&entity_key(id))?;
        let fits = |row: &ClocksRow| {
            let clock = row.entity.state.get(clock);
            clock.is_some_and(|clock| self.fits(row, clock))
        };
        let id = id.to_owned();
        Ok(row.filter(fits).map(|row| Listed { id, row, clock }))
    }

    fn lines(&self, reader: &Reader, after: Option<&[u8]>) -> Result<Vec<Line>, RowError> {
        let departments = match &self.scope {
            Scope::These(departments) => departments.iter().cloned().collect(),
            Scope::All => owners(reader)?,
        };
        let lines = departments.into_iter().map(|department| {
            let mut begin = keys::due_of(&department);
            // What a token says counts within this department's list only.
            begin.extend(after.unwrap_or_default());
            let begin = Bound::Excluded(begin);
            let end = Bound::Excluded(keys::due_behind(&department));
            Line {
                rows: reader.scan((begin, end)),
                department,
            }
        });
        Ok(lines.collect())
    }
}

/// Every department with a clock that goes on: from one's list to the beginning of the next.
fn owners(reader: &Reader) -> Result<Vec<DepartmentId>, RowError> {
    let (mut found, mut begin) = (Vec::new(), keys::BOARD.to_vec());
    loop {
        let first = reader.scan(begin..).next().transpose()?;
        let Some((owner, _)) = first.as_ref().and_then(|(key, _)| keys::read_due(key)) else {
            return Ok(found);
        };
        begin = keys::due_behind(&owner);
        found.push(owner);
    }
}

fn board_state(clock: &Clock) -> pb::BoardState {
    match (clock.breached, clock.is_running()) {
        (Some(_), _) => pb::BoardState::Breached,
        (None, true) => pb::BoardState::Running,
        (None, false) => pb::BoardState::Paused,
    }
}
