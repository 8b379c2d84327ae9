//! Who is told what of what was heard, and of what came of it: questions after requests, surveys, improvement actions, thanks.
//!
//! Of what people answered nothing becomes a message. Who spoke hears what came of it as everybody does whom it concerns, in
//! the same words and without the request, so that the message tells nobody who they are.

pub mod actions;
pub mod questions;
pub mod rounds;
pub mod thanks;

use std::collections::{BTreeMap, BTreeSet};

use khidma_events::notifications::{Message, MessageKind};
use khidma_kernel::language::choose;
use khidma_kernel::{Actor, InterviewId, PersonId, RoundId, ServiceRequestId};

use super::matter::Matter;
use super::{Args, Facts};
use crate::tell::{Tell, persons};

/// What these messages need to know besides.
pub trait Voices: Facts {
    /// What is known of a request, if there is such a request.
    ///
    /// # Errors
    /// It cannot be said.
    fn matter(&self, request: ServiceRequestId) -> Result<Option<Matter>, Self::Error>;

    /// The requests that ask for the same as this one, or raise a similar concern.
    ///
    /// # Errors
    /// It cannot be said.
    fn same(&self, request: ServiceRequestId) -> Result<BTreeSet<ServiceRequestId>, Self::Error>;

    /// Who were invited to a round.
    ///
    /// # Errors
    /// It cannot be said.
    fn invited(&self, round: RoundId) -> Result<BTreeSet<PersonId>, Self::Error>;

    /// Those of them who did not answer; in an anonymous round, who did not take what an answer needs.
    ///
    /// # Errors
    /// It cannot be said.
    fn silent(&self, round: RoundId) -> Result<BTreeSet<PersonId>, Self::Error>;

    /// Who took part in an interview or focus group; before it was held, who are to.
    ///
    /// # Errors
    /// It cannot be said.
    fn participants(&self, interview: InterviewId) -> Result<BTreeSet<PersonId>, Self::Error>;

    /// The languages that somebody reads, the one they read best first.
    ///
    /// # Errors
    /// It cannot be said.
    fn languages(&self, reader: &PersonId) -> Result<Vec<String>, Self::Error>;
}

/// The message of that kind to these, but not to who did it; nothing if nobody is left.
fn to_people(
    kind: MessageKind,
    args: Args,
    by: &Actor,
    to: impl IntoIterator<Item = PersonId>,
) -> Option<Tell> {
    let to: BTreeSet<_> = to
        .into_iter()
        .filter(|person| by.person() != Some(person))
        .collect();
    let message = Message {
        kind,
        request: None,
        args,
        items: Vec::new(),
    };
    (!to.is_empty()).then(|| Tell::new(message, None, persons(to)))
}

/// Who reads which of the languages that something is in; who reads none of them, `fallback`.
fn by_language<'a, V: Voices>(
    voices: &V,
    there: impl Iterator<Item = &'a String> + Clone,
    fallback: &'a str,
    readers: BTreeSet<PersonId>,
) -> Result<BTreeMap<&'a str, BTreeSet<PersonId>>, V::Error> {
    let mut all: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for reader in readers {
        let languages = voices.languages(&reader)?;
        let language = choose(&languages, there.clone(), fallback);
        all.entry(language).or_default().insert(reader);
    }
    Ok(all)
}
