//! May it be launched? What bears on who can be recognised in the results is settled here, for good.

use std::collections::BTreeSet;

use khidma_events::feedback::{
    Anonymity, Audience, Dimension, Recurrence, RoundEvent, RoundLaunched, Thresholds,
};
use khidma_kernel::{Caller, Timestamp};

use super::decide::allowed;
use super::{DAYS, LEAST, Launch, LaunchFacts, MOST, NAMED, REMINDERS, RoundRefusal as Refusal};

/// Seconds.
const DAY: i64 = 24 * 3600;

pub(super) fn launch(
    by: &Caller,
    now: Timestamp,
    launch: &Launch,
) -> Result<Vec<RoundEvent>, Refusal> {
    let survey = launch.facts.survey.as_ref().ok_or(Refusal::UnknownSurvey)?;
    allowed(by, &survey.owner)?;
    let version = survey.meant(launch.version);
    let version = version.ok_or(Refusal::UnknownVersion {
        version: launch.version,
    })?;
    if survey.retired {
        return Err(Refusal::SurveyRetired);
    }
    thresholds(launch.thresholds)?;
    dimensions(launch.anonymity, &launch.break_down_by)?;
    let opens_at = launch.opens_at.unwrap_or(now);
    times(now, opens_at, launch)?;
    recurrence(opens_at, launch.closes_at, launch.recurrence)?;
    audience(&launch.audience, launch.thresholds.ratings, &launch.facts)?;
    let anonymous = launch.anonymity == Anonymity::Anonymous;
    let public_key = launch.facts.public_key.clone().filter(|_| anonymous);
    if anonymous && public_key.is_none() {
        return Err(Refusal::MissingKey);
    }
    let launched = RoundLaunched {
        round: launch.round,
        survey: launch.survey.clone(),
        version,
        owner: survey.owner.clone(),
        anonymity: launch.anonymity,
        audience: launch.audience.clone(),
        thresholds: launch.thresholds,
        break_down_by: launch.break_down_by.clone(),
        opens_at,
        closes_at: launch.closes_at,
        remind_at: launch.remind_at.clone(),
        recurrence: launch.recurrence,
        previous: None,
        public_key,
    };
    Ok(vec![launched.into()])
}

fn thresholds(thresholds: Thresholds) -> Result<(), Refusal> {
    between("thresholds.ratings", thresholds.ratings, LEAST, MOST)?;
    between("thresholds.comments", thresholds.comments, LEAST, MOST)
}

fn between(field: &'static str, number: u32, least: u32, most: u32) -> Result<(), Refusal> {
    match (least..=most).contains(&number) {
        true => Ok(()),
        false => Err(Refusal::OutOfRange { field, least, most }),
    }
}

/// Each thing that is known of an anonymous answer makes the group smaller in which it is hidden.
fn dimensions(anonymity: Anonymity, by: &BTreeSet<Dimension>) -> Result<(), Refusal> {
    if anonymity != Anonymity::Anonymous {
        return Ok(());
    }
    for dimension in by {
        let dimension = match dimension {
            Dimension::Department | Dimension::Kind => continue,
            Dimension::Language => "language",
            Dimension::Day => "day",
        };
        return Err(Refusal::DimensionNotAnonymous { dimension });
    }
    match by.len() {
        0 | 1 => Ok(()),
        _ => Err(Refusal::TooManyDimensions),
    }
}

fn times(now: Timestamp, opens_at: Timestamp, launch: &Launch) -> Result<(), Refusal> {
    let closes_at = launch.closes_at;
    if opens_at < now {
        return Err(Refusal::OpensInThePast);
    }
    if closes_at <= opens_at {
        return Err(Refusal::ClosesBeforeItOpens);
    }
    if now.plus_seconds(DAYS * DAY) < closes_at {
        return Err(Refusal::ClosesTooLate { limit: DAYS });
    }
    if launch.remind_at.len() > REMINDERS {
        return Err(Refusal::TooMany {
            field: "remind_at",
            limit: REMINDERS,
        });
    }
    let mut last = opens_at;
    for at in &launch.remind_at {
        if *at <= last || closes_at <= *at {
            return Err(Refusal::ReminderOutside);
        }
        last = *at;
    }
    Ok(())
}

fn recurrence(
    opens_at: Timestamp,
    closes_at: Timestamp,
    recurrence: Option<Recurrence>,
) -> Result<(), Refusal> {
    let Some(Recurrence { every_days, times }) = recurrence else {
        return Ok(());
    };
    let year = u32::try_from(DAYS).unwrap_or(u32::MAX);
    between("recurrence.every_days", every_days.into(), 1, year)?;
    if let Some(times) = times {
        between("recurrence.times", times.into(), 1, u16::MAX.into())?;
    }
    match opens_at.plus_seconds(i64::from(every_days) * DAY) < closes_at {
        true => Err(Refusal::Overlaps),
        false => Ok(()),
    }
}

fn audience(audience: &Audience, needed: u32, facts: &LaunchFacts) -> Result<(), Refusal> {
    let many = [
        ("audience.department_ids", audience.departments.len()),
        ("audience.role_ids", audience.roles.len()),
    ];
    for (field, count) in many {
        if count > NAMED {
            let limit = NAMED;
            return Err(Refusal::TooMany { field, limit });
        }
    }
    if !audience.departments.is_subset(&facts.open) {
        return Err(Refusal::UnknownDepartment);
    }
    let chosen = audience.sample.map_or(u32::MAX, |sample| sample.people);
    let people = facts.fitting.min(chosen);
    match people < needed {
        true => Err(Refusal::TooFewPeople { people, needed }),
        false => Ok(()),
    }
}
