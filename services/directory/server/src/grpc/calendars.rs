//! Calls about working calendars.

use std::collections::BTreeMap;

use khidma_calendar::{CalendarSpec, DatedHours, Holiday, LocalInterval, Weekday, WeeklyPattern};
use khidma_directory_domain::calendar::{CalendarCommand, WorkingCalendar};
use khidma_edge::command::id;
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_events::directory::calendar_entity;
use khidma_kernel::CalendarId;
use khidma_projection::Reader;
use khidma_proto::directory as pb;
use tonic::{Request, Status};

use super::DirectoryGrpc;
use super::convert::{missing, own_id};
use super::page::Page;
use crate::keys;
use crate::views::CalendarRow;

impl DirectoryGrpc {
    pub(super) async fn put_calendar(
        &self,
        request: Request<pb::PutCalendarRequest>,
    ) -> Result<u64, Status> {
        let calendar = request
            .get_ref()
            .calendar
            .clone()
            .ok_or_else(|| missing("calendar"))?;
        let id: CalendarId = id("calendar.id", &calendar.id)?;
        let entity = calendar_entity(&id);
        let command = CalendarCommand::Put {
            id,
            spec: spec_in(calendar),
        };
        self.change(&self.calendars, request, "PutCalendar", entity, |_| {
            Ok(command.clone())
        })
        .await
    }

    pub(super) async fn get_calendar(
        &self,
        request: Request<pb::GetCalendarRequest>,
    ) -> Result<pb::GetCalendarResponse, Status> {
        identity::caller(&request)?;
        let id: CalendarId = own_id(&request.get_ref().id)?;
        let reader = self
            .reader(request.get_ref().min_position, deadline(&request))
            .await?;
        let position = reader.position().0;
        let row: Option<CalendarRow> = reader
            .get(&keys::calendar(&id))
            .map_err(query::unreadable)?;
        let calendar = row
            .and_then(|row| row.state)
            .ok_or_else(|| status::not_found("calendar", &id))?;
        Ok(pb::GetCalendarResponse {
            calendar: Some(calendar_out(calendar)),
            position,
        })
    }

    pub(super) async fn list_calendars(
        &self,
        request: Request<pb::ListCalendarsRequest>,
    ) -> Result<pb::ListCalendarsResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let filter = pb::ListCalendarsRequest::default();
        let page = Page::of("calendars", &filter, message.page_size, &message.page_token)?;
        let limit = self.config.scan_limit;
        let scan = move |reader: &Reader, stop: &Stop| {
            page.read(reader, stop, keys::CALENDARS, limit, |_, row| {
                let row: CalendarRow = row.decode()?;
                Ok(row.state.map(calendar_out))
            })
        };
        let (listed, position) = self.scan(message.min_position, patience, scan).await?;
        Ok(pb::ListCalendarsResponse {
            calendars: listed.items,
            next_page_token: listed.next_page_token,
            position,
        })
    }
}

fn spec_in(calendar: pb::Calendar) -> CalendarSpec {
    CalendarSpec {
        name: calendar.name,
        time_zone: calendar.time_zone,
        weekly: calendar.weekly.into_iter().map(pattern_in).collect(),
        shifts: calendar.shifts.into_iter().map(dated_in).collect(),
        breaks: calendar.breaks.into_iter().map(dated_in).collect(),
        holidays: calendar
            .holidays
            .into_iter()
            .map(|day| Holiday {
                date: day.date,
                name: day.name,
            })
            .collect(),
    }
}

/// A weekday that is named twice has the intervals of both; where they overlap, the check says so.
fn pattern_in(pattern: pb::WeeklyPattern) -> WeeklyPattern {
    let mut days: BTreeMap<String, Vec<LocalInterval>> = BTreeMap::new();
    for day in pattern.days {
        days.entry(day.weekday)
            .or_default()
            .extend(day.intervals.into_iter().map(interval_in));
    }
    let valid_from = Some(pattern.valid_from).filter(|date| !date.is_empty());
    WeeklyPattern { valid_from, days }
}

fn dated_in(dated: pb::DatedHours) -> DatedHours {
    DatedHours {
        date: dated.date,
        intervals: dated.intervals.into_iter().map(interval_in).collect(),
    }
}

fn interval_in(interval: pb::LocalInterval) -> LocalInterval {
    LocalInterval {
        start: interval.start,
        end: interval.end,
    }
}

fn calendar_out(calendar: WorkingCalendar) -> pb::Calendar {
    let spec = calendar.spec;
    pb::Calendar {
        id: calendar.id.into(),
        name: spec.name,
        time_zone: spec.time_zone,
        weekly: spec.weekly.into_iter().map(pattern_out).collect(),
        shifts: spec.shifts.into_iter().map(dated_out).collect(),
        breaks: spec.breaks.into_iter().map(dated_out).collect(),
        holidays: spec
            .holidays
            .into_iter()
            .map(|day| pb::Holiday {
                date: day.date,
                name: day.name,
            })
            .collect(),
        revision: calendar.revision,
    }
}

fn pattern_out(pattern: WeeklyPattern) -> pb::WeeklyPattern {
    let mut days: Vec<_> = pattern.days.into_iter().collect();
    days.sort_by_key(|(weekday, _)| Weekday::parse(weekday));
    let day_out = |(weekday, intervals): (String, Vec<LocalInterval>)| pb::WeekdayHours {
        weekday,
        intervals: intervals.into_iter().map(interval_out).collect(),
    };
    pb::WeeklyPattern {
        valid_from: pattern.valid_from.unwrap_or_default(),
        days: days.into_iter().map(day_out).collect(),
    }
}

fn dated_out(dated: DatedHours) -> pb::DatedHours {
    pb::DatedHours {
        date: dated.date,
        intervals: dated.intervals.into_iter().map(interval_out).collect(),
    }
}

fn interval_out(interval: LocalInterval) -> pb::LocalInterval {
    pb::LocalInterval {
        start: interval.start,
        end: interval.end,
    }
}
