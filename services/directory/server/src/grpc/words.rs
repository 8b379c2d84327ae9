//! Between protobuf and our own types, for skills, trainings and days.

use khidma_directory_domain::skill::{Statement, standing};
use khidma_directory_domain::training::{Stage, Training};
use khidma_edge::command::id;
use khidma_edge::status::invalid_field;
use khidma_events::directory::{
    Money, SkillGain, SkillLevel, SkillSource, SkillSubject, TrainingKind, TrainingPlan,
};
use khidma_kernel::Date;
use khidma_proto::directory as pb;
use khidma_proto::directory::skill_subject::Kind;
use tonic::Status;

use super::convert::{missing, text, unknown_value};

/// A day that has to be said.
pub(super) fn day(field: &'static str, text: &str) -> Result<Date, Status> {
    optional_day(field, text)?.ok_or_else(|| missing(field))
}

/// A day that may be left out.
pub(super) fn optional_day(field: &'static str, text: &str) -> Result<Option<Date>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse().map(Some);
    day.map_err(|_| invalid_field(field, "INVALID_DATE", "a day is written YYYY-MM-DD"))
}

pub(super) fn subject_in(subject: Option<&pb::SkillSubject>) -> Result<SkillSubject, Status> {
    match subject.and_then(|subject| subject.kind.as_ref()) {
        None => Err(missing("subject")),
        Some(Kind::OfferingId(offering)) => id("offering_id", offering).map(SkillSubject::Offering),
        Some(Kind::Topic(topic)) => Ok(SkillSubject::Topic(topic.clone())),
    }
}

pub(super) fn subject_out(subject: SkillSubject) -> pb::SkillSubject {
    let kind = match subject {
        SkillSubject::Offering(id) => Kind::OfferingId(id.into()),
        SkillSubject::Topic(topic) => Kind::Topic(topic),
    };
    pb::SkillSubject { kind: Some(kind) }
}

pub(super) fn level_in(field: &'static str, level: i32) -> Result<SkillLevel, Status> {
    optional_level_in(field, level)?.ok_or_else(|| missing(field))
}

pub(super) fn optional_level_in(
    field: &'static str,
    level: i32,
) -> Result<Option<SkillLevel>, Status> {
    let level = pb::SkillLevel::try_from(level).map_err(|_| unknown_value(field))?;
    Ok(match level {
        pb::SkillLevel::Unspecified => None,
        pb::SkillLevel::Learning => Some(SkillLevel::Learning),
        pb::SkillLevel::WithHelp => Some(SkillLevel::WithHelp),
        pb::SkillLevel::Alone => Some(SkillLevel::Alone),
        pb::SkillLevel::Teaching => Some(SkillLevel::Teaching),
    })
}

pub(super) fn level_out(level: Option<SkillLevel>) -> i32 {
    let level = match level {
        None => pb::SkillLevel::Unspecified,
        Some(SkillLevel::Learning) => pb::SkillLevel::Learning,
        Some(SkillLevel::WithHelp) => pb::SkillLevel::WithHelp,
        Some(SkillLevel::Alone) => pb::SkillLevel::Alone,
        Some(SkillLevel::Teaching) => pb::SkillLevel::Teaching,
    };
    level.into()
}

pub(super) fn source_in(source: i32) -> Result<Option<SkillSource>, Status> {
    let source = pb::SkillSource::try_from(source).map_err(|_| unknown_value("source"))?;
    Ok(match source {
        pb::SkillSource::Unspecified => None,
        pb::SkillSource::Self_ => Some(SkillSource::Oneself),
        pb::SkillSource::Manager => Some(SkillSource::Manager),
        pb::SkillSource::Training => Some(SkillSource::Training),
        pb::SkillSource::Assessment => Some(SkillSource::Assessment),
    })
}

fn source_out(source: SkillSource) -> i32 {
    let source = match source {
        SkillSource::Oneself => pb::SkillSource::Self_,
        SkillSource::Manager => pb::SkillSource::Manager,
        SkillSource::Training => pb::SkillSource::Training,
        SkillSource::Assessment => pb::SkillSource::Assessment,
    };
    source.into()
}

/// The last day on which something counts; empty if it does not lapse.
pub(super) fn until_out(until: Option<Date>) -> String {
    text(until)
}

