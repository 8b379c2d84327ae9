//! Audiences, and what else a round is launched with, between protobuf and our own types.

use std::collections::BTreeSet;
use std::str::FromStr;

use khidma_edge::instant::{time_in, time_out};
use khidma_edge::status::invalid_field;
use khidma_events::directory::PersonKind;
use khidma_events::feedback::{Anonymity, Audience, Dimension, Recurrence, Sample, Thresholds};
use khidma_feedback_domain::round::THRESHOLDS;
use khidma_kernel::{InvalidId, Timestamp};
use khidma_proto::directory::PersonKind as PbKind;
use khidma_proto::feedback as pb;
use tonic::Status;

use super::{missing, unknown_value};

/// `chance` is where chance begins unless the caller says.
pub(super) fn audience_in(audience: pb::Audience, chance: u64) -> Result<Audience, Status> {
    let kinds = audience.kinds.iter().enumerate();
    let kinds = kinds.map(|(number, kind)| kind_in(&format!("audience.kinds[{number}]"), *kind));
    Ok(Audience {
        departments: ids("audience.department_ids", &audience.department_ids)?,
        with_below: audience.with_below,
        kinds: kinds.collect::<Result<_, _>>()?,
        roles: ids("audience.role_ids", &audience.role_ids)?,
        sample: audience.sample.map(|sample| Sample {
            people: sample.people,
            seed: sample.seed.unwrap_or(chance),
        }),
    })
}

fn ids<T: FromStr<Err = InvalidId> + Ord>(
    field: &str,
    texts: &[String],
) -> Result<BTreeSet<T>, Status> {
    let texts = texts.iter().enumerate();
    let each = texts.map(|(number, text)| {
        text.parse().map_err(|error: InvalidId| {
            let field = format!("{field}[{number}]");
            invalid_field(&field, "INVALID_ID", error.to_string())
        })
    });
    each.collect()
}

fn kind_in(field: &str, kind: i32) -> Result<PersonKind, Status> {
    match PbKind::try_from(kind).map_err(|_| unknown_value(field))? {
        PbKind::Unspecified => Err(missing(field)),
        PbKind::Employee => Ok(PersonKind::Employee),
        PbKind::Supplier => Ok(PersonKind::Supplier),
        PbKind::Partner => Ok(PersonKind::Partner),
        PbKind::Stakeholder => Ok(PersonKind::Stakeholder),
        PbKind::Shareholder => Ok(PersonKind::Shareholder),
    }
}

fn kind_out(kind: PersonKind) -> PbKind {
    match kind {
        PersonKind::Employee => PbKind::Employee,
        PersonKind::Supplier => PbKind::Supplier,
        PersonKind::Partner => PbKind::Partner,
        PersonKind::Stakeholder => PbKind::Stakeholder,
        PersonKind::Shareholder => PbKind::Shareholder,
    }
}

pub(super) fn audience_out(audience: &Audience) -> pb::Audience {
    let kinds = audience.kinds.iter();
    pb::Audience {
        department_ids: audience
            .departments
            .iter()
            .map(ToString::to_string)
            .collect(),
        with_below: audience.with_below,
        kinds: kinds.map(|kind| kind_out(*kind).into()).collect(),
        role_ids: audience.roles.iter().map(ToString::to_string).collect(),
        sample: audience.sample.map(|sample| pb::Sample {
            people: sample.people,
            seed: Some(sample.seed),
        }),
    }
}

pub(super) fn anonymity_in(anonymity: i32) -> Result<Anonymity, Status> {
    let field = "anonymity";
    match pb::Anonymity::try_from(anonymity).map_err(|_| unknown_value(field))? {
        // Nobody promises that by leaving it out.
        pb::Anonymity::Unspecified => Err(missing(field)),
        pb::Anonymity::Named => Ok(Anonymity::Named),
        pb::Anonymity::Confidential => Ok(Anonymity::Confidential),
        pb::Anonymity::Anonymous => Ok(Anonymity::Anonymous),
    }
}

pub(super) fn anonymity_out(anonymity: Anonymity) -> pb::Anonymity {
    match anonymity {
        Anonymity::Named => pb::Anonymity::Named,
        Anonymity::Confidential => pb::Anonymity::Confidential,
        Anonymity::Anonymous => pb::Anonymity::Anonymous,
    }
}

pub(super) fn dimensions_in(dimensions: &[i32]) -> Result<BTreeSet<Dimension>, Status> {
    let each = dimensions.iter().enumerate().map(|(number, dimension)| {
        let field = format!("break_down_by[{number}]");
        match pb::Dimension::try_from(*dimension).map_err(|_| unknown_value(&field))? {
            pb::Dimension::Unspecified => Err(missing(&field)),
            pb::Dimension::Department => Ok(Dimension::Department),
            pb::Dimension::Kind => Ok(Dimension::Kind),
            pb::Dimension::Language => Ok(Dimension::Language),
            pb::Dimension::Day => Ok(Dimension::Day),
        }
    });
    each.collect()
}

pub(super) fn dimension_out(dimension: Dimension) -> pb::Dimension {
    match dimension {
        Dimension::Department => pb::Dimension::Department,
        Dimension::Kind => pb::Dimension::Kind,
        Dimension::Language => pb::Dimension::Language,
        Dimension::Day => pb::Dimension::Day,
    }
}

/// What is 0 is the usual.
pub(super) fn thresholds_in(thresholds: pb::Thresholds) -> Thresholds {
    let or = |said: u32, usual: u32| if said == 0 { usual } else { said };
    Thresholds {
        ratings: or(thresholds.ratings, THRESHOLDS.ratings),
        comments: or(thresholds.comments, THRESHOLDS.comments),
    }
}

pub(super) fn recurrence_in(recurrence: pb::Recurrence) -> Result<Recurrence, Status> {
    let number = |field: &str, number: u32| {
        u16::try_from(number).map_err(|_| {
            let message = format!("{field} is too large");
            invalid_field(field, "OUT_OF_RANGE", message)
        })
    };
    let times = recurrence.times;
    Ok(Recurrence {
        every_days: number("recurrence.every_days", recurrence.every_days)?,
        times: times
            .map(|times| number("recurrence.times", times))
            .transpose()?,
    })
}

pub(super) fn recurrence_out(recurrence: Recurrence) -> pb::Recurrence {
    pb::Recurrence {
        every_days: recurrence.every_days.into(),
        times: recurrence.times.map(u32::from),
    }
}

pub(super) fn reminders_in(times: &[prost_types::Timestamp]) -> Result<Vec<Timestamp>, Status> {
    let each = times.iter().enumerate().map(|(number, time)| {
        let field = format!("remind_at[{number}]");
        time_in(&field, Some(*time))?.ok_or_else(|| missing(&field))
    });
    each.collect()
}

pub(super) fn reminders_out(times: &[Timestamp]) -> Vec<prost_types::Timestamp> {
    times.iter().map(|at| time_out(*at)).collect()
}
