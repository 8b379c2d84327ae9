//! The first look at a file: whether all of it makes sense, how much it is, and who occurs in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use khidma_proto::directory::{PersonKind, RegisterPersonRequest};

use super::{Case, Event, Mapping, Source, plan};
use crate::failure::Failure;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// Its cases.
    pub cases: u64,
    /// Their events.
    pub events: u64,
    /// Whom it names, by id, as they would be registered.
    pub people: BTreeMap<String, RegisterPersonRequest>,
    /// The departments it names by id, with the name under which one would be created.
    pub departments: BTreeMap<String, String>,
}

/// Reads all of a file and checks it.
///
/// # Errors
/// The file cannot be read or makes no sense, a template has nothing to fill it, events are not in order of time, or two
/// cases are called the same; with the place.
pub fn survey(source: &Source, mapping: &Mapping) -> Result<Survey, Failure> {
    let mut survey = Survey::default();
    let mut called = HashMap::<String, String>::new();
    source.read(mapping, &mut |case| {
        let message = plan(source, mapping, &case)?;
        survey.cases += 1;
        survey.events += case.events.len() as u64;
        survey.meet(source, mapping, &case)?;
        let departments = message.records.iter().flat_map(|record| &record.actions);
        let departments = departments
            .map(|action| action.provider_id.clone())
            .filter(|id| !id.is_empty());
        let named: BTreeSet<_> = departments.collect();
        named.into_iter().for_each(|id| survey.name(mapping, id));
        match called.insert(message.external_id.clone(), case.place.clone()) {
            None => Ok(()),
            Some(before) => {
                let what = format!("it is called {:?}, as {before} is", message.external_id);
                Err(source.wrong(&case.place, what))
            }
        }
    })?;
    survey.name(mapping, mapping.request.provider.to_string());
    survey.name(mapping, mapping.request.requester_department.to_string());
    if let Some(department) = &mapping.people.department {
        survey.name(mapping, department.to_string());
    }
    Ok(survey)
}

impl Survey {
    fn meet(&mut self, source: &Source, mapping: &Mapping, case: &Case) -> Result<(), Failure> {
        let (request, people) = (&mapping.request, &mapping.people);
        let department = people.department.as_ref().unwrap_or(&request.provider);
        for event in &case.events {
            let wrong =
                |error: String| source.wrong(format!("{}, {}", case.place, event.place), error);
            let id = people.id.id(case, event).map_err(wrong)?;
            let name = people.name.as_ref().unwrap_or(&people.id);
            self.person(id, people.kind, department.as_str(), || {
                name.fill(case, event)
            })
            .map_err(wrong)?;
        }
        let Some(first) = case.events.first() else {
            return Ok(());
        };
        let wrong = |error: String| source.wrong(format!("{}, {}", case.place, first.place), error);
        let id = request.requester.id(case, first).map_err(wrong)?;
        let name = request
            .requester_name
            .as_ref()
            .unwrap_or(&request.requester);
        let named = |first: &Event| name.fill(case, first);
        self.person(
            id,
            request.requester_kind,
            request.requester_department.as_str(),
            || named(first),
        )
        .map_err(wrong)
    }

    fn person(
        &mut self,
        id: String,
        kind: PersonKind,
        department: &str,
        name: impl FnOnce() -> Result<String, String>,
    ) -> Result<(), String> {
        if self.people.contains_key(&id) {
            return Ok(());
        }
        let person = RegisterPersonRequest {
            request_id: String::new(),
            id: id.clone(),
            display_name: name()?,
            kind: kind.into(),
            department_id: department.to_owned(),
        };
        self.people.insert(id, person);
        Ok(())
    }

    fn name(&mut self, mapping: &Mapping, id: String) {
        let names = mapping.directory.departments.iter();
        let mut names = names.filter(|(known, _)| known.as_str() == id);
        let name = names
            .next()
            .map_or_else(|| id.clone(), |(_, name)| name.clone());
        self.departments.insert(id, name);
    }
}
