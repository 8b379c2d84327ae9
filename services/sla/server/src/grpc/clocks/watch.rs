//! The board as it is, then what changes on it.

use std::collections::{BTreeSet, VecDeque};

use futures::{Stream, StreamExt, stream};
use khidma_edge::identity;
use khidma_edge::query::{reader_at, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::watch::{Changes, Heard, stopping};
use khidma_engine::entity_key;
use khidma_events::Event;
use khidma_events::sla::ClockEvent;
use khidma_kernel::{Position, ServiceRequestId};
use khidma_projection::{Change, Reader};
use khidma_proto::sla as pb;
use khidma_proto::sla::watch_board_response::{self as told, Change as Told};
use tonic::{Request, Status};

use super::board::{Wish, clocks_out};
use super::convert::clock_out;
use super::lens::Lens;
use super::{ClocksGrpc, PART_PATIENCE};
use crate::views::ClocksRow;

/// Clocks in one part of the whole board.
const AT_ONCE: usize = 256;
/// How many commits are read to tell what changed meanwhile; after more of them the whole board is sent again.
const MOST_COMMITS: u64 = 20_000;

/// What a watcher is told next.
enum Next {
    /// The rest of the whole board, behind this key; its changes from this position on.
    Whole(Option<Vec<u8>>, Position),
    /// What the log says has changed up to there.
    CatchUp(Position),
    /// What changes.
    Live,
}

/// One watcher.
struct Watch {
    grpc: ClocksGrpc,
    changes: Changes,
    wish: Wish,
    /// Up to where all has been told.
    told: Position,
    next: Next,
    /// Found and not yet sent.
    ready: VecDeque<pb::WatchBoardResponse>,
}

impl ClocksGrpc {
    pub(super) async fn watch(
        &self,
        request: Request<pb::WatchBoardRequest>,
    ) -> Result<impl Stream<Item = Result<pb::WatchBoardResponse, Status>> + use<>, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let wish = Wish::of(
            &caller,
            &message.department_ids,
            (&message.metrics, &message.states),
            message.due_before,
        )?;
        // Listen before the first look: what happens between the two is then seen twice rather than never.
        let changes = Changes::of(&self.projection, &self.tasks);
        let min_position = message.min_position.max(message.after_position);
        let position = reader_at(&self.projection, min_position, patience)
            .await?
            .position();
        let told = Position(message.after_position);
        let next = match told {
            Position::START => Next::Whole(None, position),
            _ => Next::CatchUp(position),
        };
        let watch = Watch {
            grpc: self.clone(),
            changes,
            wish,
            told,
            next,
            ready: VecDeque::new(),
        };
        Ok(stream::try_unfold(watch, |mut watch| async move {
            Ok(watch.next().await?.map(|message| (message, watch)))
        }))
    }
}

