//! Searching for words.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{self, Scans, Stop};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_engine::entity_key;
use khidma_kernel::{Caller, OfferingId, PersonId, Position, Timestamp, digest};
use khidma_projection::{Projection, Reader};
use khidma_proto::requests as pb;
use khidma_proto::requests::search_service_server::SearchService;
use khidma_requests_domain::{Action, Request as State, Standing, may};
use tonic::{Code, Request, Response, Status};

use super::convert::{request_out, states_in};
use super::{ANSWER_BYTES, optional_id};
use crate::search::{self, Candidate, Excerpt, Found, Place, Question, Reading, Search, Wish};
use crate::views::{RequestHead, RequestRow};

/// After how long to ask again while the index is being built.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What searching stands on.
pub(crate) struct SearchGrpc {
    pub(crate) search: Arc<Search>,
    pub(crate) projection: Projection,
    pub(crate) scans: Scans,
    /// Rows looked at for one page at the most.
    pub(crate) scan_limit: usize,
}

#[tonic::async_trait]
impl SearchService for SearchGrpc {
    async fn search_requests(
        &self,
        request: Request<pb::SearchRequestsRequest>,
    ) -> Result<Response<pb::SearchRequestsResponse>, Status> {
        let caller = identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let (begun, size) = (Instant::now(), page::size(message.page_size)?);
        let filter = Filter::of(&message, &caller)?;
        let question = filter.question(&message, &caller)?;
        let query = digest(format!("{caller:?} {question:?} {filter:?}").as_bytes());
        let skip = skip(&message.page_token, query)?;
        let min_position = Position(message.min_position);
        let (reading, position) = self.reading_at(min_position, patience).await?;
        // What the index knows of, the rows have shown before.
        let reader = self.projection.reader();
        let page = Page {
            reader,
            search: self.search.clone(),
            caller,
            filter,
            question,
            size,
            skip,
            limit: self.scan_limit,
        };
        let left = patience.saturating_sub(begun.elapsed());
        let find = move |stop: &Stop| page.read(&reading, stop);
        let (hits, next) = self.scans.run(left, find).await?;
        Ok(Response::new(pb::SearchRequestsResponse {
            hits,
            next_page_token: PageToken::next(query, next.map(|next| next.to_be_bytes())),
            position: position.0,
        }))
    }
}

impl SearchGrpc {
    /// The index as soon as it shows `position`, waiting at most `patience`.
    async fn reading_at(
        &self,
        position: Position,
        patience: Duration,
    ) -> Result<(Reading, Position), Status> {
        let wait = self.search.reading_at(position);
        // A little sooner than the deadline, so that the caller still hears why.
        if let Ok(Some(found)) = tokio::time::timeout(patience.mul_f32(0.9), wait).await {
            return Ok(found);
        }
        Err(match self.search.position() {
            Some(shown) => status::refusal(
                Code::DeadlineExceeded,
                "MIN_POSITION_NOT_REACHED",
                Some("min_position"),
                format!("the search index is at position {shown}, not at {position} yet"),
            ),
            None => status::unavailable(
                "SEARCH_INDEX_AWAY",
                RETRY_AFTER,
                "the search index is being built; try again",
            ),
        })
    }
}

/// What is asked for besides words. What the index knows too narrows its candidates; all of it is held against the rows.
#[derive(Debug)]
struct Filter {
    provider: Option<khidma_kernel::DepartmentId>,
    requester: Option<PersonId>,
    assignee: Option<PersonId>,
    states: Vec<khidma_requests_domain::State>,
    offering: Option<OfferingId>,
    tag: String,
}

