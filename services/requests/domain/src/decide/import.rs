//! Taking over history: each line of another system's records goes through the same decisions as a command would, at its
//! own time and by its own actor. What has no effect here is kept as an internal note, and counted.

use khidma_events::Event;
use khidma_events::requests::*;
use khidma_kernel::{Actor, Caller, Command, Decider, Recorded, Refusal as _, Role, Timestamp};

use super::check::{open, required};
use super::{decide, resolve};
use crate::command::{Body, HistoryAction, Import, Record, Subject, Verb};
use crate::evolve;
use crate::limits;
use crate::refusal::RequestRefusal as Refusal;
use crate::state::Request;
use crate::{Action, RequestDecider};

/// Why a record was kept as a note although nothing refused it: none of its actions' conditions held, or what they asked
/// for was so already.
pub const NOTHING_TO_DO: &str = "NOTHING_TO_DO";

/// What is taken over by one commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Takeover {
    /// The events, each with its own time and actor; none if all has been taken over before. They have no ids yet.
    pub events: Vec<Recorded<RequestEvent>>,
    /// The records of this commit that were kept as internal notes: the record, counted from 1, and why.
    pub adapted: Vec<(u32, &'static str)>,
    /// The request after it.
    pub request: Request,
    /// Whether records are left for a further commit.
    pub more: bool,
}

/// Decides what of a history is still to be taken over, as much as fits one commit. `digests` are those of `import`.
///
/// # Errors
/// The caller may not; the history is not in order of time, or not the one that was taken over before; somebody or
/// something is not known. What concerns one record names it.
pub fn import(
    request: Option<&Request>,
    by: &Caller,
    import: &Import,
    digests: &[String],
) -> Result<Takeover, Refusal> {
    if !(by.is(Role::Import) || by.is_service()) {
        return Err(Refusal::NotAllowed {
            action: "importing history",
            whom: "callers with the role import",
        });
    }
    in_order(import)?;
    let mut tale = match request {
        None => Tale::begin(import)?,
        Some(request) => Tale::go_on(request, import, digests)?,
    };
    let skip = tale.steps;
    for record in import.records.iter().skip(skip) {
        if tale.is_full(skip) {
            break;
        }
        tale.tell(record)?;
    }
    tale.end(by, import, digests)
}

/// Looks at what needs no state: names, words, and the order of time.
fn in_order(import: &Import) -> Result<(), Refusal> {
    required("source", &import.source, limits::TITLE)?;
    required("external_id", &import.external_id, limits::TITLE)?;
    if import.unknown.contains(&import.requester) {
        return Err(Refusal::UnknownPerson {
            field: "requester_id",
        });
    }
    if !import.requester_department_known {
        return Err(Refusal::UnknownDepartment {
            field: "requester_department_id",
        });
    }
    let mut before = import.at;
    for (number, record) in (1..).zip(&import.records) {
        let refused = |refusal| Refusal::in_record(number, refusal);
        if record.at < before {
            return Err(refused(Refusal::HistoryUnordered {
                before,
                at: record.at,
            }));
        }
        before = record.at;
        if import.unknown.contains(&record.actor) {
            return Err(refused(Refusal::UnknownPerson { field: "actor_id" }));
        }
        required("note", &record.note, limits::TEXT).map_err(refused)?;
    }
    Ok(())
}

/// A history while it is told.
struct Tale {
    request: Request,
    before: Option<Request>,
    events: Vec<Recorded<RequestEvent>>,
    adapted: Vec<(u32, &'static str)>,
    /// How many records have been told, also by commits before.
    steps: usize,
    /// About how many bytes the commit takes.
    bytes: usize,
}

impl Tale {
    fn begin(import: &Import) -> Result<Self, Refusal> {
        let (requester, department) = (&import.requester, &import.requester_department);
        let by = Caller::person(requester.clone(), department.clone(), []);
        let mut submit = import.submit.clone();
        submit.on_behalf_of = None;
        let bytes = submit.title.len() + submit.description.len();
        let submitted = super::submit::submit(None, &by, &submit)?;
        let mut state = None;
        let events = stamp(submitted, import.at, &by);
        for event in &events {
            RequestDecider::evolve(&mut state, event);
        }
        Ok(Self {
            request: state.ok_or(Refusal::UnknownRequest)?,
            before: None,
            events,
            adapted: Vec::new(),
            steps: 0,
            bytes,
        })
    }

