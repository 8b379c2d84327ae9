//! Moving running clocks to the revision of a calendar.

use std::sync::Arc;

use khidma_calendar::{CalendarSpec, Holiday};
use khidma_engine::{Ask, Engine, entity_key};
use khidma_eventlog::EventLog;
use khidma_events::sla::{EntityKind, adoption_entity};
use khidma_kernel::{CalendarId, Position, Timestamp, derived_id};
use khidma_projection::{AgendaError, Projection, Reader, RowError};
use khidma_runtime::Tasks;
use khidma_sla_domain::adoption::{AdoptionDecider, NoteAdopted};
use khidma_sla_domain::{Body, ClocksDecider, is_outdated};

use super::look::Looks;
use super::sweep::sweep;
use super::{apply::done, failed};
use crate::keys;
use crate::shelf::Shelf;
use crate::views::{AdoptionRow, CalendarRow, ClocksRow};

/// Holidays that are named in a reason.
const NAMED: usize = 3;

/// What moving needs.
pub(crate) struct Adoptions {
    pub(crate) clocks: Arc<Engine<ClocksDecider>>,
    pub(crate) adoptions: Engine<AdoptionDecider>,
    pub(crate) looks: Arc<Looks>,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) projection: Projection,
    pub(crate) tasks: Tasks,
    pub(crate) shelf: Shelf,
}

impl Adoptions {
    /// Moves the running clocks to the latest revision of the calendar of that entity.
    pub(crate) async fn adopt(self: Arc<Self>, entity: String) -> Result<(), AgendaError> {
        let Some(EntityKind::Adoption(calendar)) = EntityKind::of(&entity) else {
            return Err(AgendaError::new("this is no calendar"));
        };
        loop {
            let row: Option<AdoptionRow> = self
                .projection
                .reader()
                .get(&keys::adoption(&calendar))
                .map_err(failed)?;
            let Some(row) = row.filter(|row| row.due.is_some()) else {
                return Ok(());
            };
            let tag = row.wanted.to_be_bytes();
            let requests = self.reschedule(&calendar, &tag).await?;
            let entity = adoption_entity(&calendar);
            let key = derived_id(&[b"adopted", entity.as_bytes(), &tag]);
            let body = |_: &Reader| {
                Ok(NoteAdopted {
                    calendar: calendar.clone(),
                    revision: row.wanted,
                    requests,
                })
            };
            let ask = Ask::by_itself("sla", entity, key);
            let noted = self.adoptions.execute(ask, body).await.map_err(failed)?;
            self.projection
                .wait_for(noted.position)
                .await
                .map_err(failed)?;
        }
    }

    /// Where the log ends.
    pub(super) async fn head(&self) -> Result<Position, AgendaError> {
        self.log.head().await.map_err(failed)
    }

    /// Moves whatever runs by an earlier revision of `calendar`; how many requests had such a clock. What led to it is told
    /// by `tag`: for one thing, a request is asked once.
    pub(super) async fn reschedule(
        &self,
        calendar: &CalendarId,
        tag: &[u8],
    ) -> Result<u64, AgendaError> {
        let reason = reason(&self.projection.reader(), &self.shelf, calendar).map_err(failed)?;
        let revised = self.revised(calendar).map_err(failed)?;
        let (shelf, asked) = (self.shelf.clone(), calendar.clone());
        let needs = move |reader: &Reader, _: &str, row: ClocksRow| {
            let almanac = shelf.terms(reader)?.almanac;
            // What has not reacted yet may start a clock under the revision that held when it happened.
            let waits = row.file.follow.is_some();
            Ok(waits || is_outdated(&row.entity.state, &asked, &almanac))
        };
        let act = |request: String| {
            let key = derived_id(&[
                b"reschedule",
                calendar.as_str().as_bytes(),
                &[0],
                tag,
                request.as_bytes(),
            ]);
            let reason = reason.clone();
            async move {
                self.settle(&request, revised).await?;
                let ask = Ask {
                    correlation: request.parse().ok(),
                    ..Ask::by_itself("sla", request, key)
                };
                let body = |reader: &Reader| {
                    Ok(Body::Reschedule {
                        calendar: calendar.clone(),
                        reason: reason.clone(),
                        terms: self.shelf.terms(reader)?,
                    })
                };
                done(self.clocks.execute(ask, body).await)
            }
        };
        sweep(&self.projection, &self.tasks, needs, act).await
    }

    /// Lets the clocks of a request react first to what happened before, and tell what was reached before the calendar was
    /// revised: that was reached.
    async fn settle(&self, request: &str, revised: Timestamp) -> Result<(), AgendaError> {
        let reader = self.projection.reader();
        let row: Option<ClocksRow> = reader.get(&entity_key(request)).map_err(failed)?;
        let Some(row) = row else { return Ok(()) };
        let next = row.entity.state.next();
        if row.file.follow.is_some() || next.is_some_and(|next| next <= revised) {
            self.looks.speak_until(request, revised).await?;
        }
        Ok(())
    }

    /// When the latest revision of `calendar` was stored.
    fn revised(&self, calendar: &CalendarId) -> Result<Timestamp, RowError> {
        let reader = self.projection.reader();
        let terms = self.shelf.terms(&reader)?;
        let latest = terms.almanac.latest(calendar);
        let revision = latest.map_or(1, |latest| latest.revision);
        let row: Option<CalendarRow> = reader.get(&keys::calendar(calendar, revision))?;
        Ok(row.map_or(Timestamp::EPOCH, |row| row.at))
    }
}

/// Why the latest revision of a calendar differs from the one before it, in words.
fn reason(reader: &Reader, shelf: &Shelf, id: &CalendarId) -> Result<String, RowError> {
    let terms = shelf.terms(reader)?;
    let latest = terms.almanac.latest(id).map_or(1, |latest| latest.revision);
    let spec = |revision: u32| -> Result<Option<CalendarSpec>, RowError> {
        let row: Option<CalendarRow> = reader.get(&keys::calendar(id, revision))?;
        Ok(row.map(|row| row.spec))
    };
    let changes = match (spec(latest.saturating_sub(1))?, spec(latest)?) {
        (Some(before), Some(after)) => changes(&before, &after),
        _ => "it was revised".to_owned(),
    };
    Ok(format!("calendar {id}, revision {latest}: {changes}"))
}

fn changes(before: &CalendarSpec, after: &CalendarSpec) -> String {
    let mut told = Vec::new();
    let dates = |holidays: &[Holiday], others: &[Holiday]| -> Vec<String> {
        let new = |day: &&Holiday| others.iter().all(|other| other.date != day.date);
        let shown = |day: &Holiday| format!("{} {}", day.date, day.name).trim().to_owned();
        holidays.iter().filter(new).map(shown).collect()
    };
    let lists = [
        ("a holiday now", dates(&after.holidays, &before.holidays)),
        (
            "no holiday any more",
            dates(&before.holidays, &after.holidays),
        ),
    ];
    for (what, days) in lists.into_iter().filter(|(_, days)| !days.is_empty()) {
        let more = match days.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let named: Vec<_> = days.into_iter().take(NAMED).collect();
        told.push(format!("{what}: {}{more}", named.join(", ")));
    }
    let hours = |spec: &CalendarSpec| {
        let CalendarSpec {
            name: _,
            time_zone,
            weekly,
            shifts,
            breaks,
            holidays: _,
        } = spec.clone();
        (time_zone, weekly, shifts, breaks)
    };
    if hours(before) != hours(after) {
        told.push("other hours".to_owned());
    }
    if told.is_empty() {
        told.push("the same hours".to_owned());
    }
    told.join("; ")
}
