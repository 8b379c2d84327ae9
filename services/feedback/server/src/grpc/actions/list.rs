//! Lists of actions, the newest first.

use std::collections::BTreeSet;

use khidma_edge::command::id;
use khidma_edge::identity;
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, backwards, beginning};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::status;
use khidma_feedback_domain::action::{Stage, may_see};
use khidma_kernel::{ActionId, Caller, DepartmentId, PersonId, Timestamp, digest};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Request, Status};

use super::ActionsGrpc;
use super::convert::{action_out, published_out, stage_in};
use crate::grpc::ground::said;
use crate::{facts, keys};

/// Bytes of a page, about: texts in many languages are long.
const BYTES: usize = 2 << 20;

/// Which of them somebody asks for.
struct Wish {
    caller: Caller,
    now: Timestamp,
    department: Option<DepartmentId>,
    owner: Option<PersonId>,
    stages: BTreeSet<Stage>,
    overdue_only: bool,
}

impl ActionsGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListActionsRequest>,
    ) -> Result<pb::ListActionsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let wish = Wish {
            caller,
            now: self.ground.clock.now(),
            department: said("department_id", &message.department_id)?,
            owner: said("owner_id", &message.owner_id)?,
            stages: stages(&message.states)?,
            overdue_only: message.overdue_only,
        };
        let query = wish.digest();
        let before = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.ground.scan_limit).within(BYTES, prost_len);
        let scan = move |reader: &Reader, stop: &Stop| wish.part(reader, before, room, stop);
        let ground = &self.ground;
        let read = ground
            .scans
            .read(&ground.projection, message.min_position, patience, scan);
        let ((actions, next), position) = read.await?;
        Ok(pb::ListActionsResponse {
            actions,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }

    pub(super) async fn published(
        &self,
        request: Request<pb::ListPublishedRequest>,
    ) -> Result<pb::ListPublishedResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let query = digest(format!("published actions {department}").as_bytes());
        let before = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.ground.scan_limit).within(BYTES, prost_len);
        let scan = move |reader: &Reader, stop: &Stop| {
            let list = keys::published(&department);
            let rows = backwards(reader, beginning(&list), before);
            room.fill(rows, stop, |_, row| {
                let id: ActionId = row.decode().map_err(unreadable)?;
                let action = facts::action(reader, id).map_err(unreadable)?;
                Ok(action.and_then(|action| {
                    let published = action.published.as_ref()?;
                    Some(published_out(id, &action, published))
                }))
            })
        };
        let ground = &self.ground;
        let read = ground
            .scans
            .read(&ground.projection, message.min_position, patience, scan);
        let ((published, next), position) = read.await?;
        Ok(pb::ListPublishedResponse {
            published,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

fn prost_len<M: khidma_edge::command::Message>(message: &M) -> usize {
    message.encoded_len()
}

fn stages(states: &[i32]) -> Result<BTreeSet<Stage>, Status> {
    let each = states.iter().enumerate().map(|(place, number)| {
        let state = pb::ActionState::try_from(*number).ok();
        state.and_then(stage_in).ok_or_else(|| {
            let message = "this is no state of an action";
            status::invalid_field(&format!("states[{place}]"), "UNKNOWN_STATE", message)
        })
    });
    each.collect()
}

impl Wish {
    fn digest(&self) -> u64 {
        let Self {
            department,
            owner,
            stages,
            overdue_only,
            ..
        } = self;
        let query = format!("actions {department:?} {owner:?} {stages:?} {overdue_only}");
        digest(query.as_bytes())
    }

    /// Goes back in time from `before` on, along the shortest list that has all.
    fn part(
        &self,
        reader: &Reader,
        before: Option<Vec<u8>>,
        room: Room<pb::Action>,
        stop: &Stop,
    ) -> Result<Part<pb::Action>, Status> {
        let list = match (&self.owner, &self.department) {
            (Some(owner), _) => keys::actions_owned(owner),
            (None, Some(department)) => keys::actions_of(department),
            (None, None) => keys::ACTIONS.to_vec(),
        };
        let rows = backwards(reader, beginning(&list), before);
        room.fill(rows, stop, |_, row| {
            let id: ActionId = row.decode().map_err(unreadable)?;
            let action = facts::action(reader, id).map_err(unreadable)?;
            let action = action.filter(|action| {
                let here = self.department.as_ref();
                here.is_none_or(|department| *department == action.department)
                    && (self.stages.is_empty() || self.stages.contains(&action.stage))
                    && (!self.overdue_only || action.is_overdue(self.now))
                    && may_see(&self.caller, action)
            });
            Ok(action.map(|action| action_out(&self.caller, id, &action, self.now)))
        })
    }
}
