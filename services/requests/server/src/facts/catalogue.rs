//! What the catalogue says of offerings: the terms of a version, with its form ready to check answers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use khidma_events::requests::OfferingPublished;
use khidma_kernel::{OfferingId, PersonId};
use khidma_projection::{Reader, RowError};
use khidma_requests_domain::offering::{FormProblem, PublishFacts};
use khidma_requests_domain::{Wanted, limits};
use serde_json::{Map, Value};

use super::Facts;
use crate::forms::{self, Form};
use crate::keys;
use crate::views::{OfferingCard, OfferingVersion, Person};

/// How many versions are kept ready.
const READY: usize = 256;

/// The terms of a version of an offering.
#[derive(Debug)]
pub(crate) struct Terms {
    /// What was published.
    pub published: Arc<OfferingPublished>,
    form: Option<Result<Form, FormProblem>>,
}

impl Terms {
    fn of(published: OfferingPublished) -> Self {
        Self {
            form: published.form.as_ref().map(Form::compile),
            published: Arc::new(published),
        }
    }

    /// What is wrong with `answers`.
    pub(crate) fn problems(&self, answers: &Map<String, Value>) -> Vec<FormProblem> {
        match &self.form {
            None => forms::unasked(answers),
            Some(Ok(form)) => form.problems(answers),
            // It was checked when it was published: only a later version of this service can say so.
            Some(Err(problem)) => vec![problem.clone()],
        }
    }
}

type Version = (OfferingId, u32);

/// Remembers terms, as versions never change: the last [`READY`] that were asked for first.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    ready: RwLock<Ready>,
}

#[derive(Debug, Default)]
struct Ready {
    terms: BTreeMap<Version, Arc<Terms>>,
    order: VecDeque<Version>,
}

impl Catalogue {
    /// The terms of a version; `None` if there is no such version.
    pub(crate) fn terms(
        &self,
        reader: &Reader,
        offering: &OfferingId,
        version: u32,
    ) -> Result<Option<Arc<Terms>>, RowError> {
        let wanted = (offering.clone(), version);
        let ready = self.ready.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(terms) = ready.terms.get(&wanted) {
            return Ok(Some(terms.clone()));
        }
        drop(ready);
        let row: Option<OfferingVersion> =
            reader.get(&keys::offering_version(offering, version))?;
        let Some(row) = row else {
            return Ok(None);
        };
        let terms = Arc::new(Terms::of(row.published()?));
        let mut ready = self.ready.write().unwrap_or_else(PoisonError::into_inner);
        if ready.terms.insert(wanted.clone(), terms.clone()).is_none() {
            ready.order.push_back(wanted);
        }
        if ready.order.len() > READY
            && let Some(oldest) = ready.order.pop_front()
        {
            ready.terms.remove(&oldest);
        }
        Ok(Some(terms))
    }

    /// The offering as a submission finds it, and what is wrong with `answers` to it.
    pub(crate) fn wanted(
        &self,
        reader: &Reader,
        offering: &OfferingId,
        answers: &Map<String, Value>,
    ) -> Result<(Wanted, Vec<FormProblem>), RowError> {
        let card = card(reader, offering)?;
        let terms = match &card {
            Some(card) => self.terms(reader, offering, card.version)?,
            None => None,
        };
        let problems = terms.as_ref().map(|terms| terms.problems(answers));
        let wanted = Wanted {
            offering: offering.clone(),
            found: terms.map(|terms| terms.published.clone()),
            retired: card.is_some_and(|card| card.retired.is_some()),
        };
        Ok((wanted, problems.unwrap_or_default()))
    }
}

/// The offering at present; `None` if there is none.
pub(crate) fn card(
    reader: &Reader,
    offering: &OfferingId,
) -> Result<Option<OfferingCard>, RowError> {
    reader.get(&keys::offering(offering))
}

/// What a decision about `content` needs to know.
pub(crate) fn publish_facts(
    facts: &Facts,
    reader: &Reader,
    content: &OfferingPublished,
) -> Result<PublishFacts, RowError> {
    let mut known = PublishFacts::default();
    let tasks = content.plan.iter();
    for department in tasks.map(|task| &task.provider).chain([&content.provider]) {
        if !known.open.contains(department) && facts.open_department(reader, department)? {
            known.open.insert(department.clone());
        }
    }
    for offering in content
        .plan
        .iter()
        .filter_map(|task| task.offering.as_ref())
    {
        let card = card(reader, offering)?.filter(|card| card.retired.is_none());
        if let Some(card) = card {
            known.offered.insert(offering.clone(), card.provider);
        }
    }
    known.plans = plans(reader, known.offered.keys())?;
    let form = content.form.as_ref().map(Form::compile);
    known.form = form.and_then(Result::err).into_iter().collect();
    Ok(known)
}

/// The present plans of `offerings` and of all that these ask for: of each task, its offering. Ends where there are more
/// than any plan may come to.
fn plans<'a>(
    reader: &Reader,
    offerings: impl Iterator<Item = &'a OfferingId>,
) -> Result<BTreeMap<OfferingId, Vec<Option<OfferingId>>>, RowError> {
    let mut plans = BTreeMap::new();
    let mut left: VecDeque<OfferingId> = offerings.cloned().collect();
    while let Some(offering) = left.pop_front() {
        if plans.contains_key(&offering) || plans.len() > limits::TASKS {
            continue;
        }
        let Some(card) = card(reader, &offering)? else {
            continue;
        };
        let key = keys::offering_version(&offering, card.version);
        let row: Option<OfferingVersion> = reader.get(&key)?;
        let plan = row.map(|row| row.published()).transpose()?;
        let tasks = plan.map(|published| published.plan).unwrap_or_default();
        let tasks: Vec<_> = tasks.into_iter().map(|task| task.offering).collect();
        left.extend(tasks.iter().flatten().cloned());
        plans.insert(offering, tasks);
    }
    Ok(plans)
}

/// Whether a person reports to somebody.
pub(crate) fn has_manager(reader: &Reader, person: &PersonId) -> Result<bool, RowError> {
    let row: Option<Person> = reader.get(&keys::person(person))?;
    Ok(row.is_some_and(|person| person.manager.is_some()))
}
