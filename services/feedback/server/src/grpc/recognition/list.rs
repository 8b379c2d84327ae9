//! Lists of thanks, the newest first: one's own, a wall, and where it is wanted a ranking.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use khidma_edge::command::id;
use khidma_edge::instant::{time_in, time_out};
use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, backwards, beginning};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_events::feedback::Thanked;
use khidma_kernel::{DepartmentId, PersonId, ThanksId, Timestamp, digest};
use khidma_projection::Reader;
use khidma_proto::feedback as pb;
use tonic::{Code, Request, Status};

use super::{RecognitionGrpc, person_of};
use crate::views::ThanksRow;
use crate::{facts, keys};

/// Days that a ranking looks back where nothing is said.
const RANKED_DAYS: i64 = 30;
/// People of a ranking at the most.
const RANKED: usize = 100;

/// Which list, and which page of it.
struct Page {
    list: Vec<u8>,
    size: i32,
    token: String,
    min_position: u64,
}

impl RecognitionGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListThanksRequest>,
    ) -> Result<pb::ListThanksResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let person = person_of(&caller)?;
        let message = request.into_inner();
        let list = match message.list() {
            pb::ThanksList::Unspecified | pb::ThanksList::Received => keys::thanks_to(&person),
            pb::ThanksList::Given => keys::thanks_by(&person),
        };
        let page = Page {
            list,
            size: message.page_size,
            token: message.page_token,
            min_position: message.min_position,
        };
        let (thanks, next_page_token, position) = self.page(page, patience).await?;
        Ok(pb::ListThanksResponse {
            thanks,
            next_page_token,
            position,
        })
    }

    pub(super) async fn wall(
        &self,
        request: Request<pb::GetWallRequest>,
    ) -> Result<pb::GetWallResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let page = Page {
            list: keys::wall(&department),
            size: message.page_size,
            token: message.page_token,
            min_position: message.min_position,
        };
        let (thanks, next_page_token, position) = self.page(page, patience).await?;
        Ok(pb::GetWallResponse {
            thanks,
            next_page_token,
            position,
        })
    }

    async fn page(
        &self,
        page: Page,
        patience: std::time::Duration,
    ) -> Result<(Vec<pb::Thanks>, String, u64), Status> {
        let query = digest(&[b"thanks ", page.list.as_slice()].concat());
        let before = PageToken::decode(&page.token, query)?;
        let room = Room::new(page::size(page.size)?, self.ground.scan_limit);
        let list = page.list;
        let scan = move |reader: &Reader, stop: &Stop| part(reader, &list, before, room, stop);
        let (scans, projection) = (&self.ground.scans, &self.ground.projection);
        let read = scans.read(projection, page.min_position, patience, scan);
        let ((thanks, next), position) = read.await?;
        Ok((thanks, PageToken::next(query, next), position))
    }

    pub(super) async fn ranking(
        &self,
        request: Request<pb::GetRankingRequest>,
    ) -> Result<pb::GetRankingResponse, Status> {
        identity::caller(&request)?;
        if !self.ranking {
            let message = "here nobody is ranked by thanks";
            let code = Code::FailedPrecondition;
            return Err(status::refusal(code, "RANKING_OFF", None, message));
        }
        let patience = deadline(&request);
        let message = request.into_inner();
        let department: DepartmentId = id("department_id", &message.department_id)?;
        let month = -RANKED_DAYS * 24 * 3600;
        let usual = self.ground.clock.now().plus_seconds(month);
        let from = time_in("from", message.from)?.unwrap_or(usual);
        let scan = move |reader: &Reader, stop: &Stop| ranked(reader, &department, from, stop);
        let (scans, projection) = (&self.ground.scans, &self.ground.projection);
        let read = scans.read(projection, message.min_position, patience, scan);
        let (ranked, position) = read.await?;
        Ok(pb::GetRankingResponse { ranked, position })
    }
}

fn part(
    reader: &Reader,
    list: &[u8],
    before: Option<Vec<u8>>,
    room: Room<pb::Thanks>,
    stop: &Stop,
) -> Result<Part<pb::Thanks>, Status> {
    let rows = backwards(reader, beginning(list), before);
    room.fill(rows, stop, |_, row| {
        let id: ThanksId = row.decode().map_err(unreadable)?;
        let thanks = facts::thanks(reader, id).map_err(unreadable)?;
        let thanks = thanks.filter(|thanks| !thanks.withdrawn);
        Ok(thanks.map(|thanks| thanks_out(id, thanks)))
    })
}

/// From the newest back to `from`: a wall is in the order of the log, so times do not grow on the way.
fn ranked(
    reader: &Reader,
    department: &DepartmentId,
    from: Timestamp,
    stop: &Stop,
) -> Result<Vec<pb::RankedPerson>, Status> {
    let mut counted: BTreeMap<PersonId, u64> = BTreeMap::new();
    let rows = backwards(reader, beginning(&keys::wall(department)), None);
    for row in stop.until_set(rows) {
        let id: ThanksId = row.and_then(|(_, row)| row.decode()).map_err(unreadable)?;
        let Some(thanks) = facts::thanks(reader, id).map_err(unreadable)? else {
            continue;
        };
        if thanks.at < from {
            break;
        }
        if let (Thanked::Person(person), false) = (thanks.to, thanks.withdrawn) {
            *counted.entry(person).or_default() += 1;
        }
    }
    let mut ranked: Vec<_> = counted.into_iter().collect();
    ranked.sort_by_key(|(_, thanks)| Reverse(*thanks));
    let ranked = ranked.into_iter().take(RANKED);
    Ok(ranked
        .map(|(person, thanks)| pb::RankedPerson {
            person_id: person.to_string(),
            thanks,
        })
        .collect())
}

fn thanks_out(id: ThanksId, thanks: ThanksRow) -> pb::Thanks {
    let (person, department) = match thanks.to {
        Thanked::Person(person) => (person.to_string(), String::new()),
        Thanked::Team(department) => (String::new(), department.to_string()),
    };
    let wall = thanks.wall.map(|wall| wall.to_string());
    let request = thanks.request.map(|request| request.to_string());
    pb::Thanks {
        id: id.to_string(),
        from_person_id: thanks.from.to_string(),
        to_person_id: person,
        to_department_id: department,
        service_request_id: request.unwrap_or_default(),
        text: thanks.text,
        wall_department_id: wall.unwrap_or_default(),
        given_at: Some(time_out(thanks.at)),
    }
}
