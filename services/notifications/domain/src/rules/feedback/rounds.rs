//! Who is asked to answer a survey.

use std::collections::BTreeMap;

use khidma_events::feedback::RoundEvent;
use khidma_events::notifications::{Arg, MessageKind};
use khidma_kernel::{Actor, DepartmentId, Recorded, RoundId, Timestamp};

use super::super::{NAMELESS, choice, words};
use super::{Voices, by_language, to_people};
use crate::tell::Tell;

/// A round of a survey, as messages speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round<'a> {
    /// Which.
    pub id: RoundId,
    /// Who asks.
    pub owner: &'a DepartmentId,
    /// What the survey is called, by language.
    pub title: &'a BTreeMap<String, String>,
    /// The language for those whose languages it is not in.
    pub language: &'a str,
    /// From when on it can be answered no more.
    pub until: Timestamp,
}

/// What follows from an event of a round: who is asked hears of it when it can be answered.
///
/// # Errors
/// What `voices` cannot say.
pub fn tells<V: Voices>(
    voices: &V,
    round: &Round<'_>,
    recorded: &Recorded<RoundEvent>,
) -> Result<Vec<Tell>, V::Error> {
    let (asked, to) = match &recorded.event {
        RoundEvent::RoundOpened(_) => ("survey", voices.invited(round.id)?),
        RoundEvent::RoundReminded(_) => ("survey_again", voices.silent(round.id)?),
        // Nobody can answer yet, or any more.
        RoundEvent::RoundLaunched(_)
        | RoundEvent::PeopleInvited(_)
        | RoundEvent::RoundClosed(_)
        | RoundEvent::RoundCancelled(_) => return Ok(vec![]),
    };
    let owner = voices.department_name(round.owner)?;
    let owner = owner.unwrap_or_else(|| round.owner.to_string());
    let groups = by_language(voices, round.title.keys(), round.language, to)?;
    let tells = groups.into_iter().filter_map(|(language, to)| {
        let title = round.title.get(language).map_or(NAMELESS, String::as_str);
        let args = [
            ("asked", choice(asked)),
            ("title", words(title)),
            ("provider", words(&owner)),
            ("until", Arg::At(round.until)),
            ("round", words(&round.id.to_string())),
        ];
        let args = args.map(|(name, arg)| (name.to_owned(), arg)).into();
        // Whoever launched it may be asked, too.
        to_people(MessageKind::Survey, args, &Actor::Anonymous, to)
    });
    Ok(tells.collect())
}