impl Filter {
    fn of(message: &pb::SearchRequestsRequest, caller: &Caller) -> Result<Self, Status> {
        let person = |field: &'static str, text: &str| match (text, caller.actor.person()) {
            ("me", Some(caller)) => Ok(Some(caller.clone())),
            (text, _) => optional_id::<PersonId>(field, text),
        };
        Ok(Self {
            provider: optional_id("provider_id", &message.provider_id)?,
            requester: person("requester_id", &message.requester_id)?,
            assignee: person("assignee_id", &message.assignee_id)?,
            states: states_in(&message.states)?,
            offering: optional_id("offering", &message.offering)?,
            tag: message.tag.clone(),
        })
    }

    /// What the index is asked.
    fn question(
        &self,
        message: &pb::SearchRequestsRequest,
        caller: &Caller,
    ) -> Result<Question, Status> {
        let wish = message
            .query
            .parse::<Wish>()
            .map_err(|error| status::invalid_field("query", error.code(), error.to_string()))?;
        let mut facts = Vec::new();
        facts.extend(self.provider.as_ref().map(search::provider));
        facts.extend(self.requester.as_ref().map(search::requester));
        facts.extend(self.offering.as_ref().map(search::offering));
        facts.extend((!self.tag.is_empty()).then(|| search::tag(&self.tag)));
        Ok(Question {
            wish,
            sight: search::sight(caller),
            facts,
            submitted: period(message)?,
        })
    }

    /// Whether only the rows can say what fits.
    fn needs_rows(&self) -> bool {
        self.assignee.is_some() || !self.states.is_empty()
    }

    fn fits(&self, request: &State, offering: Option<&OfferingId>) -> bool {
        fn is<T: PartialEq>(wanted: &Option<T>, found: Option<&T>) -> bool {
            wanted.as_ref().is_none_or(|wanted| found == Some(wanted))
        }
        is(&self.provider, Some(&request.provider))
            && is(&self.requester, request.requester.as_ref())
            && is(&self.assignee, request.assignee.as_ref())
            && is(&self.offering, offering)
            && (self.states.is_empty() || self.states.contains(&request.state))
            && (self.tag.is_empty() || request.tags.contains(&self.tag))
    }
}

/// Within which instants, the first one included.
fn period(message: &pb::SearchRequestsRequest) -> Result<Range<Timestamp>, Status> {
    let instant = |time: &prost_types::Timestamp| {
        let micros = time.seconds.saturating_mul(1_000_000);
        Timestamp::from_micros(micros.saturating_add(i64::from(time.nanos / 1000)))
    };
    let from = message.submitted_from.as_ref().map(instant);
    let to = message.submitted_to.as_ref().map(instant);
    let from = from.unwrap_or(Timestamp::from_micros(i64::MIN));
    let to = to.unwrap_or(Timestamp::from_micros(i64::MAX));
    if from >= to {
        let message = "submitted_to has to be later than submitted_from";
        return Err(status::invalid_field(
            "submitted_to",
            "EMPTY_PERIOD",
            message,
        ));
    }
    Ok(from..to)
}

/// How many candidates the pages before have taken.
fn skip(token: &str, query: u64) -> Result<usize, Status> {
    let Some(cursor) = PageToken::decode(token, query)? else {
        return Ok(0);
    };
    let skip: Option<[u8; 4]> = cursor.try_into().ok();
    skip.map(|skip| u32::from_be_bytes(skip) as usize)
        .ok_or_else(|| {
            let message = "this is no page token of ours";
            status::invalid_field("page_token", "MALFORMED_PAGE_TOKEN", message)
        })
}

/// A page to be read.
struct Page {
    reader: Reader,
    search: Arc<Search>,
    caller: Caller,
    filter: Filter,
    question: Question,
    size: usize,
    skip: usize,
    limit: usize,
}

