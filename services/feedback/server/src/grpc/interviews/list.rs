//! Lists of interviews, and what was said in all of them.

use std::collections::{BTreeSet, HashMap};

use khidma_edge::command::{Message, id};
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, backwards, beginning, onwards};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_feedback_domain::interview::{Interview, Progress, keeps, may_see};
use khidma_kernel::{Caller, DepartmentId, InterviewId, digest};
use khidma_projection::{Reader, RowError};
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::InterviewsGrpc;
use super::convert::{interview_out, note_out, progress_in};
use crate::grpc::ground::said;
use crate::views::NoteRow;
use crate::{facts, keys};

/// Bytes of a page of notes, about.
const BYTES: usize = 2 << 20;

/// Which of them somebody asks for.
struct Wish {
    caller: Caller,
    department: Option<DepartmentId>,
    mine_only: bool,
    progress: BTreeSet<Progress>,
}

impl InterviewsGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListInterviewsRequest>,
    ) -> Result<pb::ListInterviewsResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?;
        let wish = Wish {
            caller,
            department: said("department_id", &message.department_id)?,
            mine_only: message.mine_only,
            progress: progress(&message.states)?,
        };
        let query = wish.digest();
        let before = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(size, self.ground.scan_limit);
        let scan = move |reader: &Reader, stop: &Stop| wish.part(reader, before, room, stop);
        let (scans, projection) = (&self.ground.scans, &self.ground.projection);
        let read = scans.read(projection, message.min_position, patience, scan);
        let ((interviews, next), position) = read.await?;
        Ok(pb::ListInterviewsResponse {
            interviews,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }

    pub(super) async fn themes(
        &self,
        request: Request<pb::ListThemesRequest>,
    ) -> Result<pb::ListThemesResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let department: DepartmentId = id("department_id", &message.department_id)?;
        if !keeps(&caller, &department) {
            let message = "what was said is read by who leads the department, and by admins";
            let (code, field) = (Code::PermissionDenied, Some("department_id"));
            return Err(status::refusal(code, "NOT_ALLOWED", field, message));
        }
        let theme = message.theme.trim().to_lowercase();
        let theme = Some(theme.as_str()).filter(|theme| !theme.is_empty());
        let list = keys::themes(&department, theme);
        let query = digest(&[b"themes ", list.as_slice()].concat());
        let after = PageToken::decode(&message.page_token, query)?;
        let room = Room::new(page::size(message.page_size)?, self.ground.scan_limit);
        let room = room.within(BYTES, pb::InterviewNote::encoded_len);
        let scan = move |reader: &Reader, stop: &Stop| {
            let mut noted = HashMap::new();
            let rows = onwards(reader, beginning(&list), after);
            room.fill(rows, stop, |_, row| {
                let place: (InterviewId, u32) = row.decode().map_err(unreadable)?;
                note(reader, place, &mut noted).map_err(unreadable)
            })
        };
        let (scans, projection) = (&self.ground.scans, &self.ground.projection);
        let read = scans.read(projection, message.min_position, patience, scan);
        let ((notes, next), position) = read.await?;
        Ok(pb::ListThemesResponse {
            notes,
            next_page_token: PageToken::next(query, next),
            position,
        })
    }
}

/// A note, if all who were there agree. `noted` says of which interviews it is known whether they do.
fn note(
    reader: &Reader,
    (id, number): (InterviewId, u32),
    noted: &mut HashMap<InterviewId, bool>,
) -> Result<Option<pb::InterviewNote>, RowError> {
    let shown = match noted.get(&id) {
        Some(shown) => *shown,
        None => facts::interview(reader, id)?.is_some_and(|interview| interview.is_noted()),
    };
    noted.insert(id, shown);
    if !shown {
        return Ok(None);
    }
    let note: Option<NoteRow> = reader.get(&keys::note(id, number))?;
    Ok(note.map(note_out))
}

fn progress(states: &[i32]) -> Result<BTreeSet<Progress>, Status> {
    let each = states.iter().enumerate().map(|(place, number)| {
        let state = pb::InterviewState::try_from(*number).ok();
        state.and_then(progress_in).ok_or_else(|| {
            let message = "this is no state of an interview";
            status::invalid_field(&format!("states[{place}]"), "UNKNOWN_STATE", message)
        })
    });
    each.collect()
}

impl Wish {
    fn digest(&self) -> u64 {
        let Self {
            department,
            mine_only,
            progress,
            ..
        } = self;
        // Whose they are is part of the place that a token goes on from.
        let whose = mine_only.then_some(&self.caller.actor);
        digest(format!("interviews {department:?} {whose:?} {progress:?}").as_bytes())
    }

    /// Goes back in time from `before` on, along the shortest list that has all.
    fn part(
        &self,
        reader: &Reader,
        before: Option<Vec<u8>>,
        room: Room<pb::Interview>,
        stop: &Stop,
    ) -> Result<Part<pb::Interview>, Status> {
        let mine = self.caller.actor.person().filter(|_| self.mine_only);
        let list = match (mine, &self.department) {
            (Some(person), _) => keys::interviews_with(person),
            (None, Some(department)) => keys::interviews_of(department),
            (None, None) => keys::INTERVIEWS.to_vec(),
        };
        let rows = backwards(reader, beginning(&list), before);
        room.fill(rows, stop, |_, row| {
            let id: InterviewId = row.decode().map_err(unreadable)?;
            let interview = facts::interview(reader, id).map_err(unreadable)?;
            let interview = interview.filter(|interview| self.fits(interview));
            Ok(interview.map(|interview| interview_out(&self.caller, id, &interview)))
        })
    }

    fn fits(&self, interview: &Interview) -> bool {
        let here = self.department.as_ref();
        here.is_none_or(|department| *department == interview.department)
            && (self.progress.is_empty() || self.progress.contains(&interview.progress))
            && may_see(&self.caller, interview)
    }
}
