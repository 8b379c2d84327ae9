//! Figures of people and scorecards, for the terminal.

use comfy_table::Cell;
use khidma_proto::feedback::{
    Estimate, GetFiguresResponse, GetScorecardResponse, Joined, Quality, Satisfaction,
    ScorecardPeriod, SurveyFigures,
};
use khidma_proto::sla::Metric;

use super::{Output, Table, Tone};
use crate::failure::Failure;
use crate::words::Word;

/// How many characters a bar has that is full.
const BAR: usize = 12;

/// Months and what they come to.
pub fn figures_table(answer: &GetFiguresResponse) -> Table {
    let columns = [
        "month",
        "headcount",
        "joined",
        "left",
        "left again",
        "turnover",
        "retention",
        "missing",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[4]);
    for shown in &answer.months {
        let figures = shown.figures.clone().unwrap_or_default();
        table.add(vec![
            Tone::Strong.cell(&figures.month),
            Cell::new(figures.headcount),
            Cell::new(figures.joiners),
            Cell::new(figures.leavers),
            Cell::new(figures.leavers_among_joiners),
            Cell::new(percent(shown.turnover)),
            Cell::new(percent(shown.retention)),
            Tone::Care.cell(shown.missing_department_ids.join(", ")),
        ]);
    }
    table
}