/// What is said of one thing, as it stands on `day`; `None` if nothing counts and `reasons` are not to be shown.
pub(super) fn skill_out(
    subject: SkillSubject,
    statements: &[Statement],
    (day, reasons): (Date, bool),
) -> Option<pb::Skill> {
    let standing = standing(statements.iter().map(|one| &one.said), day);
    if standing.is_none() && !reasons {
        return None;
    }
    let statement_out = |one: &Statement| pb::SkillStatement {
        source: source_out(one.source),
        training_id: text(one.training.clone()),
        level: level_out(Some(one.said.level)),
        since: one.said.since.to_string(),
        until: until_out(one.said.until),
        counts: one.said.counts_on(day),
    };
    let statements = statements.iter().filter(|_| reasons).map(statement_out);
    Some(pb::Skill {
        subject: Some(subject_out(subject)),
        level: level_out(standing.map(|standing| standing.0)),
        until: until_out(standing.and_then(|standing| standing.1)),
        statements: statements.collect(),
    })
}

pub(super) fn plan_in(plan: Option<&pb::TrainingPlan>) -> Result<TrainingPlan, Status> {
    let plan = plan.ok_or_else(|| missing("plan"))?;
    let kind = pb::TrainingKind::try_from(plan.kind).map_err(|_| unknown_value("plan.kind"))?;
    let kind = match kind {
        pb::TrainingKind::Unspecified => return Err(missing("plan.kind")),
        pb::TrainingKind::Skill => TrainingKind::Skill,
        pb::TrainingKind::Awareness => TrainingKind::Awareness,
    };
    let cost = plan.cost.as_ref().filter(|cost| cost.minor > 0);
    let gives = plan.gives.iter().map(gain_in);
    Ok(TrainingPlan {
        title: plan.title.clone(),
        kind,
        on: day("plan.on", &plan.on)?,
        places: plan.places,
        cost: cost.map(|cost| Money {
            currency: cost.currency.clone(),
            minor: cost.minor,
        }),
        gives: gives.collect::<Result<_, _>>()?,
    })
}

fn gain_in(gain: &pb::SkillGain) -> Result<SkillGain, Status> {
    Ok(SkillGain {
        subject: subject_in(gain.subject.as_ref())?,
        level: level_in("plan.gives", gain.level)?,
        lasts_days: Some(gain.lasts_days).filter(|days| *days > 0),
    })
}

pub(super) fn money_out(money: Money) -> pb::Money {
    pb::Money {
        currency: money.currency,
        minor: money.minor,
    }
}

fn plan_out(plan: TrainingPlan) -> pb::TrainingPlan {
    let kind = match plan.kind {
        TrainingKind::Skill => pb::TrainingKind::Skill,
        TrainingKind::Awareness => pb::TrainingKind::Awareness,
    };
    let gain_out = |gain: SkillGain| pb::SkillGain {
        subject: Some(subject_out(gain.subject)),
        level: level_out(Some(gain.level)),
        lasts_days: gain.lasts_days.unwrap_or_default(),
    };
    pb::TrainingPlan {
        title: plan.title,
        kind: kind.into(),
        on: plan.on.to_string(),
        places: plan.places,
        cost: plan.cost.map(money_out),
        gives: plan.gives.into_iter().map(gain_out).collect(),
    }
}

pub(super) fn state_out(stage: &Stage) -> pb::TrainingState {
    match stage {
        Stage::Planned => pb::TrainingState::Planned,
        Stage::Cancelled { .. } => pb::TrainingState::Cancelled,
        Stage::Held { .. } => pb::TrainingState::Held,
    }
}

/// A training, with who attended or only how many.
pub(super) fn training_out(training: Training, names: bool) -> pb::Training {
    let state = state_out(&training.stage).into();
    let (reason, held_on, people) = match training.stage {
        Stage::Planned => Default::default(),
        Stage::Cancelled { reason } => (reason, String::new(), Default::default()),
        Stage::Held { on, people } => (String::new(), on.to_string(), people),
    };
    pb::Training {
        id: training.id.into(),
        department_id: training.department.into(),
        plan: Some(plan_out(training.plan)),
        state,
        reason,
        held_on,
        attended: u32::try_from(people.len()).unwrap_or(u32::MAX),
        attended_ids: people
            .into_iter()
            .filter(|_| names)
            .map(Into::into)
            .collect(),
    }
}
