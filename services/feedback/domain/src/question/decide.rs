//! May it happen? One match, one function per command.

use khidma_events::feedback::{
    AnswerImported, QuestionAnswered, QuestionAsked, QuestionEvent, QuestionExpired,
    QuestionReminded, QuestionWithdrawn,
};
use khidma_kernel::{Caller, Command, Role, Timestamp};

use super::answer::{Said, check};
use super::{
    Answer, Ask, Import, ImportFacts, Proof, Question, QuestionCommand, QuestionRefusal as Refusal,
    Reply, Standing,
};
use crate::asking::days_after;

type Decision = Result<Vec<QuestionEvent>, Refusal>;

pub(super) fn decide(state: Option<&Question>, command: &Command<QuestionCommand>) -> Decision {
    let (by, at) = (&command.by, command.at);
    match &command.body {
        QuestionCommand::Ask(wish) => ours(by).map(|()| ask(state, wish, at)),
        QuestionCommand::Remind => ours(by).map(|()| remind(state, at)),
        QuestionCommand::Expire => ours(by).map(|()| expire(state, at)),
        QuestionCommand::Withdraw { ended_at } => ours(by).map(|()| withdraw(state, *ended_at)),
        QuestionCommand::Answer { proof, reply } => answer(state, (by, proof), reply, at),
        QuestionCommand::Import(import) => take_over(state, by, import, at),
    }
}

/// When somebody is asked and reminded, and when a question ends, only the service says.
fn ours(by: &Caller) -> Result<(), Refusal> {
    match by.is_service() {
        true => Ok(()),
        false => Err(Refusal::NotAllowed),
    }
}

/// What was answered or has expired is not asked again; nor is what ended before something that was asked about.
fn ask(state: Option<&Question>, ask: &Ask, at: Timestamp) -> Vec<QuestionEvent> {
    let mut events = Vec::new();
    if let Some(before) = state {
        let (ended, now) = (before.subject.ended_at, Some(ask.ended_at));
        match before.standing {
            Standing::Answered | Standing::Expired | Standing::Imported => return events,
            Standing::Open if ended >= now => return events,
            // At the same instant it may have been reopened and ended again.
            Standing::Withdrawn if ended > now => return events,
            // It was reopened and ended again before anybody took the first one back.
            Standing::Open => events.push(QuestionWithdrawn {}.into()),
            Standing::Withdrawn => {}
        }
    }
    let asked = QuestionAsked {
        question: ask.question,
        request: ask.request,
        provider: ask.provider.clone(),
        offering: ask.offering.clone(),
        person: ask.person.clone(),
        ended_at: ask.ended_at,
        effort: ask.rule.effort,
        secret: ask.secret.clone(),
        remind_at: ask.rule.remind_after_days.map(|days| days_after(at, days)),
        expires_at: days_after(at, ask.rule.expires_after_days),
    };
    events.push(asked.into());
    events
}

fn remind(state: Option<&Question>, at: Timestamp) -> Vec<QuestionEvent> {
    let due = |question: &&Question| {
        let reminds_at = question.reminds_at();
        question.is_open(at) && reminds_at.is_some_and(|due| due <= at)
    };
    let reminded = state.filter(due).map(|_| QuestionReminded {}.into());
    reminded.into_iter().collect()
}

fn expire(state: Option<&Question>, at: Timestamp) -> Vec<QuestionEvent> {
    let due = |question: &&Question| question.ends_at().is_some_and(|end| end <= at);
    let expired = state.filter(due).map(|_| QuestionExpired {}.into());
    expired.into_iter().collect()
}

fn withdraw(state: Option<&Question>, ended_at: Timestamp) -> Vec<QuestionEvent> {
    let meant = |question: &&Question| {
        question.standing == Standing::Open && question.subject.ended_at == Some(ended_at)
    };
    let withdrawn = state.filter(meant).map(|_| QuestionWithdrawn {}.into());
    withdrawn.into_iter().collect()
}

fn answer(
    state: Option<&Question>,
    (by, proof): (&Caller, &Proof),
    reply: &Reply,
    at: Timestamp,
) -> Decision {
    let question = state.ok_or(Refusal::UnknownQuestion)?;
    let asked = question.subject.person.as_ref();
    match proof {
        Proof::Oneself if asked.is_none() || asked != by.actor.person() => {
            return Err(Refusal::NotAllowed);
        }
        Proof::Link(secret) if !question.opens_with(secret) => return Err(Refusal::WrongLink),
        Proof::Oneself | Proof::Link(_) => {}
    }
    match question.standing {
        Standing::Answered | Standing::Imported => return Err(Refusal::AlreadyAnswered),
        Standing::Withdrawn => return Err(Refusal::Withdrawn),
        Standing::Expired => return Err(Refusal::Expired),
        // Late is late, also before it was noticed.
        Standing::Open if !question.is_open(at) => return Err(Refusal::Expired),
        Standing::Open => {}
    }
    let Said {
        score,
        effort,
        comment,
    } = check(reply, question.effort)?;
    let by_link = matches!(proof, Proof::Link(_));
    let answered = QuestionAnswered {
        score,
        effort,
        comment,
        by_link,
    };
    Ok(vec![answered.into()])
}

fn take_over(state: Option<&Question>, by: &Caller, import: &Import, at: Timestamp) -> Decision {
    if !(by.is(Role::Import) || by.is(Role::Admin)) {
        return Err(Refusal::NotForImport);
    }
    let Some(ImportFacts {
        provider,
        offering,
        person,
        ended,
    }) = import.facts.clone()
    else {
        return Err(Refusal::UnknownRequest);
    };
    let Said {
        score,
        effort,
        comment,
    } = check(&import.reply, true)?;
    if at > import.now {
        return Err(Refusal::InTheFuture);
    }
    let synthetic = import.synthetic;
    if let Some(question) = state {
        let again = Answer {
            score,
            effort,
            comment,
            at,
            by_link: false,
            synthetic,
        };
        return match question.standing {
            Standing::Imported if question.answer.as_ref() == Some(&again) => Ok(Vec::new()),
            Standing::Imported => Err(Refusal::AnswerDiffers),
            _ => Err(Refusal::AskedHere),
        };
    }
    if !ended {
        return Err(Refusal::NotEnded);
    }
    let request = import.request;
    let imported = AnswerImported {
        request,
        provider,
        offering,
        person,
        score,
        effort,
        comment,
        synthetic,
    };
    Ok(vec![imported.into()])
}
