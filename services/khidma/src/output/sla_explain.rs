//! An explanation as a person reads it, and adds it up again.

use jiff::civil::Date;
use khidma_proto::sla::{
    CountedInterval, ExplainResponse, ExplainedStretch, Metric, SpecialDay, StretchKind,
};

use super::duration_exact;
use super::sla_clocks::outcome;
use super::{Output, Table, Tone};
use crate::failure::Failure;
use crate::words::Word;

/// The clock, what happened, each stretch with its counted intervals and their running sum, what was crossed.
///
/// # Errors
/// It cannot be written.
pub fn explanation(output: &mut Output, told: &ExplainResponse) -> Result<(), Failure> {
    let Some(clock) = &told.clock else {
        return Ok(());
    };
    let target = duration_exact(clock.target_seconds.saturating_mul(1_000_000));
    let head = format!(
        "{} {}: {}, {} of {target}",
        Metric::word(clock.metric),
        clock.number,
        outcome(clock),
        duration_exact(clock.elapsed_micros)
    );
    let head = output.paint(Tone::Strong, head);
    output.line(head)?;
    output.facts(&[
        ("request", clock.service_request_id.clone()),
        ("called elsewhere", clock.external_id.clone()),
        ("due", output.when_exactly(clock.due)),
        ("broken", output.when_exactly(clock.breached)),
        ("ended", output.when_exactly(clock.ended)),
        ("counted up to", output.when_exactly(told.as_of)),
    ])?;
    promises(output, told)?;
    happened(output, told)?;
    counted(output, told)?;
    crossed(output, told)
}

fn title(output: &mut Output, text: &str) -> Result<(), Failure> {
    let text = output.paint(Tone::Strong, text);
    output.line(format_args!("\n{text}"))
}

fn promises(output: &mut Output, told: &ExplainResponse) -> Result<(), Failure> {
    title(output, "What was promised")?;
    for (number, promise) in told.promises.iter().enumerate() {
        let target = duration_exact(promise.target_seconds.saturating_mul(1_000_000));
        let time = match promise.calendar_id.as_str() {
            "" => "all time counts".to_owned(),
            calendar => format!(
                "business time of {calendar}, revision {}, {}, time-zone data {}",
                promise.calendar_revision, promise.time_zone, promise.time_zone_data
            ),
        };
        output.line(format_args!(
            "  {}. within {target}: policy {}, version {}, rule \"{}\"; {time}",
            number + 1,
            promise.policy_id,
            promise.policy_version,
            promise.rule
        ))?;
    }
    Ok(())
}

fn happened(output: &mut Output, told: &ExplainResponse) -> Result<(), Failure> {
    title(output, "What happened")?;
    let mut table = Table::new(["when", "what", "position", "the clock"]);
    for fact in &told.facts {
        let what = format!("{} {}", fact.event.replace('_', " "), fact.detail);
        table.add(vec![
            output.when_exactly(fact.at),
            what.trim_end().to_owned(),
            fact.position.to_string(),
            if fact.turned { "turned" } else { "" }.to_owned(),
        ]);
    }
    output.table(table)
}

fn counted(output: &mut Output, told: &ExplainResponse) -> Result<(), Failure> {
    title(output, "What was counted, by the clock of the calendar")?;
    let mut intervals = told.intervals.iter().peekable();
    let mut days = told.special_days.iter().peekable();
    for (number, stretch) in (0..).zip(&told.stretches) {
        let line = stretch_line(output, stretch, told.promises.len() > 1);
        output.line(line)?;
        while let Some(interval) = intervals.next_if(|interval| interval.stretch == number) {
            while let Some(day) = days.next_if(|day| *day.date <= *date(&interval.local_from)) {
                let line = output.paint(Tone::Faint, day_line(day));
                output.line(line)?;
            }
            output.line(interval_line(interval))?;
        }
    }
    for day in days {
        let line = output.paint(Tone::Faint, day_line(day));
        output.line(line)?;
    }
    let shown = told.intervals.len() as u64;
    if shown < told.interval_count {
        let all = told.interval_count;
        output.line(format_args!("  {shown} of {all} intervals are shown"))?;
    }
    let sum = duration_exact(told.sum_micros);
    let shows = told.clock.as_ref().map(|clock| clock.elapsed_micros);
    match told.adds_up {
        true => output.line(format_args!("  {} intervals: {sum}", told.interval_count)),
        false => output.line(format_args!(
            "  {} intervals by the time-zone data of today: {sum}; the clock shows {}",
            told.interval_count,
            duration_exact(shows.unwrap_or_default())
        )),
    }
}

fn stretch_line(output: &Output, stretch: &ExplainedStretch, promises: bool) -> String {
    let what = match stretch.kind() {
        StretchKind::Paused => format!("paused ({})", stretch.state.replace('_', " ")),
        _ => StretchKind::word(stretch.kind),
    };
    let end = match stretch.under_way {
        true => "now".to_owned(),
        false => output.when_exactly(stretch.to),
    };
    let promise = match promises {
        true => format!(", for promise {}", stretch.promise.saturating_add(1)),
        false => String::new(),
    };
    let counted = duration_exact(stretch.counted_micros);
    format!(
        "  {what} from {} to {end}, with {}{promise}: {counted}",
        output.when_exactly(stretch.from),
        stretch.owner_id
    )
}

fn date(local: &str) -> &str {
    local.get(..10).unwrap_or(local)
}