    /// What was taken over before has to be how this history begins.
    fn go_on(request: &Request, import: &Import, digests: &[String]) -> Result<Self, Refusal> {
        let known = request.imported.as_ref();
        let known = known.ok_or(Refusal::AlreadySubmitted)?;
        let steps = known.steps as usize;
        let same = known.source == import.source && known.external_id == import.external_id;
        if !same || digests.get(steps) != Some(&known.digest) {
            return Err(Refusal::HistoryDiffers { steps: known.steps });
        }
        Ok(Self {
            request: request.clone(),
            before: Some(request.clone()),
            events: Vec::new(),
            adapted: Vec::new(),
            steps,
            bytes: 0,
        })
    }

    /// Whether what is left is for a further commit; `skip` records were told by those before.
    fn is_full(&self, skip: usize) -> bool {
        self.steps - skip >= limits::IMPORT_RECORDS || self.bytes >= limits::IMPORT_BYTES
    }

    fn tell(&mut self, record: &Record) -> Result<(), Refusal> {
        self.steps += 1;
        let number = u32::try_from(self.steps).unwrap_or(u32::MAX);
        let told = self.events.len();
        let mut refused = None;
        for action in &record.actions {
            let holds = |condition: &crate::Condition| condition.holds(&self.request);
            if !(action.when.is_empty() || action.when.iter().any(holds)) {
                continue;
            }
            if let Err(refusal) = self.act(record, action) {
                refused = Some(refusal.code());
                break;
            }
        }
        let idle = (self.events.len() == told).then_some(NOTHING_TO_DO);
        if let Some(code) = refused.or(idle) {
            self.adapted.push((number, code));
            let text = record.note.clone();
            let by = self.provider(record);
            self.command(record.at, &by, Body::AddNote { text })
                .map_err(|refusal| Refusal::in_record(number, refusal))?;
        }
        Ok(())
    }

    /// Whoever acts for the provider may give work to themselves, as its manager may.
    fn provider(&self, record: &Record) -> Caller {
        let department = self.request.provider.clone();
        Caller::person(record.actor.clone(), department, [Role::Manager])
    }

    /// Who acts on the requester's side acts as the requester.
    fn requester(&self, record: &Record) -> Caller {
        let person = self.request.requester.as_ref().unwrap_or(&record.actor);
        let department = self.request.requester_department.as_ref();
        let department = department.unwrap_or(&self.request.provider);
        Caller::person(person.clone(), department.clone(), [])
    }

    fn act(&mut self, record: &Record, action: &HistoryAction) -> Result<(), Refusal> {
        let by = match action.side.unwrap_or(action.verb.side()) {
            Side::Provider => self.provider(record),
            Side::Requester => self.requester(record),
        };
        let words = record.note.clone();
        let body = match &action.verb {
            Verb::Acknowledge => Body::Acknowledge {
                note: String::new(),
            },
            Verb::Assign => Body::Assign {
                // That they belonged to the provider then is what the history says.
                assignee: Subject {
                    person: record.actor.clone(),
                    known: true,
                    departments: vec![self.request.provider.clone()],
                },
            },
            Verb::Start => Body::Start,
            Verb::Wait => Body::WaitOnRequester { question: words },
            Verb::Resume => Body::Resume {
                note: String::new(),
            },
            Verb::Reply => Body::Reply { text: words },
            Verb::Note => Body::AddNote { text: words },
            Verb::SetPriority(priority) => Body::SetPriority {
                priority: *priority,
                reason: words,
            },
            Verb::SetTags(tags) => Body::SetTags { tags: tags.clone() },
            Verb::Resolve => return self.resolve(record.at, &by, words),
            Verb::Confirm => Body::Confirm {
                comment: String::new(),
            },
            Verb::Reopen => Body::Reopen { reason: words },
            Verb::Decline => Body::Decline {
                reason: words,
                tasks: None,
            },
            Verb::Cancel => Body::Cancel {
                reason: words,
                tasks: None,
            },
            Verb::Transfer { to, known } => Body::Transfer {
                to: to.clone(),
                to_known: *known,
                reason: words,
            },
        };
        self.command(record.at, &by, body)
    }

