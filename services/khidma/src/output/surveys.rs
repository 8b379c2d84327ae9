//! How surveys and rounds look to people.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::Cell;
use khidma_proto::feedback as pb;
use pb::item_condition::Is;
use pb::survey_item::Answer;

use super::{Output, Table, Tone};
use crate::words::Word;

/// A line a survey that comes with this program.
pub fn ready_table(ready: &BTreeMap<&str, pb::SurveyDefinition>) -> Table {
    let mut table = Table::new(["name", "asks", "languages", "title"]);
    for (name, definition) in ready {
        let items = definition
            .sections
            .iter()
            .map(|section| section.items.len());
        let languages: Vec<_> = definition.title.keys().map(String::as_str).collect();
        table.add(vec![
            Tone::Strong.cell(name),
            Cell::new(items.sum::<usize>()),
            Cell::new(languages.join(", ")),
            Cell::new(read(&definition.title, &definition.language)),
        ]);
    }
    table
}

/// A line a survey.
pub fn surveys_table(surveys: &[pb::Survey]) -> Table {
    let mut table = Table::new(["survey", "asked by", "version", "", "title"]);
    for one in surveys {
        let retired = if one.retired { "retired" } else { "" };
        table.add(vec![
            Tone::Strong.cell(&one.id),
            Cell::new(&one.owner_id),
            Cell::new(one.version),
            Tone::Faint.cell(retired),
            Cell::new(&one.title),
        ]);
    }
    table
}

/// A line a round.
pub fn rounds_table(rounds: &[pb::Round], output: &Output) -> Table {
    let columns = [
        "round",
        "survey",
        "asked by",
        "anonymity",
        "state",
        "opens",
        "closes",
    ];
    let mut table = Table::new(columns);
    for one in rounds {
        table.add(vec![
            Cell::new(&one.id),
            Tone::Strong.cell(&one.survey_id),
            Cell::new(&one.owner_id),
            Cell::new(pb::Anonymity::word(one.anonymity)),
            state_cell(one.state),
            Cell::new(output.when(one.opens_at)),
            Cell::new(output.when(one.closes_at)),
        ]);
    }
    table
}

/// A line a round that one is asked in.
pub fn my_rounds_table(rounds: &[pb::MyRound], output: &Output) -> Table {
    let columns = ["round", "state", "closes", "anonymity", "answered", "title"];
    let mut table = Table::new(columns);
    for mine in rounds {
        let Some(one) = &mine.round else { continue };
        let answered = match mine.answer() {
            pb::MyAnswer::Given => Tone::Good.cell("yes"),
            pb::MyAnswer::TokenTaken => Tone::Plain.cell("token taken"),
            pb::MyAnswer::None | pb::MyAnswer::Unspecified => Tone::Faint.cell("no"),
        };
        table.add(vec![
            Cell::new(&one.id),
            state_cell(one.state),
            Cell::new(output.when(one.closes_at)),
            Cell::new(pb::Anonymity::word(one.anonymity)),
            answered,
            Tone::Strong.cell(&one.title),
        ]);
    }
    table
}

fn state_cell(state: i32) -> Cell {
    let tone = match pb::RoundState::try_from(state) {
        Ok(pb::RoundState::Open) => Tone::Good,
        Ok(pb::RoundState::Cancelled) => Tone::Care,
        _ => Tone::Plain,
    };
    tone.cell(pb::RoundState::word(state))
}

/// What is to be known of a round.
pub fn round_facts(
    round: &pb::Round,
    turnout: Option<&pb::Turnout>,
    output: &Output,
) -> Vec<(&'static str, String)> {
    let thresholds = round.thresholds.unwrap_or_default();
    let by = round
        .break_down_by
        .iter()
        .map(|one| pb::Dimension::word(*one));
    let remind = round.remind_at.iter().map(|at| output.when(Some(*at)));
    let again = round.recurrence.map(|again| match again.times {
        None => format!("every {} days", again.every_days),
        Some(times) => format!("every {} days, {times} times more", again.every_days),
    });
    let answered = turnout.map(|all| format!("{} of {}{}", all.answered, all.invited, rate(all)));
    vec![
        ("round", round.id.clone()),
        (
            "survey",
            format!("{} version {}", round.survey_id, round.version),
        ),
        ("asked by", round.owner_id.clone()),
        ("state", pb::RoundState::word(round.state)),
        ("because", round.cancel_reason.clone()),
        ("anonymity", pb::Anonymity::word(round.anonymity)),
        (
            "shown from",
            format!(
                "{} ratings, {} comments",
                thresholds.ratings, thresholds.comments
            ),
        ),
        ("broken down by", by.collect::<Vec<_>>().join(", ")),
        ("opens", output.when(round.opens_at)),
        ("reminds", remind.collect::<Vec<_>>().join(", ")),
        ("closes", output.when(round.closes_at)),
        ("closed", output.when(round.ended_at)),
        ("again", again.unwrap_or_default()),
        ("follows", round.previous_id.clone()),
        ("answered", answered.unwrap_or_default()),
    ]
}

