//! Which offerings too few people can serve, read from the rows; what follows from that is the domain's to say.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use khidma_directory_domain::cover::{ABLE, Candidate, Closing, Course, Gap, Unclosed, gap};
use khidma_directory_domain::skill::standing;
use khidma_directory_domain::training::{Stage, Training};
use khidma_edge::query::Stop;
use khidma_edge::server::deadline;
use khidma_edge::{identity, query, status};
use khidma_events::directory::SkillSubject;
use khidma_kernel::{Date, DepartmentId, OfferingId, PersonId};
use khidma_projection::{Reader, RowError};
use khidma_proto::directory as pb;
use tonic::{Request, Status};

use super::words::{level_out, money_out};
use super::{DirectoryGrpc, optional_id};
use crate::views::{OfferingRow, TrainingRow};
use crate::{facts, keys};

/// How many of those who come closest are shown.
const SHOWN: usize = 5;

impl DirectoryGrpc {
    pub(super) async fn cover(
        &self,
        request: Request<pb::GetCoverRequest>,
    ) -> Result<pb::GetCoverResponse, Status> {
        identity::caller(&request)?;
        let patience = deadline(&request);
        let message = request.into_inner();
        let root: Option<DepartmentId> = optional_id("department_id", &message.department_id)?;
        let (on, today) = (self.day(&message.on)?, self.day("")?);
        let scan = move |reader: &Reader, stop: &Stop| {
            if let Some(root) = &root {
                let row = facts::department_row(reader, root).map_err(query::unreadable)?;
                row.and_then(|row| row.entity.state)
                    .ok_or_else(|| status::not_found("department", root))?;
            }
            let report = Report {
                reader,
                stop,
                on,
                today,
                staff: BTreeMap::new(),
            };
            report.made(root.as_ref()).map_err(query::unreadable)
        };
        let ((gaps, offerings), position) = self.scan(message.min_position, patience, scan).await?;
        Ok(pb::GetCoverResponse {
            gaps,
            offerings,
            on: on.to_string(),
            position,
        })
    }
}

/// A report while it is made. All offerings are walked: the call's deadline is the only bound.
struct Report<'a> {
    reader: &'a Reader,
    stop: &'a Stop,
    on: Date,
    today: Date,
    /// The people of a department and of those below it, as far as they were read.
    staff: BTreeMap<DepartmentId, Rc<BTreeSet<PersonId>>>,
}

impl Report<'_> {
    /// The gaps, and how many offerings were looked at.
    fn made(mut self, root: Option<&DepartmentId>) -> Result<(Vec<pb::CoverGap>, u32), RowError> {
        let scope = root.map(|root| facts::below(self.reader, self.stop, root));
        let scope = scope.transpose()?;
        let (mut gaps, mut offerings) = (Vec::new(), 0);
        for found in self.stop.until_set(self.reader.prefix(keys::OFFERINGS)) {
            let (key, row) = found?;
            let offering: OfferingRow = row.decode()?;
            let Some(id) = id_of(&key) else { continue };
            let provider = &offering.provider;
            let inside = scope.as_ref().is_none_or(|scope| scope.contains(provider));
            if offering.retired || !inside {
                continue;
            }
            offerings += 1;
            gaps.extend(self.gap(&id, offering)?);
        }
        Ok((gaps, offerings))
    }

    fn gap(
        &mut self,
        id: &OfferingId,
        offering: OfferingRow,
    ) -> Result<Option<pb::CoverGap>, RowError> {
        let subject = SkillSubject::Offering(id.clone());
        let candidates = self.candidates(&offering.provider, &subject)?;
        let trainings = self.trainings(&subject)?;
        let courses: Vec<_> = trainings
            .iter()
            .filter_map(|training| course(training, &subject, self.today))
            .collect();
        let Some(gap) = gap(candidates, &courses) else {
            return Ok(None);
        };
        let titles = trainings
            .iter()
            .map(|training| (training.id.as_str(), training.plan.title.as_str()));
        Ok(Some(gap_out((id, offering), gap, &titles.collect())))
    }

    /// Everybody of the provider and of the departments below it, and how well they can serve.
    fn candidates(
        &mut self,
        provider: &DepartmentId,
        subject: &SkillSubject,
    ) -> Result<Vec<Candidate>, RowError> {
        let staff = self.staff(provider)?;
        let mut known: BTreeMap<PersonId, Candidate> = BTreeMap::new();
        for found in self
            .stop
            .until_set(self.reader.prefix(&keys::all_skilled(subject)))
        {
            let (key, _) = found?;
            let Ok(person) = keys::last_part(&key).parse::<PersonId>() else {
                continue;
            };
            if staff.contains(&person) {
                let candidate = self.candidate(&person, subject)?;
                known.insert(person, candidate);
            }
        }
        let others = staff.iter().filter(|person| !known.contains_key(*person));
        // Of those of whom nothing is said, no more than would be shown or trained.
        let others = others.take(SHOWN).cloned().map(|person| Candidate {
            person,
            level: None,
            lapsed: None,
        });
        let others: Vec<_> = others.collect();
        Ok(known.into_values().chain(others).collect())
    }

    fn candidate(&self, person: &PersonId, subject: &SkillSubject) -> Result<Candidate, RowError> {
        let found = facts::statements(self.reader, person, |one| one == subject)?;
        let said = || found.values().flatten().map(|one| &one.said);
        let over = said().filter(|said| said.until.is_some_and(|until| until < self.on));
        Ok(Candidate {
            person: person.clone(),
            level: standing(said(), self.on).map(|standing| standing.0),
            lapsed: over.map(|said| said.level).max(),
        })
    }

    fn staff(&mut self, provider: &DepartmentId) -> Result<Rc<BTreeSet<PersonId>>, RowError> {
        if let Some(staff) = self.staff.get(provider) {
            return Ok(staff.clone());
        }
        let departments = facts::below(self.reader, self.stop, provider)?;
        let staff = Rc::new(facts::members(self.reader, self.stop, &departments)?);
        self.staff.insert(provider.clone(), staff.clone());
        Ok(staff)
    }

    fn trainings(&self, subject: &SkillSubject) -> Result<Vec<Training>, RowError> {
        let mut trainings = Vec::new();
        for found in self
            .stop
            .until_set(self.reader.prefix(&keys::lessons(subject)))
        {
            let (key, _) = found?;
            let key = keys::training_named(keys::last_part(&key));
            let row: Option<TrainingRow> = self.reader.get(&key)?;
            trainings.extend(row.and_then(|row| row.state));
        }
        Ok(trainings)
    }
}

