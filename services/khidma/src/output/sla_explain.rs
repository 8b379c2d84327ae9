//! An explanation as a person reads it, and adds it up again.

use jiff::civil::Date;
use khidma_proto::sla::{
    CountedInterval, ExplainResponse, ExplainedStretch, Metric, SpecialDay, StretchKind,
};

use super::sla_clocks::{duration_exact, outcome};
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
        ("due", output.when(clock.due)),
        ("broken", output.when(clock.breached)),
        ("ended", output.when(clock.ended)),
        ("counted up to", output.when(told.as_of)),
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
            output.when(fact.at),
            what.trim_end().to_owned(),
            fact.position.to_string(),
            if fact.turned { "turned" } else { "" }.to_owned(),
        ]);
    }
    output.table(table)
}

fn counted(output: &mut Output, told: &ExplainResponse) -> Result<(), Failure> {
    title(output, "What was counted")?;
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
        false => output.when(stretch.to),
    };
    let promise = match promises {
        true => format!(", for promise {}", stretch.promise.saturating_add(1)),
        false => String::new(),
    };
    let counted = duration_exact(stretch.counted_micros);
    format!(
        "  {what} from {} to {end}, with {}{promise}: {counted}",
        output.when(stretch.from),
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
            output.when(one.at),
            one.what.clone(),
            duration_exact(one.elapsed_micros),
            note.to_owned(),
        ]);
    }
    output.table(table)?;
    output.line("")
}
