//! May it happen? One match, one function per command.

use khidma_calendar::{CalendarSpec, validate};
use khidma_events::directory::{CalendarEvent, CalendarPut};
use khidma_kernel::{CalendarId, Caller, Command};

use super::{CalendarCommand, WorkingCalendar};
use crate::DirectoryRefusal as Refusal;
use crate::access::{Action, Standing, allow};

pub(super) fn decide(
    state: Option<&WorkingCalendar>,
    command: &Command<CalendarCommand>,
) -> Result<Vec<CalendarEvent>, Refusal> {
    match &command.body {
        CalendarCommand::Put { id, spec } => put(state, &command.by, id, spec),
    }
}

fn put(
    state: Option<&WorkingCalendar>,
    by: &Caller,
    id: &CalendarId,
    spec: &CalendarSpec,
) -> Result<Vec<CalendarEvent>, Refusal> {
    allow(Action::PutCalendar, Standing::of(by, None, None))?;
    validate(spec).map_err(|problems| Refusal::InvalidCalendar { problems })?;
    let revision = match state {
        Some(calendar) if calendar.spec == *spec => return Ok(vec![]),
        Some(calendar) => calendar.revision.saturating_add(1),
        None => 1,
    };
    Ok(vec![
        CalendarPut {
            calendar: id.clone(),
            revision,
            spec: spec.clone(),
        }
        .into(),
    ])
}