impl Watch {
    /// The next message; `None` after the last one.
    async fn next(&mut self) -> Result<Option<pb::WatchBoardResponse>, Status> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(Some(message));
            }
            match std::mem::replace(&mut self.next, Next::Live) {
                Next::Whole(after, begun) => self.whole(after, begun).await?,
                Next::CatchUp(until) => self.catch_up(until).await?,
                Next::Live => match self.changes.next().await? {
                    Some(Heard::Change(change)) if change.position <= self.told => {}
                    Some(Heard::Change(change)) => self.change(&change)?,
                    // The log knows all changes.
                    Some(Heard::Missed) => {
                        self.next = Next::CatchUp(self.grpc.projection.position())
                    }
                    None => return Ok(None),
                },
            }
        }
    }

    /// Reads a part of the whole board.
    async fn whole(&mut self, after: Option<Vec<u8>>, begun: Position) -> Result<(), Status> {
        let (wish, limit) = (self.wish.clone(), self.grpc.scan_limit);
        let (reader, shelf) = (self.grpc.projection.reader(), self.grpc.shelf.clone());
        let now = self.grpc.clock.now();
        let scan = self.grpc.scans.run(PART_PATIENCE, move |stop| {
            let part = wish.part(&reader, after.as_deref(), (limit, AT_ONCE), stop);
            let (listed, next) = part.map_err(unreadable)?;
            let mut lens = Lens::new(reader, shelf, now)?;
            Ok((clocks_out(&listed, &mut lens)?, next))
        });
        let (clocks, after) = scan.await?;
        let last = after.is_none();
        if last {
            self.told = begun;
        } else {
            self.next = Next::Whole(after, begun);
        }
        self.ready.push_back(pb::WatchBoardResponse {
            change: Some(Told::Part(told::Part { clocks, last })),
            position: if last { begun.0 } else { 0 },
        });
        Ok(())
    }

    /// Looks in the log which requests' clocks changed since.
    async fn catch_up(&mut self, until: Position) -> Result<(), Status> {
        if until.0.saturating_sub(self.told.0) > MOST_COMMITS {
            self.next = Next::Whole(None, until);
            self.ready.push_back(pb::WatchBoardResponse {
                change: Some(Told::Reset(told::Reset {})),
                position: 0,
            });
            return Ok(());
        }
        let mut commits = self.grpc.log.follow(self.told);
        let (mut at, mut changed) = (self.told, BTreeSet::new());
        while at < until {
            let commit = tokio::select! {
                commit = commits.next() => commit,
                () = self.grpc.tasks.stopping() => None,
            };
            let Some(Ok(commit)) = commit else {
                let why = "the server is stopping, or the log is away; watch again from the last position";
                return Err(stopping(why));
            };
            at = commit.position;
            if &*commit.context == ClockEvent::CONTEXT {
                changed.insert(commit.entity.to_string());
            }
        }
        let (wish, position) = (self.wish.clone(), self.told);
        let (reader, shelf) = (self.grpc.projection.reader(), self.grpc.shelf.clone());
        let now = self.grpc.clock.now();
        // Many rows, and the arithmetic of their clocks: not on the threads that answer calls.
        let looked = self.grpc.scans.run(PART_PATIENCE, move |_| {
            let mut lens = Lens::new(reader.clone(), shelf, now)?;
            let looked = changed.iter();
            let looked = looked.map(|id| look(&reader, &mut lens, &wish, id, position));
            looked
                .filter_map(Result::transpose)
                .collect::<Result<Vec<_>, _>>()
        });
        self.ready.extend(looked.await?);
        self.told = until;
        if let Some(last) = self.ready.back_mut() {
            last.position = until.0;
        }
        Ok(())
    }

    fn change(&mut self, change: &Change) -> Result<(), Status> {
        let reader = self.grpc.projection.reader();
        let mut lens = Lens::new(
            reader.clone(),
            self.grpc.shelf.clone(),
            self.grpc.clock.now(),
        )?;
        let told = look(
            &reader,
            &mut lens,
            &self.wish,
            &change.topic,
            change.position,
        )?;
        self.ready.extend(told);
        self.told = self.told.max(change.position);
        Ok(())
    }
}

/// How the clocks of a request stand now; nothing of what is no request.
fn look(
    reader: &Reader,
    lens: &mut Lens,
    wish: &Wish,
    id: &str,
    position: Position,
) -> Result<Option<pb::WatchBoardResponse>, Status> {
    if id.parse::<ServiceRequestId>().is_err() {
        return Ok(None);
    }
    let row: Option<ClocksRow> = reader.get(&entity_key(id)).map_err(unreadable)?;
    let Some(row) = row else { return Ok(None) };
    let owners = &row.entity.state.owners;
    // Whoever sees none of its departments shall not even hear that there is such a request.
    if !owners.iter().any(|owner| wish.scope.has(owner)) {
        return Ok(None);
    }
    let clocks = row.entity.state.clocks.iter();
    let clocks = clocks
        .filter(|clock| wish.fits(&row, clock))
        .map(|clock| clock_out(id, &row, clock, lens));
    let changed = told::RequestChanged {
        service_request_id: id.to_owned(),
        clocks: clocks.collect::<Result<_, _>>()?,
    };
    Ok(Some(pb::WatchBoardResponse {
        change: Some(Told::Request(changed)),
        position: position.0,
    }))
}
