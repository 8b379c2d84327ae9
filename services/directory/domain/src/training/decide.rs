//! May it happen? One match, one function per command.

use std::collections::BTreeSet;

use iso_currency::Currency;
use khidma_events::directory::{
    SkillGain, SkillSubject, TrainingAttended, TrainingCancelled, TrainingEvent, TrainingHeld,
    TrainingKind, TrainingPlan, TrainingPlanned, TrainingRevised,
};
use khidma_kernel::{Caller, Command, Date, OfferingId, PersonId, Timestamp, TrainingId};

use super::{Stage, Training, TrainingCommand};
use crate::access::{Action, Standing, allow};
use crate::facts::{DepartmentFact, PersonFact, Presence};
use crate::limits::{self, at_most, not_in_future, required, within};
use crate::skill::normal;
use crate::{DirectoryRefusal as Refusal, Thing};

type Decision = Result<Vec<TrainingEvent>, Refusal>;

pub(super) fn decide(state: Option<&Training>, command: &Command<TrainingCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        TrainingCommand::Plan {
            id,
            department,
            plan,
            unknown_offerings,
        } => self::plan(state, by, (id, department), (plan, unknown_offerings)),
        TrainingCommand::Revise {
            plan,
            unknown_offerings,
        } => revise(state, by, (plan, unknown_offerings)),
        TrainingCommand::Cancel { reason } => cancel(state, by, reason),
        TrainingCommand::Hold { on, people } => hold(state, by, (*on, people), command.at),
    }
}

fn plan(
    state: Option<&Training>,
    by: &Caller,
    (id, department): (&TrainingId, &DepartmentFact),
    plan: (&TrainingPlan, &[OfferingId]),
) -> Decision {
    allow(
        Action::PlanTraining,
        Standing::of(by, Some(&department.id), None),
    )?;
    if state.is_some() {
        return Err(Refusal::AlreadyExists {
            what: Thing::Training,
        });
    }
    department.open("department_id")?;
    Ok(vec![
        TrainingPlanned {
            training: id.clone(),
            department: department.id.clone(),
            plan: planned(plan)?,
        }
        .into(),
    ])
}

fn revise(state: Option<&Training>, by: &Caller, plan: (&TrainingPlan, &[OfferingId])) -> Decision {
    let training = existing(state, by, Action::ReviseTraining)?;
    match training.stage {
        Stage::Planned => {}
        Stage::Cancelled { .. } => return Err(Refusal::TrainingCancelled),
        Stage::Held { .. } => return Err(Refusal::TrainingHeld),
    }
    let plan = planned(plan)?;
    if training.plan == plan {
        return Ok(vec![]);
    }
    Ok(vec![TrainingRevised { plan }.into()])
}

fn cancel(state: Option<&Training>, by: &Caller, reason: &str) -> Decision {
    let training = existing(state, by, Action::CancelTraining)?;
    required("reason", reason, limits::REASON)?;
    match training.stage {
        Stage::Planned => Ok(vec![
            TrainingCancelled {
                reason: reason.to_owned(),
            }
            .into(),
        ]),
        Stage::Cancelled { .. } => Ok(vec![]),
        Stage::Held { .. } => Err(Refusal::TrainingHeld),
    }
}

/// Also people who have left since: they were there. Written down anew, it replaces what was written down.
fn hold(
    state: Option<&Training>,
    by: &Caller,
    (on, people): (Date, &[PersonFact]),
    now: Timestamp,
) -> Decision {
    let training = existing(state, by, Action::HoldTraining)?;
    not_in_future("on", on, now)?;
    let places = usize::try_from(training.plan.places).unwrap_or(usize::MAX);
    at_most("person_ids", people.len(), places)?;
    let attended = attended(people)?;
    let before = match &training.stage {
        Stage::Planned => None,
        Stage::Cancelled { .. } => return Err(Refusal::TrainingCancelled),
        Stage::Held { on, people } => Some((*on, people)),
    };
    let mut events = Vec::new();
    if before.is_none_or(|(day, _)| day != on) {
        events.push(TrainingHeld { on }.into());
    }
    if before.is_none_or(|(_, people)| *people != attended) {
        let people = attended.into_iter().collect();
        events.push(TrainingAttended { people }.into());
    }
    Ok(events)
}

fn attended(people: &[PersonFact]) -> Result<BTreeSet<PersonId>, Refusal> {
    let mut attended = BTreeSet::new();
    for person in people {
        if person.presence == Presence::Unknown {
            return Err(Refusal::Unknown {
                what: Thing::Person,
                field: "person_ids",
            });
        }
        if !attended.insert(person.id.clone()) {
            return Err(Refusal::Duplicate {
                field: "person_ids",
            });
        }
    }
    Ok(attended)
}

/// The training, if the caller may do this to it.
fn existing<'a>(
    state: Option<&'a Training>,
    by: &Caller,
    action: Action,
) -> Result<&'a Training, Refusal> {
    let department = state.map(|training| &training.department);
    allow(action, Standing::of(by, department, None))?;
    state.ok_or(Refusal::Unknown {
        what: Thing::Training,
        field: "id",
    })
}

/// The plan as it is written down, if it makes sense.
fn planned((plan, unknown): (&TrainingPlan, &[OfferingId])) -> Result<TrainingPlan, Refusal> {
    required("plan.title", &plan.title, limits::NAME)?;
    within("plan.places", plan.places, (1, limits::PLACES))?;
    if let Some(cost) = &plan.cost
        && Currency::from_code(&cost.currency).is_none()
    {
        return Err(Refusal::InvalidCurrency);
    }
    at_most("plan.gives", plan.gives.len(), limits::GAINS)?;
    match plan.kind {
        TrainingKind::Skill if plan.gives.is_empty() => return Err(Refusal::GivesNothing),
        TrainingKind::Awareness if !plan.gives.is_empty() => {
            return Err(Refusal::AwarenessGivesSkills);
        }
        TrainingKind::Skill | TrainingKind::Awareness => {}
    }
    let gives = plan.gives.iter().map(|gain| gained(gain, unknown));
    let gives: Vec<SkillGain> = gives.collect::<Result<_, _>>()?;
    let subjects: BTreeSet<_> = gives.iter().map(|gain| &gain.subject).collect();
    if subjects.len() < gives.len() {
        return Err(Refusal::Duplicate {
            field: "plan.gives",
        });
    }
    Ok(TrainingPlan {
        gives,
        ..plan.clone()
    })
}

fn gained(gain: &SkillGain, unknown: &[OfferingId]) -> Result<SkillGain, Refusal> {
    let field = "plan.gives";
    if let Some(days) = gain.lasts_days {
        within(field, days, (1, limits::LASTS_DAYS))?;
    }
    let subject = match &gain.subject {
        SkillSubject::Offering(id) if unknown.contains(id) => {
            return Err(Refusal::Unknown {
                what: Thing::Offering,
                field,
            });
        }
        SkillSubject::Offering(_) => gain.subject.clone(),
        SkillSubject::Topic(topic) => SkillSubject::Topic(normal(field, topic, limits::TOPIC)?),
    };
    Ok(SkillGain {
        subject,
        ..gain.clone()
    })
}