fn rate(turnout: &pb::Turnout) -> String {
    match turnout.invited {
        0 => String::new(),
        invited => format!(
            " ({:.0} %)",
            100.0 * f64::from(turnout.answered) / f64::from(invited)
        ),
    }
}

/// A line a department.
pub fn turnout_table(turnout: &pb::Turnout) -> Table {
    let mut table = Table::new(["department", "invited", "answered"]);
    for one in &turnout.departments {
        let name = match one.department_id.as_str() {
            "" => Tone::Faint.cell("all others"),
            name => Tone::Plain.cell(name),
        };
        table.add(vec![name, Cell::new(one.invited), Cell::new(one.answered)]);
    }
    table
}

/// What a survey asks, in the language that it falls back to, or in the one there is.
pub fn form_text(definition: &pb::SurveyDefinition) -> String {
    let language = &definition.language;
    let mut text = String::new();
    for section in &definition.sections {
        let title = match section.title.is_empty() {
            true => section.key.as_str(),
            false => read(&section.title, language),
        };
        // Writing to a text does not fail.
        let _ = writeln!(text, "\n{title}");
        for item in &section.items {
            let required = if item.required { " *" } else { "" };
            let _ = writeln!(
                text,
                "  {}{required}  {}",
                item.key,
                read(&item.text, language)
            );
            let _ = writeln!(text, "    {}{}", answer(item, language), asked_when(item));
        }
    }
    text
}

fn answer(item: &pb::SurveyItem, language: &str) -> String {
    let options = |options: &[pb::ChoiceOption]| {
        let each = options.iter();
        let each = each.map(|one| format!("{} ({})", one.key, read(&one.text, language)));
        each.collect::<Vec<_>>().join(", ")
    };
    match &item.answer {
        Some(Answer::Scale(scale)) => {
            let labels = scale.labels.iter();
            let labels =
                labels.map(|one| format!("; {}: {}", one.value, read(&one.text, language)));
            format!(
                "{} to {}{}",
                scale.min,
                scale.max,
                labels.collect::<String>()
            )
        }
        Some(Answer::Choice(choice)) => format!("one of {}", options(&choice.options)),
        Some(Answer::MultiChoice(choice)) => match choice.at_most {
            None => format!("some of {}", options(&choice.options)),
            Some(most) => format!("at most {most} of {}", options(&choice.options)),
        },
        Some(Answer::Number(number)) => match (number.min, number.max) {
            (None, None) => "a number".to_owned(),
            (Some(min), None) => format!("a number, at least {min}"),
            (None, Some(max)) => format!("a number, at most {max}"),
            (Some(min), Some(max)) => format!("a number from {min} to {max}"),
        },
        Some(Answer::Words(words)) => format!("up to {} characters", words.at_most),
        None => String::new(),
    }
}

fn asked_when(item: &pb::SurveyItem) -> String {
    let Some(when) = &item.when else {
        return String::new();
    };
    let test = match &when.is {
        Some(Is::AtLeast(value)) => format!("is {value} or more"),
        Some(Is::AtMost(value)) => format!("is {value} or less"),
        Some(Is::OneOf(keys)) => format!("is {}", keys.keys.join(" or ")),
        None => String::new(),
    };
    format!(" — if {} {test}", when.item)
}

/// A text in that language, or in one that it is there in.
fn read<'a>(texts: &'a BTreeMap<String, String>, language: &str) -> &'a str {
    let text = texts.get(language).or_else(|| texts.values().next());
    text.map_or("", String::as_str)
}
