//! From what people wrote to what arithmetic wants, telling all that is wrong on the way.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::calendar::{Calendar, Hours, Interval, Pattern};
use crate::local::{DAY_SECONDS, LocalTime, date};
use crate::problem::{Defect, Problem};
use crate::spec::{CalendarSpec, DatedHours, Holiday, LocalInterval, Weekday, WeeklyPattern};
use crate::zone::time_zone;

/// The longest name of a calendar or holiday, in characters.
pub const MAX_NAME_CHARS: usize = 200;
/// The most weekly patterns of a calendar.
pub const MAX_PATTERNS: usize = 100;
/// The most intervals of one day.
pub const MAX_INTERVALS_PER_DAY: usize = 48;
/// The most shifts, and breaks, and holidays.
pub const MAX_DATES: usize = 4_000;
/// The most problems that are told at once.
pub const MAX_PROBLEMS: usize = 100;

/// Whether `spec` makes sense as a calendar.
///
/// # Errors
/// All that is wrong with it, at most [`MAX_PROBLEMS`].
pub fn validate(spec: &CalendarSpec) -> Result<(), Vec<Problem>> {
    compile(spec).map(drop)
}

/// See [`Calendar::compile`].
pub(crate) fn compile(spec: &CalendarSpec) -> Result<Calendar, Vec<Problem>> {
    let mut check = Check(Vec::new());
    check.name("name", &spec.name);
    let time_zone = time_zone(&spec.time_zone);
    if time_zone.is_none() {
        check.add("time_zone", Defect::UnknownZone);
    }
    let weekly = check.weekly(&spec.weekly);
    let shifts = check.dated("shifts", &spec.shifts);
    let breaks = check.dated("breaks", &spec.breaks);
    check.breaks_take_time(&spec.breaks);
    let holidays = check.holidays(&spec.holidays);
    let written = |intervals: &Vec<LocalInterval>| !intervals.is_empty();
    let open = spec
        .weekly
        .iter()
        .any(|pattern| pattern.days.values().any(written))
        || spec.shifts.iter().any(|shift| written(&shift.intervals));
    if !open {
        check.add("weekly", Defect::NoHours);
    }
    match time_zone {
        Some(time_zone) if check.0.is_empty() => {
            Ok(Calendar::of(time_zone, weekly, shifts, breaks, holidays))
        }
        _ => Err(check.0),
    }
}

/// An interval as it stands on one day, and where it was written.
type Placed = (Interval, String);

/// Collects what is wrong.
struct Check(Vec<Problem>);

impl Check {
    fn add(&mut self, path: impl Into<String>, defect: Defect) {
        if self.0.len() < MAX_PROBLEMS {
            self.0.push(Problem::new(path, defect));
        }
    }

