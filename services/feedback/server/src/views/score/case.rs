//! A request, as a scorecard sees it: when it was asked for and how it ended, how its promises went, and what was said of it.

use std::collections::BTreeMap;

use khidma_eventlog::Stored;
use khidma_events::feedback::QuestionEvent;
use khidma_events::requests::{EntityKind as RequestsKind, RequestEvent, RequestKind};
use khidma_events::sla::{ClockEvent, ClockRef, EntityKind as SlaKind, Metric, Verdict};
use khidma_kernel::{DepartmentId, QuestionId, ServiceRequestId, Timestamp};
use khidma_projection::{ApplyError, RowError, Rows};
use serde::{Deserialize, Serialize};

use super::count::{Contribution, Count, NOW, Promised, recount};
use super::{day_of, timed};
use crate::keys;

/// A request. What is told of it by others may come before it is known who was asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct CaseRow {
    life: Option<Life>,
    clocks: BTreeMap<ClockRef, Clock>,
    questions: BTreeMap<QuestionId, Question>,
}

/// How it went with the request itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Life {
    provider: DepartmentId,
    concern: bool,
    submitted: i32,
    /// Whether it was completed, and when; any other end is one too.
    ended: Option<(i32, bool)>,
    published: bool,
}

/// How it went with one promise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Clock {
    owner: DepartmentId,
    breached: bool,
    ended: Option<(i32, Option<Verdict>)>,
}