impl Page {
    /// The hits, and how many candidates this page and those before have taken, if there are more.
    fn read(
        &self,
        reading: &Reading,
        stop: &Stop,
    ) -> Result<(Vec<pb::SearchHit>, Option<u32>), Status> {
        let looked_at = match self.filter.needs_rows() {
            true => self.limit,
            false => self.size,
        };
        // One more tells whether there is a next page.
        let wanted = self.skip.saturating_add(looked_at).saturating_add(1);
        let found = reading
            .ask(&self.question, wanted, stop)
            .map_err(|error| self.away(&error))?;
        let (mut hits, mut bytes, mut taken) = (Vec::new(), 0, 0);
        let candidates = found.from(self.skip);
        for candidate in stop.until_set(candidates.iter().take(looked_at)) {
            taken += 1;
            if let Some((hit, size)) = self.hit(&found, candidate)? {
                hits.push(hit);
                bytes += size;
            }
            if hits.len() == self.size || bytes >= ANSWER_BYTES {
                break;
            }
        }
        relative(&mut hits);
        let next = (taken < candidates.len()).then(|| u32::try_from(self.skip + taken).ok());
        Ok((hits, next.flatten()))
    }

    /// The candidate as its caller sees it, and about how many bytes that takes; `None` if they may not, or it no longer
    /// fits.
    fn hit(
        &self,
        found: &Found,
        candidate: &Candidate,
    ) -> Result<Option<(pb::SearchHit, usize)>, Status> {
        let Some(id) = found.id(candidate).map(|id| id.to_string()) else {
            return Ok(None);
        };
        let row: Option<RequestRow> = self
            .reader
            .get(&entity_key(&id))
            .map_err(query::unreadable)?;
        let Some((row, request)) = row.and_then(|row| {
            let request = row.entity.state.clone()?;
            Some((row, request))
        }) else {
            return Ok(None);
        };
        let standing = Standing::of(&self.caller, &request);
        let offering = row.card.offering.as_ref();
        if !may(Action::Read, standing) || !self.filter.fits(&request, offering) {
            return Ok(None);
        }
        let notes = may(Action::ReadNotes, standing);
        let head = RequestHead {
            entity: row.entity.clone(),
            card: row.card.clone(),
        };
        let seen = search::look(&self.reader, &id, row, &self.question.wish, notes)
            .map_err(query::unreadable)?;
        // What was found in notes counts for nobody who may not read them.
        if found.by_notes && !notes && !seen.whole {
            return Ok(None);
        }
        let size = head.size();
        let place = seen.excerpt.as_ref().map(|excerpt| excerpt.place);
        let hit = pb::SearchHit {
            request: request_out(&id, head),
            score: candidate.score,
            found_in: place_out(place).into(),
            excerpt: seen.excerpt.map(excerpt_out),
        };
        Ok(Some((hit, size)))
    }

    fn away(&self, error: &dyn std::fmt::Display) -> Status {
        tracing::warn!(%error, "a search could not be answered");
        self.search.report_damage();
        let message = "the search index is being built anew; try again";
        status::unavailable("SEARCH_INDEX_AWAY", RETRY_AFTER, message)
    }
}

/// How well a word fits follows from how many requests of everybody it stands in, also of those that the caller may not
/// read. So no score leaves as it is, only how it compares with the best one of its page.
fn relative(hits: &mut [pb::SearchHit]) {
    let best = hits.iter().map(|hit| hit.score).fold(0.0, f32::max);
    for hit in hits {
        hit.score = if best > 0.0 { hit.score / best } else { 1.0 };
    }
}

fn place_out(place: Option<Place>) -> pb::FoundIn {
    match place {
        None => pb::FoundIn::Unspecified,
        Some(Place::Title) => pb::FoundIn::Title,
        Some(Place::Description) => pb::FoundIn::Description,
        Some(Place::Tags) => pb::FoundIn::Tags,
        Some(Place::Timeline) => pb::FoundIn::Timeline,
        Some(Place::Notes) => pb::FoundIn::Notes,
    }
}

fn excerpt_out(excerpt: Excerpt) -> pb::Excerpt {
    let mark = |(begin, end)| pb::Highlight { begin, end };
    pb::Excerpt {
        text: excerpt.text,
        highlights: excerpt.marks.into_iter().map(mark).collect(),
    }
}
