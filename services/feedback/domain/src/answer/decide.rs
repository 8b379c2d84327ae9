//! May it happen?

use khidma_events::feedback::{Anonymity, AnswerEvent, AnswerGiven, Definition};
use khidma_kernel::language::choose;
use khidma_kernel::{Command, Timestamp};

use super::{AnswerRefusal as Refusal, Give, values};
use crate::round::{Round, Standing};

pub(super) fn decide(given: bool, command: &Command<Give>) -> Result<Vec<AnswerEvent>, Refusal> {
    let Give {
        round: id,
        language,
        values,
        facts,
    } = &command.body;
    let (Some(round), Some(definition)) = (&facts.round, &facts.definition) else {
        return Err(Refusal::UnknownRound);
    };
    if round.launched.anonymity == Anonymity::Anonymous {
        return Err(Refusal::Anonymous);
    }
    let who = command.by.actor.person();
    let invited = facts.invited.as_ref();
    let invited = invited.filter(|invited| Some(&invited.person) == who);
    let invited = invited.ok_or(Refusal::NotInvited)?;
    // Who answered is told so also when it is over.
    if given {
        return Err(Refusal::AlreadyAnswered);
    }
    open(round, command.at)?;
    let language = spoken(definition, language)?;
    values::check(definition, values)?;
    let given = AnswerGiven {
        round: *id,
        person: invited.person.clone(),
        department: invited.department.clone(),
        kind: invited.kind,
        language,
        values: values.clone(),
    };
    Ok(vec![given.into()])
}

fn open(round: &Round, at: Timestamp) -> Result<(), Refusal> {
    match round.standing {
        _ if round.takes_answers(at) => Ok(()),
        Standing::Planned => Err(Refusal::NotOpenYet),
        Standing::Open | Standing::Closed | Standing::Cancelled => Err(Refusal::Closed),
    }
}

/// The language of the survey that they read, as it writes it: results are filtered by it.
fn spoken(definition: &Definition, language: &str) -> Result<String, Refusal> {
    if language.is_empty() {
        return Ok(definition.language.clone());
    }
    let known = definition.title.keys().chain([&definition.language]);
    match choose([language], known, "") {
        "" => Err(Refusal::UnknownLanguage),
        known => Ok(known.to_owned()),
    }
}
