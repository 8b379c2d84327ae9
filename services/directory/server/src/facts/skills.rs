//! What the rows say of skills, trainings and offerings.

use std::collections::{BTreeMap, BTreeSet};

use khidma_directory_domain::limits;
use khidma_directory_domain::skill::Statement;
use khidma_events::directory::{SkillSource, SkillSubject, TrainingPlan};
use khidma_kernel::{OfferingId, PersonId, TrainingId};
use khidma_projection::{Reader, RowError};

use crate::keys;
use crate::views::{GivenRow, OfferingRow, SkillsRow, TrainingRow};

pub(crate) fn offering_row(
    reader: &Reader,
    id: &OfferingId,
) -> Result<Option<OfferingRow>, RowError> {
    reader.get(&keys::offering(id))
}

pub(crate) fn training_row(
    reader: &Reader,
    id: &TrainingId,
) -> Result<Option<TrainingRow>, RowError> {
    reader.get(&keys::training(id))
}

/// Those of the offerings that `plan` names that there never were. Looks at no more than a plan may name: with more, it
/// is refused anyway.
pub(crate) fn unknown_offerings(
    reader: &Reader,
    plan: &TrainingPlan,
) -> Result<Vec<OfferingId>, RowError> {
    let mut unknown = BTreeSet::new();
    for gain in plan.gives.iter().take(limits::GAINS) {
        if let SkillSubject::Offering(id) = &gain.subject
            && offering_row(reader, id)?.is_none()
        {
            unknown.insert(id.clone());
        }
    }
    Ok(unknown.into_iter().collect())
}

/// All that is said of what `person` can do, by subject; of those that `wanted` picks.
pub(crate) fn statements(
    reader: &Reader,
    person: &PersonId,
    wanted: impl Fn(&SkillSubject) -> bool,
) -> Result<BTreeMap<SkillSubject, Vec<Statement>>, RowError> {
    let said: SkillsRow = reader.get(&keys::skills(person))?.unwrap_or_default();
    let given: GivenRow = reader.get(&keys::given(person))?.unwrap_or_default();
    let said = said
        .state
        .said
        .into_iter()
        .map(|((subject, source), said)| {
            let training = None;
            (
                subject,
                Statement {
                    source,
                    training,
                    said,
                },
            )
        });
    let given = given.given.into_iter().map(|(subject, training, said)| {
        let (source, training) = (SkillSource::Training, Some(training));
        (
            subject,
            Statement {
                source,
                training,
                said,
            },
        )
    });
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (subject, statement) in said.chain(given).filter(|(subject, _)| wanted(subject)) {
        found.entry(subject).or_default().push(statement);
    }
    Ok(found)
}