/// What all months together come to.
pub fn figures_facts(answer: &GetFiguresResponse) -> [(&'static str, String); 2] {
    [
        ("turnover", percent(answer.turnover)),
        ("retention", percent(answer.retention)),
    ]
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(String::new, |share| format!("{:.1} %", share * 100.0))
}

/// A share as a small bar: `███████▌    `.
fn bar(share: f64) -> String {
    let eighths = (share.clamp(0.0, 1.0) * BAR as f64 * 8.0).round() as usize;
    let part = match eighths % 8 {
        0 => "",
        1 => "▏",
        2 => "▎",
        3 => "▍",
        4 => "▌",
        5 => "▋",
        6 => "▊",
        _ => "▉",
    };
    format!("{:BAR$}", format!("{}{part}", "█".repeat(eighths / 8)))
}

/// The share, its bar, its range, and of how many it is.
fn share_cells(share: Option<&Estimate>) -> [Cell; 4] {
    let cell = |of: fn(&Estimate) -> String| Cell::new(share.map_or_else(String::new, of));
    [
        cell(|share| percent(Some(share.value))),
        cell(|share| bar(share.value)),
        cell(|share| range(share, 1)),
        cell(|share| share.count.to_string()),
    ]
}

fn range(estimate: &Estimate, digits: usize) -> String {
    match estimate.method.is_empty() {
        true => String::new(),
        false => format!(
            "{:.digits$} to {:.digits$}",
            estimate.low * 100.0,
            estimate.high * 100.0
        ),
    }
}

/// How much more, in points of a hundred, and its range; whether it is more than chance shows.
fn change(change: Option<&Estimate>) -> Cell {
    let Some(change) = change else {
        return Cell::new("");
    };
    let shown = format!("{:+.1} ({})", change.value * 100.0, range(change, 1));
    match (change.low > 0.0, change.high < 0.0) {
        (true, _) => Tone::Good.cell(shown),
        (_, true) => Tone::Bad.cell(shown),
        _ => Tone::Plain.cell(shown),
    }
}

/// All of a scorecard.
///
/// # Errors
/// It cannot be written.
pub fn scorecard(output: &mut Output, card: &GetScorecardResponse) -> Result<(), Failure> {
    let Some(period) = card.periods.first() else {
        return Ok(());
    };
    let name = output.paint(Tone::Strong, &card.department);
    output.line(format_args!(
        "{name}, {} to before {}",
        period.from, period.to
    ))?;
    let below = match card.department_ids.len() {
        0 | 1 => String::new(),
        _ => card.department_ids.join(", "),
    };
    output.facts(&[
        ("counted together", below),
        ("requests", period.submitted.to_string()),
        ("completed", period.completed.to_string()),
        ("thanks", period.thanks.to_string()),
    ])?;
    heading(output, "promises kept")?;
    output.table(promises(period))?;
    heading(output, "satisfaction after requests")?;
    output.facts(&asked(period))?;
    for said in &period.satisfaction {
        if said.synthetic {
            let note = "synthetic: nobody ever gave these answers";
            let note = output.paint(Tone::Care, note);
            output.line(note)?;
        }
        output.table(satisfaction(said))?;
        if !said.joined.is_empty() {
            output.table(joined(&said.joined))?;
        }
    }
    heading(output, "concerns, actions and people")?;
    output.facts(&deeds(period))?;
    for survey in &card.surveys {
        heading(output, &survey.title)?;
        output.table(measures(survey))?;
    }
    if card.periods.len() > 1 {
        heading(output, "period by period")?;
        output.table(trend(&card.periods))?;
    }
    Ok(())
}

fn heading(output: &mut Output, said: &str) -> Result<(), Failure> {
    let said = output.paint(Tone::Strong, said);
    output.line(format_args!("\n{said}"))
}

fn promises(period: &ScorecardPeriod) -> Table {
    let columns = [
        "promise",
        "kept",
        "",
        "range",
        "of",
        "running",
        "left out",
        "against the period before",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[6, 5]);
    for one in &period.attainment {
        let mut row = vec![Tone::Strong.cell(Metric::word(one.metric))];
        row.extend(share_cells(one.kept.as_ref()));
        row.extend([Cell::new(one.running), Cell::new(one.excluded)]);
        row.push(change(one.change.as_ref()));
        table.add(row);
    }
    table
}

fn asked(period: &ScorecardPeriod) -> [(&'static str, String); 4] {
    let asked = period.responses.clone().unwrap_or_default();
    let rate = asked.rate.as_ref();
    let rate = rate.map(|rate| format!("{} ({})", percent(Some(rate.value)), range(rate, 1)));
    let count = |count: u64| match asked.asked {
        0 => String::new(),
        _ => count.to_string(),
    };
    [
        ("asked", count(asked.asked)),
        ("answered", rate.unwrap_or_default()),
        ("did not answer", count(asked.expired)),
        ("can still answer", count(asked.waiting)),
    ]
}

fn satisfaction(said: &Satisfaction) -> Table {
    let columns = ["", "share", "", "range", "of", "against the period before"];
    let mut table = Table::new(columns);
    let all: u64 = said.scores.iter().sum();
    let mut row = vec![Tone::Strong.cell("satisfied (4 or 5)")];
    row.extend(share_cells(said.csat.as_ref()));
    row.push(change(said.change.as_ref()));
    table.add(row);
    let mut scores: Vec<_> = (1..).zip(&said.scores).collect::<Vec<(u8, &u64)>>();
    scores.reverse();
    for (score, count) in scores {
        let share = *count as f64 / all.max(1) as f64;
        table.add(vec![
            Cell::new(score),
            Cell::new(percent(Some(share))),
            Cell::new(bar(share)),
            Cell::new(""),
            Cell::new(count),
        ]);
    }
    if let Some(effort) = &said.effort {
        table.add(vec![
            Tone::Strong.cell("how easy (1 to 7)"),
            Cell::new(format!("{:.2}", effort.value)),
            Cell::new(bar((effort.value - 1.0) / 6.0)),
            Cell::new(match effort.method.is_empty() {
                true => String::new(),
                false => format!("{:.2} to {:.2}", effort.low, effort.high),
            }),
            Cell::new(effort.count),
        ]);
    }
    table
}

fn joined(joined: &[Joined]) -> Table {
    let columns = [
        "satisfied, by promise",
        "kept",
        "",
        "range",
        "of",
        "broken",
        "",
        "range",
        "of",
        "difference",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[7, 3]);
    for one in joined {
        let name = match one.metric() {
            Metric::Unspecified => "all of the request".to_owned(),
            metric => Metric::word(metric.into()),
        };
        let mut row = vec![Tone::Strong.cell(name)];
        row.extend(share_cells(one.kept.as_ref()));
        row.extend(share_cells(one.broken.as_ref()));
        row.push(change(one.difference.as_ref()));
        table.add(row);
    }
    table
}

fn deeds(period: &ScorecardPeriod) -> [(&'static str, String); 4] {
    let concerns = period.concerns.unwrap_or_default();
    let actions = period.actions.clone().unwrap_or_default();
    let people = period.people.map(|people| {
        format!(
            "{} at first, {} joined, {} left, turnover {}, retention {}",
            people.headcount,
            people.joiners,
            people.leavers,
            percent(people.turnover),
            percent(people.retention)
        )
    });
    [
        (
            "concerns",
            format!(
                "{} raised, {} with their outcome published, {} open",
                concerns.raised, concerns.published, concerns.open
            ),
        ),
        (
            "actions",
            format!(
                "{} opened, {} done in time, {} late, {} dropped",
                actions.opened, actions.done_in_time, actions.done_late, actions.dropped
            ),
        ),
        (
            "at the end",
            format!("{} open, {} overdue", actions.open, actions.overdue),
        ),
        ("people", people.unwrap_or_default()),
    ]
}

fn measures(survey: &SurveyFigures) -> Table {
    let columns = ["measure", "figure", "range", "upper part", "", "of"];
    let mut table = Table::new(columns);
    for measure in &survey.measures {
        let name = match measure.quality() {
            Quality::Unspecified => String::new(),
            quality => word(quality.as_str_name(), "QUALITY_"),
        };
        let kind = word(measure.kind().as_str_name(), "FIGURE_KIND_");
        let figure = measure.estimate.as_ref();
        let favourable = measure.favourable.as_ref().map(|share| share.value);
        table.add(vec![
            Tone::Strong.cell(format!("{kind} {name}").trim_end()),
            Cell::new(figure.map_or_else(String::new, |one| format!("{:.2}", one.value))),
            Cell::new(figure.map_or_else(String::new, |one| {
                format!("{:.2} to {:.2}", one.low, one.high)
            })),
            Cell::new(percent(favourable)),
            Cell::new(favourable.map_or_else(String::new, bar)),
            Cell::new(figure.map_or(0, |one| one.count)),
        ]);
    }
    table
}

/// A constant of the protocol as people read it.
fn word(constant: &str, prefix: &str) -> String {
    let name = constant.trim_start_matches(prefix);
    name.to_ascii_lowercase().replace('_', " ")
}

fn trend(periods: &[ScorecardPeriod]) -> Table {
    let columns = [
        "from",
        "requests",
        "resolved",
        "",
        "of",
        "satisfied",
        "",
        "of",
        "thanks",
    ];
    let mut table = Table::new(columns);
    for period in periods {
        let mut attainment = period.attainment.iter();
        let resolved = attainment.find(|one| one.metric() == Metric::Resolve);
        let heard = period.satisfaction.iter().find(|said| !said.synthetic);
        let mut row = vec![Tone::Strong.cell(&period.from), Cell::new(period.submitted)];
        for share in [
            resolved.and_then(|one| one.kept.as_ref()),
            heard.and_then(|said| said.csat.as_ref()),
        ] {
            let [value, bar, _, count] = share_cells(share);
            row.extend([value, bar, count]);
        }
        row.push(Cell::new(period.thanks));
        table.add(row);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(0.0), " ".repeat(BAR));
        assert_eq!(bar(1.0), "█".repeat(BAR));
        assert_eq!(bar(0.5), format!("{}{}", "█".repeat(6), " ".repeat(6)));
        assert_eq!(bar(1.0 / 24.0).trim_end(), "▌");
    }
}
