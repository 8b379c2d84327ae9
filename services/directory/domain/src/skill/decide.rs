//! May it happen? One match, one function per command.

use khidma_events::directory::{
    SkillEvent, SkillLevel, SkillSet, SkillSource, SkillSubject, SkillWithdrawn,
};
use khidma_kernel::{Caller, Command, Date};

use super::{Said, SkillCommand, Skills};
use crate::access::{Action, Standing, allow};
use crate::department::normal_topic;
use crate::facts::PersonFact;
use crate::limits::{self, at_most, not_in_future, required};
use crate::{DirectoryRefusal as Refusal, Thing};

type Decision = Result<Vec<SkillEvent>, Refusal>;

pub(super) fn decide(state: &Skills, command: &Command<SkillCommand>) -> Decision {
    let by = &command.by;
    match &command.body {
        SkillCommand::Set {
            person,
            subject,
            known,
            level,
            source,
            since,
            until,
        } => {
            let source = speaks(by, person, *source)?;
            person.active("id")?;
            let subject = subject_of(subject, *known)?;
            let since = match since {
                Some(since) => {
                    not_in_future("since", *since, command.at)?;
                    *since
                }
                None => Date::of(command.at),
            };
            let said = Said {
                level: *level,
                since,
                until: *until,
            };
            set(state, (subject, source), said)
        }
        SkillCommand::Withdraw {
            person,
            subject,
            source,
            trained,
        } => withdraw(state, by, (person, *source), (subject, *trained)),
    }
}

fn set(state: &Skills, key: (SkillSubject, SkillSource), said: Said) -> Decision {
    if key.1 == SkillSource::Training {
        return Err(Refusal::SourceIsTraining);
    }
    if key.1 == SkillSource::Oneself && said.level > SkillLevel::WithHelp {
        return Err(Refusal::LevelNeedsAnother);
    }
    if said.until.is_some_and(|until| until < said.since) {
        return Err(Refusal::DatesOutOfOrder);
    }
    match state.said.get(&key) {
        Some(before) if *before == said => return Ok(vec![]),
        Some(_) => {}
        None => at_most("id", state.said.len() + 1, limits::SKILLS)?,
    }
    let (subject, source) = key;
    let Said {
        level,
        since,
        until,
    } = said;
    Ok(vec![
        SkillSet {
            subject,
            level,
            source,
            since,
            until,
        }
        .into(),
    ])
}

/// Also of those who have left. A source takes back only what it said; a training's is for who leads the person.
fn withdraw(
    state: &Skills,
    by: &Caller,
    (person, source): (&PersonFact, Option<SkillSource>),
    (subject, trained): (&SkillSubject, bool),
) -> Decision {
    let source = speaks(by, person, source)?;
    let subject = subject_of(subject, true)?;
    let key = (subject, source);
    let there = match source {
        SkillSource::Training => trained,
        SkillSource::Oneself | SkillSource::Manager | SkillSource::Assessment => {
            state.said.contains_key(&key)
        }
    };
    if !there {
        return Err(Refusal::NothingSaid);
    }
    let (subject, source) = key;
    Ok(vec![SkillWithdrawn { subject, source }.into()])
}

/// As whom the caller speaks of the person, if they may.
fn speaks(
    by: &Caller,
    person: &PersonFact,
    source: Option<SkillSource>,
) -> Result<SkillSource, Refusal> {
    let standing = Standing::to(by, person);
    let unsaid = if standing.oneself {
        SkillSource::Oneself
    } else {
        SkillSource::Manager
    };
    let source = source.unwrap_or(unsaid);
    let action = match source {
        SkillSource::Oneself => Action::RateOneself,
        SkillSource::Manager | SkillSource::Training | SkillSource::Assessment => Action::RateSkill,
    };
    allow(action, standing)?;
    Ok(source)
}

/// The subject as it is written down.
fn subject_of(subject: &SkillSubject, known: bool) -> Result<SkillSubject, Refusal> {
    match subject {
        SkillSubject::Offering(_) if !known => Err(Refusal::Unknown {
            what: Thing::Offering,
            field: "offering_id",
        }),
        SkillSubject::Offering(_) => Ok(subject.clone()),
        SkillSubject::Topic(topic) => {
            normal("topic", topic, limits::TOPIC).map(SkillSubject::Topic)
        }
    }
}

/// A topic or theme in normal form, which is how it is compared and counted.
pub(crate) fn normal(field: &'static str, text: &str, limit: usize) -> Result<String, Refusal> {
    // Before it is made normal: that work is not done for megabytes.
    required(field, text, limit)?;
    let normal = normal_topic(text);
    // Some letters become two in lower case.
    required(field, &normal, limit)?;
    Ok(normal)
}
