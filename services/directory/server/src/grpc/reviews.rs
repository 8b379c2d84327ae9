//! Calls about performance reviews.

use std::collections::BTreeSet;

use khidma_directory_domain::access::{sees_reasons, sees_review_figures};
use khidma_directory_domain::review::{Figures, ReviewCommand, figures};
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::status::invalid_field;
use khidma_edge::{identity, query, status};
use khidma_events::directory::reviews_entity;
use khidma_kernel::{Caller, Date, DepartmentId, PersonId};
use khidma_projection::{Reader, RowError};
use khidma_proto::directory as pb;
use khidma_proto::directory::reviews_service_server::ReviewsService;
use tonic::{Code, Request, Response, Status};

use super::convert::own_id;
use super::words::day;
use super::{DirectoryGrpc, optional_id};
use crate::views::{PersonRow, ReviewsRow};
use crate::{facts, keys};

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl ReviewsService for DirectoryGrpc {
    async fn record_review(
        &self,
        request: Request<pb::RecordReviewRequest>,
    ) -> Answer<pb::RecordReviewResponse> {
        let id: PersonId = own_id(&request.get_ref().id)?;
        let on = day("on", &request.get_ref().on)?;
        let body = |reader: &Reader| {
            let person = facts::person(reader, &id)?;
            Ok(ReviewCommand::Record { person, on })
        };
        let entity = reviews_entity(&id);
        let position = self
            .change(&self.reviews, request, "RecordReview", entity, body)
            .await?;
        Ok(Response::new(pb::RecordReviewResponse { position }))
    }

    async fn share_themes(
        &self,
        request: Request<pb::ShareThemesRequest>,
    ) -> Answer<pb::ShareThemesResponse> {
        let id: PersonId = own_id(&request.get_ref().id)?;
        let on = day("on", &request.get_ref().on)?;
        let themes = request.get_ref().themes.clone();
        let body = |reader: &Reader| {
            Ok(ReviewCommand::Share {
                person: facts::person(reader, &id)?,
                on,
                themes: themes.clone(),
            })
        };
        let entity = reviews_entity(&id);
        let position = self
            .change(&self.reviews, request, "ShareThemes", entity, body)
            .await?;
        Ok(Response::new(pb::ShareThemesResponse { position }))
    }

    async fn get_reviews(
        &self,
        request: Request<pb::GetReviewsRequest>,
    ) -> Answer<pb::GetReviewsResponse> {
        let caller = identity::caller(&request)?;
        let id: PersonId = own_id(&request.get_ref().id)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let person = facts::person(&reader, &id).map_err(query::unreadable)?;
        if !sees_reasons(&caller, &person) {
            return Err(not_for(
                "when somebody's reviews were is for them, who leads one of their departments, and admins",
            ));
        }
        let row: Option<ReviewsRow> = reader.get(&keys::reviews(&id)).map_err(query::unreadable)?;
        let own = caller.actor.person() == Some(&id);
        let held = row.unwrap_or_default().state.held.into_iter().rev();
        let reviews = held.map(|(on, themes)| pb::Review {
            on: on.to_string(),
            themes: themes.into_iter().filter(|_| own).collect(),
        });
        Ok(Response::new(pb::GetReviewsResponse {
            reviews: reviews.collect(),
            position: reader.position().0,
        }))
    }

    async fn get_review_report(
        &self,
        request: Request<pb::GetReviewReportRequest>,
    ) -> Answer<pb::GetReviewReportResponse> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let root: Option<DepartmentId> = optional_id("department_id", &message.department_id)?;
        let period = Period::of(&message)?;
        let scan = move |reader: &Reader, stop: &Stop| {
            seen_by(reader, &caller, root.as_ref())?;
            report(reader, stop, root.as_ref(), period).map_err(query::unreadable)
        };
        let (figures, position) = self.scan(message.min_position, patience, scan).await?;
        let themes = figures.themes.into_iter();
        let themes = themes.map(|(theme, at_least)| pb::ThemeCount { theme, at_least });
        Ok(Response::new(pb::GetReviewReportResponse {
            people: figures.people,
            reviewed: figures.reviewed,
            themes: themes.collect(),
            position,
        }))
    }
}

fn not_for(message: &str) -> Status {
    status::refusal(Code::PermissionDenied, "NOT_ALLOWED", None, message)
}

/// That `caller` may see the figures of `root`, or of the whole organisation.
fn seen_by(reader: &Reader, caller: &Caller, root: Option<&DepartmentId>) -> Result<(), Status> {
    let mut departments = Vec::new();
    if let Some(root) = root {
        departments = facts::ancestors(reader, root).map_err(query::unreadable)?;
        departments.push(root.clone());
    }
    if !sees_review_figures(caller, &departments) {
        return Err(not_for(
            "figures of reviews are for who leads the department or one above it, and for admins",
        ));
    }
    let Some(root) = root else { return Ok(()) };
    let row = facts::department_row(reader, root).map_err(query::unreadable)?;
    row.and_then(|row| row.entity.state)
        .map(|_| ())
        .ok_or_else(|| status::not_found("department", root))
}

/// The reviews of who is a member now; of a whole organisation, of all who have not left.
fn report(
    reader: &Reader,
    stop: &Stop,
    root: Option<&DepartmentId>,
    period: Period,
) -> Result<Figures, RowError> {
    let people = match root {
        Some(root) => facts::members(reader, stop, &facts::below(reader, stop, root)?)?,
        None => everybody(reader, stop)?,
    };
    let mut reviews = Vec::new();
    for person in stop.until_set(people.iter()) {
        let row: Option<ReviewsRow> = reader.get(&keys::reviews(person))?;
        reviews.push(row.unwrap_or_default().state);
    }
    Ok(figures(&reviews, |day| period.holds(day)))
}

fn everybody(reader: &Reader, stop: &Stop) -> Result<BTreeSet<PersonId>, RowError> {
    let mut people = BTreeSet::new();
    for found in stop.until_set(reader.prefix(keys::PEOPLE)) {
        let row: PersonRow = found?.1.decode()?;
        let person = row.entity.state.filter(|person| !person.deactivated);
        people.extend(person.map(|person| person.id));
    }
    Ok(people)
}

/// A year, or a quarter of one. No other: with any two days to choose, the figures of two periods that differ by a day
/// would tell what one person shared.
#[derive(Clone, Copy)]
struct Period {
    year: i16,
    quarter: Option<i8>,
}

impl Period {
    fn of(message: &pb::GetReviewReportRequest) -> Result<Self, Status> {
        let out_of_range = |field, message| invalid_field(field, "OUT_OF_RANGE", message);
        let year = i16::try_from(message.year).ok();
        let year = year
            .filter(|year| (1..=9999).contains(year))
            .ok_or_else(|| out_of_range("year", "year is from 1 to 9999"))?;
        let quarter = match message.quarter {
            0 => None,
            1 => Some(1),
            2 => Some(2),
            3 => Some(3),
            4 => Some(4),
            _ => {
                let rule = "quarter is from 1 to 4, or 0 for the whole year";
                return Err(out_of_range("quarter", rule));
            }
        };
        Ok(Self { year, quarter })
    }

    fn holds(self, day: Date) -> bool {
        day.year() == self.year && self.quarter.is_none_or(|quarter| day.quarter() == quarter)
    }
}
