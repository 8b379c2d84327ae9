//! Who is told what of what happens? From events to messages.
//!
//! `matter` is what is to be known of a request to speak of it; `requests`, `clocks`, `directory` and `feedback` have a rule
//! for every event of those contexts, and a new event does not compile without one. Nobody is told what they did themselves,
//! but that their request has arrived. Of an anonymous concern nobody hears outside the department that it was raised with,
//! and there only by the inbox. Of history that was taken over nobody hears at all.

pub mod clocks;
pub mod directory;
pub mod feedback;
pub mod matter;
pub mod requests;

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::notifications::{Arg, Message, MessageKind};
use khidma_kernel::{Actor, DepartmentId, OfferingId, PersonId, ServiceRequestId, Timestamp};

use crate::ladder::Who;
use crate::rules::matter::Matter;
use crate::tell::{Tell, Whom};

/// Characters of what people wrote, in a message, at the most. The whole of it stands in the request.
const WORDS: usize = 4_000;

/// What stands for a name that is not told or not known.
const NAMELESS: &str = "—";

/// What messages need to know besides what happened.
pub trait Facts: Who {
    /// The name others see of a person, if there is such a person.
    ///
    /// # Errors
    /// It cannot be said.
    fn person_name(&self, person: &PersonId) -> Result<Option<String>, Self::Error>;

    /// The name of a department, if there is such a department.
    ///
    /// # Errors
    /// It cannot be said.
    fn department_name(&self, department: &DepartmentId) -> Result<Option<String>, Self::Error>;

    /// What the offering promises, in the language that the reader understands best; `None` if it says nothing of it.
    ///
    /// # Errors
    /// It cannot be said.
    fn standard(
        &self,
        offering: &OfferingId,
        reader: &PersonId,
    ) -> Result<Option<String>, Self::Error>;

    /// Who approves in a person's place at that time.
    ///
    /// # Errors
    /// It cannot be said.
    fn delegates(
        &self,
        person: &PersonId,
        at: Timestamp,
    ) -> Result<BTreeSet<PersonId>, Self::Error>;
}

/// Writes the messages about one request.
struct Pen<'a, F: Facts> {
    facts: &'a F,
    matter: &'a Matter,
    request: ServiceRequestId,
    /// Who did it, and so need not be told.
    by: &'a Actor,
}

/// The arguments of a text.
type Args = BTreeMap<String, Arg>;

impl<F: Facts> Pen<'_, F> {
    /// The message of that kind to these, but not to who did it; nothing if nobody is left.
    fn tell(
        &self,
        kind: MessageKind,
        args: Args,
        to: impl IntoIterator<Item = Whom>,
    ) -> Option<Tell> {
        let mut to: Vec<Whom> = to
            .into_iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        to.retain(|whom| match whom {
            Whom::Person(person) => self.by.person() != Some(person),
            Whom::Department(_) => !self.matter.is_anonymous(),
        });
        if to.is_empty() {
            return None;
        }
        let message = Message {
            kind,
            request: Some(self.request),
            args,
            items: Vec::new(),
        };
        Some(Tell {
            confined: self.matter.is_anonymous(),
            ..Tell::new(message, Some(self.matter.provider.clone()), to)
        })
    }

    /// The arguments that begin with the title.
    fn titled<const N: usize>(&self, rest: [(&str, Arg); N]) -> Args {
        let mut args = Args::from([("title".to_owned(), words(&self.matter.title))]);
        args.extend(rest.map(|(name, arg)| (name.to_owned(), arg)));
        args
    }

    fn provider(&self) -> Result<Arg, F::Error> {
        self.department(&self.matter.provider)
    }

    fn department(&self, department: &DepartmentId) -> Result<Arg, F::Error> {
        let name = self.facts.department_name(department)?;
        Ok(words(&name.unwrap_or_else(|| department.to_string())))
    }

    fn person(&self, person: &PersonId) -> Result<Arg, F::Error> {
        let name = self.facts.person_name(person)?;
        Ok(words(&name.unwrap_or_else(|| person.to_string())))
    }

    /// Who asks: the person, else the department.
    fn requester(&self) -> Result<Arg, F::Error> {
        match (&self.matter.requester, &self.matter.requester_department) {
            (Some(person), _) => self.person(person),
            (None, Some(department)) => self.department(department),
            (None, None) => Ok(words(NAMELESS)),
        }
    }

    /// Who did it; what happens by itself the provider does.
    fn by(&self) -> Result<Arg, F::Error> {
        match self.by {
            Actor::Person(person) => self.person(person),
            Actor::Service(_) => self.provider(),
            Actor::Anonymous => Ok(words(NAMELESS)),
        }
    }

    /// Who asked for it and who follows it. Of an anonymous concern only those who follow it where it was raised.
    fn audience(&self) -> Result<BTreeSet<Whom>, F::Error> {
        let mut watchers = self.matter.watchers.clone();
        if self.matter.is_anonymous() {
            let members = self.facts.members_of(&self.matter.provider)?;
            watchers.retain(|watcher| members.contains(watcher));
        }
        watchers.extend(self.matter.requester.clone());
        Ok(watchers.into_iter().map(Whom::Person).collect())
    }

    /// The same, and where a department asks for it those who lead that.
    fn askers(&self) -> Result<BTreeSet<Whom>, F::Error> {
        let mut askers = self.audience()?;
        if let (None, Some(department)) =
            (&self.matter.requester, &self.matter.requester_department)
        {
            let leaders = crate::ladder::leaders(self.facts, department)?;
            askers.extend(leaders.into_iter().map(Whom::Person));
        }
        Ok(askers)
    }

    /// Who does it; where nobody does yet, the department's endpoints.
    fn doer(&self) -> Whom {
        match &self.matter.assignee {
            Some(assignee) => Whom::Person(assignee.clone()),
            None => Whom::Department(self.matter.provider.clone()),
        }
    }
}

/// What people wrote, cut where it is too long for a message.
fn words(text: &str) -> Arg {
    let Some((end, _)) = text.char_indices().nth(WORDS) else {
        return Arg::Text(text.to_owned());
    };
    Arg::Text(format!("{}…", text[..end].trim_end()))
}

fn choice(word: &str) -> Arg {
    Arg::Choice(word.to_owned())
}

/// Adds an argument that need not be there.
fn with(mut args: Args, name: &str, arg: Option<Arg>) -> Args {
    args.extend(arg.map(|arg| (name.to_owned(), arg)));
    args
}

/// What somebody wrote, if they wrote something.
fn said(text: Option<&str>) -> Option<Arg> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(words)
}
