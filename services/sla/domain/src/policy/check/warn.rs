//! What is legal and probably wrong.

use khidma_calendar::Calendar;
use khidma_events::sla::{Metric, PolicySpec, PolicyWarning, Rule, Target, TimeKind};
use khidma_kernel::{CalendarId, DepartmentId, Timestamp};

use super::super::PolicyFacts;
use super::limits;
use crate::gauge::Gauge;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// The longest target that nobody wonders about, in days.
const LONG_DAYS: u64 = 90;
/// For how many days a calendar is looked at for hours.
const AHEAD_DAYS: i64 = 60;
const DAY_MICROS: i64 = 24 * 3_600_000_000;

pub(super) fn warnings(
    spec: &PolicySpec,
    facts: &PolicyFacts,
    now: Timestamp,
) -> Vec<PolicyWarning> {
    let mut warn = Warn {
        spec,
        facts,
        now,
        warnings: Vec::new(),
    };
    warn.closed("providers", spec.providers.iter());
    if let Some(calendar) = &spec.calendar {
        warn.hours("calendar", calendar);
    }
    for (number, rule) in spec.rules.iter().enumerate() {
        warn.rule(&format!("rules[{number}]"), rule);
    }
    warn.warnings
}

/// Collects what is strange.
struct Warn<'a> {
    spec: &'a PolicySpec,
    facts: &'a PolicyFacts,
    now: Timestamp,
    warnings: Vec<PolicyWarning>,
}

impl<'a> Warn<'a> {
    fn add(&mut self, field: impl Into<String>, text: String) {
        if self.warnings.len() < limits::PROBLEMS {
            let field = field.into();
            self.warnings.push(PolicyWarning { field, text });
        }
    }

    fn closed<'b>(&mut self, field: &str, departments: impl Iterator<Item = &'b DepartmentId>) {
        for department in departments {
            if self.facts.departments.get(department) == Some(&false) {
                let text =
                    format!("department {department} is closed: nobody can ask it for anything");
                self.add(field, text);
            }
        }
    }

    fn hours(&mut self, field: &str, id: &CalendarId) {
        let Some(calendar) = self.facts.calendars.get(id) else {
            return;
        };
        let until = self.now.as_micros().saturating_add(AHEAD_DAYS * DAY_MICROS);
        let open = Gauge::Business(calendar).elapsed(self.now, Timestamp::from_micros(until)) > 0;
        if !open {
            let text = format!(
                "calendar {id} has no hours in the next {AHEAD_DAYS} days: clocks would stand"
            );
            self.add(field, text);
        }
    }

    fn rule(&mut self, path: &str, rule: &Rule) {
        self.closed(
            &format!("{path}.when.providers"),
            rule.when.providers.iter(),
        );
        for (metric, target) in &rule.targets {
            self.target(&format!("{path}.targets.{}", metric.as_str()), target);
        }
        let two = (
            rule.targets.get(&Metric::Acknowledge),
            rule.targets.get(&Metric::Resolve),
        );
        if let (Some(acknowledge), Some(resolve)) = two
            && self.counted_by(acknowledge) == self.counted_by(resolve)
            && resolve.within_seconds < acknowledge.within_seconds
        {
            let text = format!(
                "it has to be resolved within {}, but seen only within {}",
                told(resolve.within_seconds),
                told(acknowledge.within_seconds)
            );
            self.add(format!("{path}.targets.resolve.within"), text);
        }
    }

    fn target(&mut self, path: &str, target: &Target) {
        if target.within_seconds > LONG_DAYS * DAY {
            let text = format!(
                "{} is longer than {LONG_DAYS} days",
                told(target.within_seconds)
            );
            self.add(format!("{path}.within"), text);
        }
        if target
            .warnings
            .iter()
            .flatten()
            .any(|percent| *percent == 100)
        {
            let text = "a warning at 100 % comes when it is too late; the breach is told anyway";
            self.add(format!("{path}.warnings"), text.to_owned());
        }
        if target.time == TimeKind::WallClock && target.calendar.is_some() {
            let text = "all time is counted, so the calendar does not matter; write time = \"business\", or leave it out";
            self.add(format!("{path}.calendar"), text.to_owned());
        }
        if let Some(own) = &target.calendar {
            self.hours(&format!("{path}.calendar"), own);
        }
        if let Some((id, calendar)) = self.counted_by(target)
            && let Some(text) = in_working_days(target.within_seconds, id, calendar)
        {
            self.add(format!("{path}.within"), text);
        }
    }

    /// The calendar whose business time is counted.
    fn counted_by(&self, target: &'a Target) -> Option<(&'a CalendarId, &'a Calendar)> {
        if target.time == TimeKind::WallClock {
            return None;
        }
        let id = target.calendar.as_ref().or(self.spec.calendar.as_ref())?;
        Some((id, self.facts.calendars.get(id)?))
    }
}

/// Whoever writes whole days of 24 hours mostly means working days: how many those are.
fn in_working_days(seconds: u64, id: &CalendarId, calendar: &Calendar) -> Option<String> {
    let day = u64::try_from(calendar.typical_day().as_secs()).ok()?;
    if !seconds.is_multiple_of(DAY) || day == 0 || day >= DAY {
        return None;
    }
    // Tenths, rounded.
    let tenths = (seconds * 10 + day / 2) / day;
    let (hours, days) = (seconds / HOUR, seconds / DAY);
    let meant = if days == 1 {
        "one working day".to_owned()
    } else {
        format!("{days} working days")
    };
    Some(format!(
        "{hours} h of business time is {}.{} working days of {id}, whose day has {}; write {} for {meant}",
        tenths / 10,
        tenths % 10,
        told(day),
        written(day * days),
    ))
}

/// A duration as people read it: `9 h`, `7 h 30 min`.
fn told(seconds: u64) -> String {
    parts(seconds, [" h", " min", " s"])
}

/// A duration as a policy writes it: `9h`, `7h 30m`.
fn written(seconds: u64) -> String {
    parts(seconds, ["h", "m", "s"])
}

fn parts(seconds: u64, units: [&str; 3]) -> String {
    let amounts = [seconds / HOUR, seconds % HOUR / 60, seconds % 60];
    let parts: Vec<_> = amounts
        .into_iter()
        .zip(units)
        .filter(|(amount, _)| *amount > 0)
        .map(|(amount, unit)| format!("{amount}{unit}"))
        .collect();
    parts.join(" ")
}
