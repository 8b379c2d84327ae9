//! Results of surveys: figures, and small bars.

use comfy_table::Cell;
use khidma_proto::feedback as pb;
use pb::value::Value as Said;

use super::{Output, Table, Tone};
use crate::failure::Failure;
use crate::words::Word;

/// Characters of the longest bar.
const LONGEST: f64 = 24.0;
/// Characters of a label beside a bar.
const LABEL: usize = 28;
/// Eighths of a character, from none to seven.
const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// The results of a round, for people.
///
/// # Errors
/// They cannot be written.
pub fn results(results: &pb::GetResultsResponse, output: &mut Output) -> Result<(), Failure> {
    let title = output.paint(Tone::Strong, &results.title);
    let anonymity = pb::Anonymity::word(results.anonymity);
    let (survey, version) = (&results.survey_id, results.version);
    output.line(format_args!("{title}  {survey} {version}, {anonymity}"))?;
    let rate = results.response_rate.as_ref();
    let rate = rate.map_or_else(String::new, |rate| format!(" ({})", percent(rate)));
    let (answered, invited) = (results.answered, results.invited);
    let facts = [
        ("answered", format!("{answered} of {invited}{rate}")),
        ("shown", shown(results)),
    ];
    output.facts(&facts)?;
    let mut section = "";
    for item in &results.items {
        if item.section != section {
            section = &item.section;
            let title = output.paint(Tone::Strong, section);
            output.line(format_args!("\n{title}"))?;
        }
        self::item(item, output)?;
    }
    if results.measures.is_empty() {
        return Ok(());
    }
    output.line("")?;
    output.table(measures_table(&results.measures))
}

fn shown(results: &pb::GetResultsResponse) -> String {
    let (ratings, comments) = (results.ratings_threshold, results.comments_threshold);
    match (results.over, results.left_out) {
        (false, _) => "when the round is over".to_owned(),
        (true, false) => format!("{}", results.shown),
        (true, true) => format!(
            "{}, not all: who was not asked for is left out, and whoever would stand with fewer than {ratings} ratings or {comments} comments",
            results.shown
        ),
    }
}

fn item(item: &pb::ItemResult, output: &mut Output) -> Result<(), Failure> {
    let key = output.paint(Tone::Faint, format!("[{}]", item.key));
    output.line(format_args!("\n{} {key}", item.text))?;
    let mut facts = vec![match item.count {
        0 => "too few answers to be shown".to_owned(),
        count => format!("{count} answers"),
    }];
    if let Some(mean) = &item.mean {
        facts.push(format!("mean {}", number(mean)));
    }
    if let Some(median) = item.median {
        facts.push(format!("median {}", plain(median)));
    }
    if let Some(deviation) = item.deviation {
        facts.push(format!("deviation {deviation:.2}"));
    }
    if item.left_out && item.count > 0 {
        facts.push("not all".to_owned());
    }
    let facts = output.paint(Tone::Faint, facts.join(", "));
    output.line(format_args!("  {facts}"))?;
    let labels: Vec<String> = item.bars.iter().map(label).collect();
    let width = labels.iter().map(|label| label.chars().count()).max();
    let width = width.unwrap_or_default();
    for (one, label) in item.bars.iter().zip(labels) {
        let share = one.share.as_ref().map_or(0.0, |share| share.value);
        let bar = output.paint(Tone::Good, bar(share));
        let (count, share) = (one.count, share * 100.0);
        output.line(format_args!(
            "  {label:width$}  {count:>5} {share:>4.0} %  {bar}"
        ))?;
    }
    Ok(())
}

fn label(bar: &pb::Bar) -> String {
    let label = match (bar.choice.is_empty(), bar.label.is_empty()) {
        (true, true) => bar.scale.to_string(),
        (true, false) => format!("{} {}", bar.scale, bar.label),
        (false, true) => bar.choice.clone(),
        (false, false) => bar.label.clone(),
    };
    match label.chars().count() > LABEL {
        true => label.chars().take(LABEL - 1).chain(['…']).collect(),
        false => label,
    }
}