/// What was asked, and what was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Question {
    provider: DepartmentId,
    /// When we asked; `None` of an answer that was taken over.
    asked: Option<i32>,
    fate: Fate,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Fate {
    Waiting,
    Expired,
    Withdrawn,
    Answered(Answer),
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Answer {
    day: i32,
    score: u8,
    effort: Option<u8>,
    synthetic: bool,
}

impl Clock {
    /// As the report of clocks says it.
    fn went(&self) -> Promised {
        match (self.breached, self.ended) {
            (true, _) | (_, Some((_, Some(Verdict::Breached)))) => Promised::Breached,
            (_, Some((_, Some(Verdict::Met)))) => Promised::Met,
            (_, Some((_, None))) => Promised::Excluded,
            (_, None) => Promised::Running,
        }
    }
}

impl CaseRow {
    /// All that it counts for.
    fn contribution(&self) -> Contribution {
        let mut counted = Vec::new();
        if let Some(life) = &self.life {
            life.count(&mut counted);
        }
        for (clock, state) in &self.clocks {
            let day = state.ended.map_or(NOW, |(day, _)| day);
            let count = Count::Promise(clock.metric, state.went());
            counted.push((state.owner.clone(), day, count));
        }
        for question in self.questions.values() {
            self.count(question, &mut counted);
        }
        counted
    }

    fn count(&self, question: &Question, counted: &mut Contribution) {
        let mut add = |day, count| counted.push((question.provider.clone(), day, count));
        if let Some(asked) = question.asked {
            let fate = match question.fate {
                Fate::Withdrawn => return,
                Fate::Waiting => None,
                Fate::Expired => Some(Count::Expired),
                Fate::Answered(_) => Some(Count::Answered),
            };
            add(asked, Count::Asked);
            if let Some(fate) = fate {
                add(asked, fate);
            }
        }
        let Fate::Answered(answer) = question.fate else {
            return;
        };
        let (day, synthetic) = (answer.day, answer.synthetic);
        add(day, Count::Score(synthetic, answer.score));
        if let Some(effort) = answer.effort {
            add(day, Count::Effort(synthetic, effort));
        }
        for (metric, kept) in self.promises() {
            let satisfied = answer.score >= 4;
            let joined = Count::Joined {
                synthetic,
                metric,
                kept,
                satisfied,
            };
            add(day, joined);
        }
    }

    /// Whether its promises were kept, all together (`None`) and by metric: broken if one was broken, kept if one was kept and
    /// none broken, and of no account where neither is known.
    fn promises(&self) -> BTreeMap<Option<Metric>, bool> {
        let mut promises = BTreeMap::new();
        for (clock, state) in &self.clocks {
            let kept = match state.went() {
                Promised::Met => true,
                Promised::Breached => false,
                Promised::Running | Promised::Excluded => continue,
            };
            for metric in [None, Some(clock.metric)] {
                *promises.entry(metric).or_insert(true) &= kept;
            }
        }
        promises
    }
}

impl Life {
    fn count(&self, counted: &mut Contribution) {
        let mut add = |day, count| counted.push((self.provider.clone(), day, count));
        if self.concern {
            add(self.submitted, Count::Raised);
            if self.published {
                add(self.submitted, Count::Published);
            }
            if self.ended.is_none() {
                add(self.submitted, Count::Open);
            }
            return;
        }
        add(self.submitted, Count::Submitted);
        if let Some((day, true)) = self.ended {
            add(day, Count::Completed);
        }
    }
}

/// Changes the row of a request, and what it counts for with it.
fn change(
    id: ServiceRequestId,
    rows: &mut Rows<'_>,
    change: impl FnOnce(&mut CaseRow),
) -> Result<(), RowError> {
    let key = keys::score::case(id);
    let before: CaseRow = rows.get(&key)?.unwrap_or_default();
    let mut after = before.clone();
    change(&mut after);
    if before == after {
        return Ok(());
    }
    recount(&before.contribution(), &after.contribution(), rows)?;
    rows.put(&key, &after)
}

/// What the requests say.
pub(in crate::views) fn requests(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let Some(RequestsKind::Request(id)) = RequestsKind::of(&commit.entity) else {
        return Ok(());
    };
    let events = timed::<RequestEvent>(commit)?;
    Ok(change(id, rows, |row| {
        for (at, event) in events {
            lived(&mut row.life, at, event);
        }
    })?)
}

fn lived(life: &mut Option<Life>, at: Timestamp, event: RequestEvent) {
    let day = day_of(at);
    let end = |life: &mut Option<Life>, completed| {
        if let Some(life) = life {
            life.ended = Some((day, completed));
        }
    };
    match event {
        RequestEvent::Submitted(event) => {
            *life = Some(Life {
                provider: event.provider,
                concern: event.kind == RequestKind::Concern,
                submitted: day,
                ended: None,
                published: false,
            });
        }
        RequestEvent::Transferred(event) => {
            if let Some(life) = life {
                life.provider = event.to;
            }
        }
        RequestEvent::OutcomePublished(_) => {
            if let Some(life) = life {
                life.published = true;
            }
        }
        RequestEvent::Reopened(_) => {
            if let Some(life) = life {
                life.ended = None;
            }
        }
        RequestEvent::Confirmed(_) | RequestEvent::AutoClosed(_) => end(life, true),
        RequestEvent::Declined(_)
        | RequestEvent::Cancelled(_)
        | RequestEvent::ApprovalRejected(_)
        | RequestEvent::Merged(_) => end(life, false),
        // All else changes nothing that is counted.
        _ => {}
    }
}

/// What the clocks say.
pub(in crate::views) fn promises(commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
    let Some(SlaKind::Clocks(id)) = SlaKind::of(&commit.entity) else {
        return Ok(());
    };
    let events = timed::<ClockEvent>(commit)?;
    Ok(change(id, rows, |row| {
        for (_, event) in events {
            measured(&mut row.clocks, event);
        }
    })?)
}

fn measured(clocks: &mut BTreeMap<ClockRef, Clock>, event: ClockEvent) {
    let clock = event.clock();
    if let ClockEvent::ClockStarted(event) = event {
        let started = Clock {
            owner: event.owner,
            breached: false,
            ended: None,
        };
        clocks.insert(clock, started);
        return;
    }
    let Some(clock) = clocks.get_mut(&clock) else {
        return;
    };
    match event {
        ClockEvent::ClockBreached(_) => clock.breached = true,
        ClockEvent::BreachRetracted(_) => clock.breached = false,
        ClockEvent::ClockStopped(event) => {
            clock.ended = Some((day_of(event.at), Some(event.verdict)));
        }
        ClockEvent::ClockCancelled(event) => clock.ended = Some((day_of(event.at), None)),
        ClockEvent::ClockContinued(event) => {
            clock.ended = None;
            clock.owner = event.owner;
        }
        ClockEvent::ClockHandedOver(event) => clock.owner = event.owner,
        ClockEvent::ClockStarted(_)
        | ClockEvent::ClockPaused(_)
        | ClockEvent::ClockResumed(_)
        | ClockEvent::ClockWarned(_)
        | ClockEvent::LadderStepReached(_)
        | ClockEvent::ClockRematched(_)
        | ClockEvent::ClockRescheduled(_) => {}
    }
}

/// What was asked after requests, and answered.
pub(in crate::views) fn questions(
    id: QuestionId,
    commit: &Stored,
    rows: &mut Rows<'_>,
) -> Result<(), ApplyError> {
    let key = keys::score::question(id);
    for (at, event) in timed::<QuestionEvent>(commit)? {
        let begun = match &event {
            QuestionEvent::QuestionAsked(event) => Some(event.request),
            QuestionEvent::AnswerImported(event) => Some(event.request),
            _ => None,
        };
        if let Some(request) = begun {
            rows.put(&key, &request)?;
        }
        if let Some(request) = rows.get::<ServiceRequestId>(&key)? {
            change(request, rows, |row| said(&mut row.questions, id, at, event))?;
        }
    }
    Ok(())
}

fn said(
    questions: &mut BTreeMap<QuestionId, Question>,
    id: QuestionId,
    at: Timestamp,
    event: QuestionEvent,
) {
    let day = day_of(at);
    let fate = match event {
        QuestionEvent::QuestionAsked(event) => {
            let asked = Question {
                provider: event.provider,
                asked: Some(day),
                fate: Fate::Waiting,
            };
            questions.insert(id, asked);
            return;
        }
        QuestionEvent::AnswerImported(event) => {
            let answer = Answer {
                day,
                score: event.score,
                effort: event.effort,
                synthetic: event.synthetic,
            };
            let imported = Question {
                provider: event.provider,
                asked: None,
                fate: Fate::Answered(answer),
            };
            questions.insert(id, imported);
            return;
        }
        QuestionEvent::QuestionAnswered(event) => Fate::Answered(Answer {
            day,
            score: event.score,
            effort: event.effort,
            synthetic: false,
        }),
        QuestionEvent::QuestionExpired(_) => Fate::Expired,
        QuestionEvent::QuestionWithdrawn(_) => Fate::Withdrawn,
        QuestionEvent::QuestionReminded(_) => return,
    };
    if let Some(question) = questions.get_mut(&id) {
        question.fate = fate;
    }
}