/// The time of day; its seconds only where there are any.
fn time(local: &str) -> &str {
    let (time, _) = local
        .get(11..)
        .and_then(|rest| rest.split_once(['+', '-']))
        .unwrap_or((local, ""));
    time.strip_suffix(":00").unwrap_or(time)
}

fn with_weekday(date: &str) -> String {
    let parsed: Result<Date, _> = date.parse();
    parsed.map_or_else(
        |_| date.to_owned(),
        |date| date.strftime("%a %Y-%m-%d").to_string(),
    )
}

fn interval_line(interval: &CountedInterval) -> String {
    let (from, to) = (&interval.local_from, &interval.local_to);
    let end = if date(from) == date(to) {
        time(to).to_owned()
    } else {
        format!("{} {}", with_weekday(date(to)), time(to))
    };
    let hours = format!("{} to {end}", time(from));
    format!(
        "    {}  {hours:17}  {:>16}  {:>18}",
        with_weekday(date(from)),
        duration_exact(interval.micros),
        duration_exact(interval.sum_micros)
    )
}

fn day_line(day: &SpecialDay) -> String {
    let name = match day.name.as_str() {
        "" => String::new(),
        name => format!(": {name}"),
    };
    format!("    {}  {}{name}", with_weekday(&day.date), day.kind)
}

fn crossed(output: &mut Output, told: &ExplainResponse) -> Result<(), Failure> {
    title(output, "What it has said, and will say")?;
    let mut table = Table::new(["at", "what", "after", ""]);
    for one in &told.thresholds {
        let note = match (one.reached, one.told) {
            (true, true) => "told",
            (true, false) => "passed over in silence",
            (false, _) if one.at.is_some() => "to come",
            (false, _) => "not reached",
        };
        table.add(vec![
            output.when_exactly(one.at),
            one.what.clone(),
            duration_exact(one.elapsed_micros),
            note.to_owned(),
        ]);
    }
    output.table(table)?;
    output.line("")
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use khidma_proto::sla::{Clock, ExplainedPromise, ExplainedThreshold, Verdict};
    use khidma_runtime::Clock as Time;

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn instant(seconds: i64) -> Option<prost_types::Timestamp> {
        Some(prost_types::Timestamp { seconds, nanos: 0 })
    }

    fn interval(number: u64, from: &str, to: &str, hours: u64, sum: u64) -> CountedInterval {
        CountedInterval {
            number,
            local_from: from.into(),
            local_to: to.into(),
            micros: hours * 3_600_000_000,
            sum_micros: sum * 3_600_000_000,
            ..CountedInterval::default()
        }
    }

    /// Seventeen hours of two days, around a holiday.
    fn told() -> ExplainResponse {
        ExplainResponse {
            clock: Some(Clock {
                service_request_id: "a".into(),
                metric: Metric::Resolve.into(),
                number: 1,
                verdict: Verdict::Breached.into(),
                target_seconds: 16 * 3600,
                elapsed_micros: 17 * 3_600_000_000,
                ..Clock::default()
            }),
            promises: vec![ExplainedPromise {
                policy_id: "desk".into(),
                policy_version: 2,
                rule: "Everything".into(),
                target_seconds: 16 * 3600,
                calendar_id: "rome-office".into(),
                calendar_revision: 1,
                time_zone: "Europe/Rome".into(),
                time_zone_data: "2026e".into(),
                ..ExplainedPromise::default()
            }],
            stretches: vec![ExplainedStretch {
                kind: StretchKind::Running.into(),
                from: instant(1_772_438_400),
                to: instant(1_772_712_000),
                owner_id: "it".into(),
                counted_micros: 17 * 3_600_000_000,
                intervals: 2,
                ..ExplainedStretch::default()
            }],
            intervals: vec![
                interval(
                    0,
                    "2026-03-03T09:00:00+01:00",
                    "2026-03-03T18:00:00+01:00",
                    9,
                    9,
                ),
                interval(
                    1,
                    "2026-03-05T09:30:15+01:00",
                    "2026-03-06T01:00:00+01:00",
                    8,
                    17,
                ),
            ],
            special_days: vec![SpecialDay {
                date: "2026-03-04".into(),
                kind: "holiday".into(),
                name: "Patron's day".into(),
                ..SpecialDay::default()
            }],
            thresholds: vec![ExplainedThreshold {
                what: "warning 50 %".into(),
                elapsed_micros: 8 * 3_600_000_000,
                at: instant(1_772_442_000),
                reached: true,
                told: false,
            }],
            interval_count: 2,
            sum_micros: 17 * 3_600_000_000,
            adds_up: true,
            ..ExplainResponse::default()
        }
    }

    #[test]
    fn an_explanation_is_told_so_that_it_can_be_added_up() {
        let sink = Sink::default();
        let mut output = Output::plain(sink.clone(), false, Time::system());
        explanation(&mut output, &told()).unwrap();
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        for line in [
            "resolve 1: breached, 17 h of 16 h",
            "  1. within 16 h: policy desk, version 2, rule \"Everything\"; business time of rome-office, \
             revision 1, Europe/Rome, time-zone data 2026e",
            "  running from 2 Mar 2026 08:00:00 to 5 Mar 2026 12:00:00, with it: 17 h",
            "    Tue 2026-03-03  09:00 to 18:00",
            "    Wed 2026-03-04  holiday: Patron's day",
            "    Thu 2026-03-05  09:30:15 to Fri 2026-03-06 01:00",
            "  2 intervals: 17 h",
            "passed over in silence",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        let place = |what: &str| text.find(what).unwrap();
        assert!(place("Tue 2026") < place("Patron's") && place("Patron's") < place("Thu 2026"));
    }
}