    /// As the command does it, but for the timer: what was resolved long ago does not close by itself now.
    fn resolve(&mut self, at: Timestamp, by: &Caller, outcome: String) -> Result<(), Refusal> {
        open(&self.request, Action::Resolve)?;
        let auto_close_at = None;
        let resolved = Resolved {
            outcome,
            auto_close_at,
        };
        let events = resolve(&self.request, by, resolved)?;
        self.take(stamp(events, at, by));
        Ok(())
    }

    fn command(&mut self, at: Timestamp, by: &Caller, body: Body) -> Result<(), Refusal> {
        let by = by.clone();
        let command = Command { at, by, body };
        let events = decide(Some(&self.request), &command)?;
        self.take(stamp(events, at, &command.by));
        Ok(())
    }

    fn take(&mut self, events: Vec<Recorded<RequestEvent>>) {
        for event in &events {
            evolve::go_on(&mut self.request, event);
            self.bytes += limits::EVENT_BYTES + words(&event.event);
        }
        self.events.extend(events);
    }

    /// Closes the commit with how far the history has been taken over.
    fn end(
        mut self,
        by: &Caller,
        import: &Import,
        digests: &[String],
    ) -> Result<Takeover, Refusal> {
        let known = self.before.as_ref().and_then(|r| r.imported.as_ref());
        let news = known.is_none_or(|known| self.steps > known.steps as usize);
        if let Some(digest) = digests.get(self.steps).filter(|_| news) {
            let imported = HistoryImported {
                source: import.source.clone(),
                external_id: import.external_id.clone(),
                steps: u32::try_from(self.steps).unwrap_or(u32::MAX),
                digest: digest.clone(),
                adapted: u32::try_from(self.adapted.len()).unwrap_or(u32::MAX),
            };
            let at = import.records.get(self.steps.wrapping_sub(1));
            let at = at.map_or(import.at, |record| record.at);
            self.take(stamp(vec![imported.into()], at, by));
        }
        Ok(Takeover {
            more: self.steps < import.records.len(),
            events: self.events,
            adapted: self.adapted,
            request: self.request,
        })
    }
}

/// The events as they happened then; what the service does by itself, it did then.
fn stamp(events: Vec<RequestEvent>, at: Timestamp, by: &Caller) -> Vec<Recorded<RequestEvent>> {
    let record = |event: RequestEvent| {
        let by = if RequestDecider::by_itself(&event) {
            Actor::Service(RequestEvent::CONTEXT.into())
        } else {
            by.actor.clone()
        };
        Recorded {
            id: Default::default(),
            at,
            by,
            event,
        }
    };
    events.into_iter().map(record).collect()
}

/// Bytes of the words in an event that may be long.
fn words(event: &RequestEvent) -> usize {
    match event {
        RequestEvent::NoteAdded(event) => event.text.len(),
        RequestEvent::Replied(event) => event.text.len(),
        RequestEvent::WaitBegan(event) => event.question.len(),
        RequestEvent::Resolved(event) => event.outcome.len(),
        RequestEvent::Reopened(event) => event.reason.len(),
        RequestEvent::Transferred(event) => event.reason.len(),
        RequestEvent::Declined(event) => event.reason.len(),
        _ => 0,
    }
}
