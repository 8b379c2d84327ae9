//! Where in a calendar's file stands what the directory finds wrong with it.

use khidma_edge::written::{Part, Written};

use crate::failure::Failure;

/// `failure` with the lines of `text` where it names parts of the calendar. The file names weekdays in a list, the directory
/// by their names.
pub(super) fn located(failure: Failure, text: &str) -> Failure {
    let (mut report, written) = match (failure, Written::parse(text)) {
        (Failure::Refused(report), Ok(written)) => (report, written),
        (failure, _) => return failure,
    };
    for one in &mut report.violations {
        if let Some(path) = one.field.strip_prefix("calendar.") {
            let line = line_of(&written, path);
            one.description = format!("line {line}: {}", one.description);
        }
    }
    Failure::Refused(report)
}

fn line_of(written: &Written, path: &str) -> usize {
    let day = path
        .split_once(".days.")
        .and_then(|(pattern, rest)| Some((step(written, pattern)?.get("days")?, rest)));
    match day {
        Some((days, rest)) => line_of_day(days, rest),
        None => written.line_of(path),
    }
}

/// `weekly[2]`.
fn step<'a>(written: &'a Written, path: &str) -> Option<&'a Written> {
    let (list, index) = path.strip_suffix(']')?.split_once('[')?;
    written.get(list)?.item(index.parse().ok()?)
}

/// `mon[1].end` in a list of days. A weekday that is named twice has the intervals of both.
fn line_of_day(days: &Written, path: &str) -> usize {
    let (weekday, rest) = path.split_once('[').unwrap_or((path, ""));
    let (index, field) = rest.split_once(']').unwrap_or((rest, ""));
    let Part::List(items) = &days.part else {
        return days.line;
    };
    let is_it = |day: &&Written| {
        let name = day.get("weekday").map(|name| &name.part);
        matches!(name, Some(Part::Text(name)) if name == weekday)
    };
    let named: Vec<_> = items.iter().filter(is_it).collect();
    let intervals = named.iter().filter_map(|day| day.get("intervals"));
    let intervals = intervals.flat_map(|list| match &list.part {
        Part::List(items) => items.as_slice(),
        _ => &[],
    });
    let interval = index
        .parse()
        .ok()
        .and_then(|index| intervals.clone().nth(index));
    match (interval, named.first()) {
        (Some(interval), _) => interval.line_of(field.trim_start_matches('.')),
        (None, Some(day)) => day.line,
        (None, None) => days.line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
id = \"office\"
time_zone = \"Europe/Rome\"
[[weekly]]
days = [
  { weekday = \"mon\", intervals = [
    { start = \"09:00\", end = \"13:00\" },
    { start = \"12:00\", end = \"18:00\" },
  ] },
  { weekday = \"tue\", intervals = [] },
  { weekday = \"mon\", intervals = [
    { start = \"17:00\",
      end = \"19:00\" },
  ] },
]
[[weekly]]
valid_from = \"2027\"
[[weekly.days]]
weekday = \"fri\"
[[weekly.days.intervals]]
start = \"25:00\"
[[holidays]]
date = \"2026-02-30\"
";

    #[test]
    fn what_the_directory_names_is_found_in_the_file() {
        let written = Written::parse(TEXT).unwrap();
        let lines = [
            ("time_zone", 2),
            ("weekly[0].days.mon[1].start", 7),
            ("weekly[0].days.mon[2].end", 12),
            ("weekly[0].days.mon[9].end", 5),
            ("weekly[0].days.tue", 9),
            ("weekly[0].days.sun", 4),
            ("weekly[1].valid_from", 16),
            ("weekly[1].days.fri[0].start", 20),
            ("holidays[0].date", 22),
            ("weekly", 3),
            ("name", 1),
        ];
        for (path, line) in lines {
            assert_eq!(line_of(&written, path), line, "{path}");
        }
    }
}