/// The training as a way to become able; none if it does not go so far, was cancelled, or was planned for a day that is
/// over without having been held.
fn course(training: &Training, subject: &SkillSubject, today: Date) -> Option<Course> {
    let gains = training.plan.gives.iter();
    gains
        .filter(|gain| gain.subject == *subject && gain.level >= ABLE)
        .find_map(|_| {
            let (on, places) = match &training.stage {
                Stage::Planned if training.plan.on >= today => {
                    (training.plan.on, Some(training.plan.places))
                }
                Stage::Held { on, .. } => (*on, None),
                Stage::Planned | Stage::Cancelled { .. } => return None,
            };
            Some(Course {
                training: training.id.clone(),
                on,
                places,
                cost: training.plan.cost.clone(),
            })
        })
}

fn id_of(key: &[u8]) -> Option<OfferingId> {
    let id = key.strip_prefix(keys::OFFERINGS)?;
    std::str::from_utf8(id).ok()?.parse().ok()
}

fn gap_out(
    (id, offering): (&OfferingId, OfferingRow),
    gap: Gap,
    titles: &BTreeMap<&str, &str>,
) -> pb::CoverGap {
    let closest = gap.closest.into_iter().take(SHOWN);
    let closest = closest.map(|one| pb::CoverCandidate {
        person_id: one.person.into(),
        level: level_out(one.level),
        lapsed: level_out(one.lapsed),
    });
    let unclosed = match &gap.closing {
        Ok(_) => pb::CoverUnclosed::Unspecified,
        Err(Unclosed::TooFewPeople) => pb::CoverUnclosed::TooFewPeople,
        Err(Unclosed::NoTraining) => pb::CoverUnclosed::NoTraining,
        Err(Unclosed::TooFewPlaces) => pb::CoverUnclosed::TooFewPlaces,
    };
    let closings = gap.closing.unwrap_or_default().into_iter();
    pb::CoverGap {
        offering_id: id.to_string(),
        name: offering.name,
        provider_id: offering.provider.into(),
        able_ids: gap.able.into_iter().map(Into::into).collect(),
        missing: u32::try_from(gap.missing).unwrap_or(u32::MAX),
        closest: closest.collect(),
        closings: closings.map(|one| closing_out(one, titles)).collect(),
        unclosed: unclosed.into(),
    }
}

fn closing_out(closing: Closing, titles: &BTreeMap<&str, &str>) -> pb::CoverClosing {
    let place_out = |(person, course): (PersonId, Course)| {
        let title = titles.get(course.training.as_str()).copied();
        pb::CoverPlace {
            person_id: person.into(),
            title: title.unwrap_or_default().to_owned(),
            training_id: course.training.into(),
            on: course.on.to_string(),
            again: course.places.is_none(),
        }
    };
    pb::CoverClosing {
        places: closing.places.into_iter().map(place_out).collect(),
        cost: closing.cost.into_iter().map(money_out).collect(),
    }
}