    /// The items within the limit, of which there may be no more.
    fn limited<'a, T>(&mut self, path: &str, items: &'a [T], limit: usize) -> &'a [T] {
        if items.len() > limit {
            self.add(path, Defect::TooMany { limit });
        }
        &items[..items.len().min(limit)]
    }

    fn name(&mut self, path: &str, name: &str) {
        if name.trim().is_empty() {
            self.add(path, Defect::NameEmpty);
        } else if name.chars().count() > MAX_NAME_CHARS {
            self.add(
                path,
                Defect::NameTooLong {
                    limit: MAX_NAME_CHARS,
                },
            );
        }
    }

    fn date(&mut self, path: String, text: &str) -> Option<Date> {
        let date = date(text);
        if date.is_none() {
            self.add(path, Defect::BadDate);
        }
        date
    }

    fn weekly(&mut self, patterns: &[WeeklyPattern]) -> Vec<Pattern> {
        let mut before: Option<Option<Date>> = None;
        let mut compiled = Vec::new();
        for (index, pattern) in self
            .limited("weekly", patterns, MAX_PATTERNS)
            .iter()
            .enumerate()
        {
            let path = format!("weekly[{index}]");
            let valid_from = match &pattern.valid_from {
                None => Some(None),
                Some(text) => self.date(format!("{path}.valid_from"), text).map(Some),
            };
            if let Some(valid_from) = valid_from {
                // `None`, for always, sorts before every date.
                if before.is_some_and(|before| before >= valid_from) {
                    self.add(format!("{path}.valid_from"), Defect::PatternOrder);
                }
                before = Some(valid_from);
            }
            let days = self.week(&format!("{path}.days"), pattern);
            compiled.push(Pattern {
                valid_from: valid_from.flatten(),
                days,
            });
        }
        compiled
    }

    fn week(&mut self, path: &str, pattern: &WeeklyPattern) -> [Hours; 7] {
        let mut days: [Hours; 7] = Default::default();
        let mut placed: [Vec<Placed>; 7] = Default::default();
        for (name, intervals) in &pattern.days {
            let Some(weekday) = Weekday::parse(name) else {
                let shown: String = name.chars().take(20).collect();
                self.add(format!("{path}.{shown}"), Defect::UnknownWeekday);
                continue;
            };
            let (hours, own, tail) = self.day(&format!("{path}.{name}"), intervals);
            days[weekday.index()] = hours;
            placed[weekday.index()].extend(own);
            // Sunday's night goes on into Monday.
            placed[(weekday.index() + 1) % 7].extend(tail);
        }
        for day in placed {
            self.no_overlap(day);
        }
        days
    }

    fn dated(&mut self, list: &str, entries: &[DatedHours]) -> Vec<(Date, Hours)> {
        let mut seen = BTreeMap::new();
        let mut compiled = Vec::new();
        let mut placed: BTreeMap<Date, Vec<Placed>> = BTreeMap::new();
        for (index, entry) in self.limited(list, entries, MAX_DATES).iter().enumerate() {
            let path = format!("{list}[{index}]");
            let date = self.date(format!("{path}.date"), &entry.date);
            let (hours, own, tail) = self.day(&format!("{path}.intervals"), &entry.intervals);
            let Some(date) = date else { continue };
            if !self.once(&mut seen, date, &path) {
                continue;
            }
            placed.entry(date).or_default().extend(own);
            if let Ok(next) = date.tomorrow() {
                placed.entry(next).or_default().extend(tail);
            }
            compiled.push((date, hours));
        }
        for day in placed.into_values() {
            self.no_overlap(day);
        }
        compiled.sort_by_key(|(date, _)| *date);
        compiled
    }

    fn holidays(&mut self, holidays: &[Holiday]) -> Vec<Date> {
        let mut seen = BTreeMap::new();
        for (index, holiday) in self
            .limited("holidays", holidays, MAX_DATES)
            .iter()
            .enumerate()
        {
            let path = format!("holidays[{index}]");
            if holiday.name.chars().count() > MAX_NAME_CHARS {
                self.add(
                    format!("{path}.name"),
                    Defect::NameTooLong {
                        limit: MAX_NAME_CHARS,
                    },
                );
            }
            if let Some(date) = self.date(format!("{path}.date"), &holiday.date) {
                self.once(&mut seen, date, &path);
            }
        }
        seen.into_keys().collect()
    }

    /// Whether `date` is named for the first time.
    fn once(&mut self, seen: &mut BTreeMap<Date, String>, date: Date, path: &str) -> bool {
        if let Some(other) = seen.get(&date) {
            self.add(
                format!("{path}.date"),
                Defect::DuplicateDate {
                    other: other.clone(),
                },
            );
            return false;
        }
        seen.insert(date, path.to_owned());
        true
    }

    fn breaks_take_time(&mut self, breaks: &[DatedHours]) {
        for (index, _) in breaks
            .iter()
            .take(MAX_DATES)
            .enumerate()
            .filter(|(_, one)| one.intervals.is_empty())
        {
            self.add(format!("breaks[{index}].intervals"), Defect::EmptyBreak);
        }
    }

    /// The hours written for one day, and its pieces by the day they fall on.
    fn day(
        &mut self,
        path: &str,
        intervals: &[LocalInterval],
    ) -> (Hours, Vec<Placed>, Vec<Placed>) {
        let (mut own, mut tail) = (Vec::new(), Vec::new());
        for (index, interval) in self
            .limited(path, intervals, MAX_INTERVALS_PER_DAY)
            .iter()
            .enumerate()
        {
            let path = format!("{path}[{index}]");
            let Some((start, end)) = self.ends(&path, interval) else {
                continue;
            };
            if start < end {
                own.push((Interval { start, end }, path));
            } else {
                own.push((
                    Interval {
                        start,
                        end: DAY_SECONDS,
                    },
                    path.clone(),
                ));
                if end > 0 {
                    tail.push((Interval { start: 0, end }, path));
                }
            }
        }
        let sorted = |placed: &[Placed]| {
            let mut intervals: Vec<_> = placed.iter().map(|(interval, _)| *interval).collect();
            intervals.sort();
            intervals
        };
        (
            Hours {
                same_day: sorted(&own),
                next_day: sorted(&tail),
            },
            own,
            tail,
        )
    }

    /// Start and end of an interval in seconds of the day; they differ.
    fn ends(&mut self, path: &str, interval: &LocalInterval) -> Option<(u32, u32)> {
        let mut time = |name: &str, text: &str| {
            let time = text.parse::<LocalTime>().ok().map(LocalTime::seconds);
            if time.is_none() {
                self.add(format!("{path}.{name}"), Defect::BadTime);
            }
            time
        };
        let (start, end) = (time("start", &interval.start), time("end", &interval.end));
        let (start, end) = (start?, end?);
        if start == end {
            self.add(path, Defect::EmptyInterval);
            return None;
        }
        if start == DAY_SECONDS {
            self.add(format!("{path}.start"), Defect::StartsAtEndOfDay);
            return None;
        }
        Some((start, end))
    }

    /// No two of the intervals that fall on one day share time.
    fn no_overlap(&mut self, mut day: Vec<Placed>) {
        day.sort();
        let mut reach: Option<&Placed> = None;
        for placed in &day {
            match reach {
                Some(other) if placed.0.start < other.0.end => {
                    self.add(
                        placed.1.clone(),
                        Defect::Overlap {
                            other: other.1.clone(),
                        },
                    );
                }
                _ => {}
            }
            if reach.is_none_or(|other| other.0.end < placed.0.end) {
                reach = Some(placed);
            }
        }
    }
}

#[cfg(test)]
mod tests;
