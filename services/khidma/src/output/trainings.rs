//! How trainings look to people.

use comfy_table::Cell;
use khidma_proto::directory::{SkillGain, Training, TrainingKind, TrainingState};

use super::skills::{level, subject};
use super::{Table, Tone, money_out};
use crate::words::Word;

/// A line a training.
pub fn trainings_table(trainings: &[Training]) -> Table {
    let columns = [
        "training",
        "by",
        "state",
        "on",
        "places",
        "a place costs",
        "gives",
    ];
    let mut table = Table::new(columns).without_if_narrow(&[1, 4]);
    for one in trainings {
        let plan = one.plan.clone().unwrap_or_default();
        table.add(vec![
            Tone::Strong.cell(&one.id),
            Cell::new(&one.department_id),
            state(one),
            Cell::new(day(one)),
            Cell::new(plan.places),
            Cell::new(cost(one)),
            Cell::new(gives(one)),
        ]);
    }
    table
}

/// Names and values of one training.
pub fn training_facts(training: &Training) -> Vec<(&'static str, String)> {
    let plan = training.plan.clone().unwrap_or_default();
    vec![
        ("training", training.id.clone()),
        ("given by", training.department_id.clone()),
        ("state", TrainingState::word(training.state)),
        ("on", day(training)),
        ("places", plan.places.to_string()),
        ("a place costs", cost(training)),
        ("gives", gives(training)),
        ("because", training.reason.clone()),
        ("attended", attended(training)),
    ]
}

fn state(training: &Training) -> Cell {
    let word = TrainingState::word(training.state);
    match training.state() {
        TrainingState::Held => Tone::Good.cell(word),
        TrainingState::Cancelled => Tone::Faint.cell(word),
        TrainingState::Planned | TrainingState::Unspecified => Cell::new(word),
    }
}

/// The day it was held, or is planned for.
fn day(training: &Training) -> String {
    if training.held_on.is_empty() {
        let plan = training.plan.as_ref();
        return plan.map(|plan| plan.on.clone()).unwrap_or_default();
    }
    training.held_on.clone()
}

fn cost(training: &Training) -> String {
    let plan = training.plan.as_ref();
    match plan.and_then(|plan| plan.cost.as_ref()) {
        None => "nothing".to_owned(),
        money => money_out(money),
    }
}

fn gives(training: &Training) -> String {
    let Some(plan) = &training.plan else {
        return String::new();
    };
    if plan.kind() == TrainingKind::Awareness {
        return "awareness of colleagues as customers".to_owned();
    }
    let gains: Vec<_> = plan.gives.iter().map(gain).collect();
    gains.join("; ")
}

fn gain(gain: &SkillGain) -> String {
    let days = match gain.lasts_days {
        0 => String::new(),
        days => format!(" for {days} days"),
    };
    let subject = subject(gain.subject.as_ref());
    format!("{subject} {}{days}", level(gain.level))
}

/// Who attended, or only how many where that is not for the caller.
fn attended(training: &Training) -> String {
    match (training.state(), training.attended_ids.is_empty()) {
        (TrainingState::Held, true) => training.attended.to_string(),
        _ => training.attended_ids.join(", "),
    }
}