/// A bar for a share of 0 to 1, to an eighth of a character.
fn bar(share: f64) -> String {
    let mut left = share.clamp(0.0, 1.0) * LONGEST;
    let mut bar = String::new();
    while left >= 1.0 {
        bar.push('█');
        left -= 1.0;
    }
    let part = PARTS.iter().zip(0u8..8);
    let part = part
        .rev()
        .find(|(_, eighths)| f64::from(*eighths) <= left * 8.0);
    bar + part.map_or("", |(part, _)| part)
}

/// What is measured, a line each.
fn measures_table(measures: &[pb::MeasureResult]) -> Table {
    let mut table = Table::new(["measure", "comes to", "favourable", "of", "items"]);
    for one in measures {
        let kind = pb::FigureKind::word(one.kind);
        let name = match one.quality() {
            pb::Quality::Unspecified => kind,
            _ => format!("{kind}: {}", pb::Quality::word(one.quality)),
        };
        let favourable = one.favourable.as_ref();
        let count = one.estimate.as_ref().map_or(0, |estimate| estimate.count);
        let estimate = match &one.estimate {
            Some(estimate) => Cell::new(number(estimate)),
            None => Tone::Faint.cell("too few"),
        };
        table.add(vec![
            Tone::Strong.cell(name),
            estimate,
            Cell::new(favourable.map(percent).unwrap_or_default()),
            Cell::new(count),
            Cell::new(one.item_keys.join(", ")),
        ]);
    }
    table
}

/// A number and its interval.
fn number(estimate: &pb::Estimate) -> String {
    let value = plain(estimate.value);
    match estimate.method.is_empty() {
        true => value,
        false => format!(
            "{value} ({} to {})",
            plain(estimate.low),
            plain(estimate.high)
        ),
    }
}

/// A share and its interval.
fn percent(estimate: &pb::Estimate) -> String {
    let [value, low, high] =
        [estimate.value, estimate.low, estimate.high].map(|share| share * 100.0);
    match estimate.method.is_empty() {
        true => format!("{value:.0} %"),
        false => format!("{value:.0} %, {low:.0} to {high:.0}"),
    }
}

fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    match text.strip_suffix(".00") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// Who answered what, a line each.
pub fn answers_table(answers: &[pb::GivenAnswer], output: &Output) -> Table {
    let columns = ["person", "department", "when", "answers"];
    let mut table = Table::new(columns);
    for one in answers {
        let said = one.values.iter();
        let said: Vec<String> = said
            .map(|(key, value)| format!("{key}: {}", said_of(value)))
            .collect();
        table.add(vec![
            Tone::Strong.cell(&one.person_id),
            Cell::new(&one.department_id),
            Cell::new(output.when(one.at)),
            Cell::new(said.join("; ")),
        ]);
    }
    table
}

/// What somebody answered.
///
/// # Errors
/// It cannot be written.
pub fn answer_facts(answer: &pb::GivenAnswer, output: &mut Output) -> Result<(), Failure> {
    let said = answer.values.iter();
    let mut facts: Vec<(&str, String)> = said
        .map(|(key, value)| (key.as_str(), said_of(value)))
        .collect();
    facts.push(("answered", output.when(answer.at)));
    if !answer.counted {
        facts.push(("counted", "no: the round was closed".to_owned()));
    }
    output.facts(&facts)
}

fn said_of(value: &pb::Value) -> String {
    match &value.value {
        Some(Said::Scale(value)) => value.to_string(),
        Some(Said::Choice(key)) => key.clone(),
        Some(Said::Choices(choices)) => choices.keys.join(", "),
        Some(Said::Number(value)) => value.to_string(),
        Some(Said::Text(text)) => text.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(0.0), "");
        assert_eq!(bar(1.0), "█".repeat(24));
        assert_eq!(bar(0.5), "█".repeat(12));
        assert_eq!(bar(1.5 / 24.0), "█▌");
        assert_eq!(bar(7.0), "█".repeat(24));
    }

    #[test]
    fn a_label_says_the_number_and_what_it_means_and_is_short() {
        let of = |scale, choice: &str, label: &str| {
            self::label(&pb::Bar {
                scale,
                choice: choice.into(),
                label: label.into(),
                ..Default::default()
            })
        };
        assert_eq!(of(3, "", ""), "3");
        assert_eq!(of(5, "", "very good"), "5 very good");
        assert_eq!(of(0, "mail", "By e-mail"), "By e-mail");
        assert_eq!(of(0, "mail", &"x".repeat(60)).chars().count(), LABEL);
    }
}
