//! What the rules need to know of who spoke, from the rows as they are when something happens.

use std::collections::BTreeSet;

use khidma_kernel::{InterviewId, PersonId, RoundId, ServiceRequestId};
use khidma_notifications_domain::rules::feedback::Voices;
use khidma_notifications_domain::rules::matter::Matter;
use khidma_projection::{RowError, Rows};

use super::super::find::Directory;
use super::super::{PersonRow, RequestRow};
use super::rounds::RoundRow;
use crate::keys;

impl Voices for Directory<'_, Rows<'_>> {
    fn matter(&self, request: ServiceRequestId) -> Result<Option<Matter>, RowError> {
        let row: Option<RequestRow> = self.0.get(&keys::request(request))?;
        Ok(row.and_then(|row| row.matter))
    }

    fn same(&self, request: ServiceRequestId) -> Result<BTreeSet<ServiceRequestId>, RowError> {
        let row: Option<RequestRow> = self.0.get(&keys::request(request))?;
        Ok(row.map(|row| row.same).unwrap_or_default())
    }

    fn invited(&self, round: RoundId) -> Result<BTreeSet<PersonId>, RowError> {
        let row: Option<RoundRow> = self.0.get(&keys::round(round))?;
        let mut all = BTreeSet::new();
        for step in 0..row.map_or(0, |row| row.steps) {
            let people: Option<Vec<PersonId>> = self.0.get(&keys::invited(round, step))?;
            all.extend(people.unwrap_or_default());
        }
        Ok(all)
    }

    fn silent(&self, round: RoundId) -> Result<BTreeSet<PersonId>, RowError> {
        let mut silent = BTreeSet::new();
        for person in self.invited(round)? {
            if self.0.get::<()>(&keys::heard(round, &person))?.is_none() {
                silent.insert(person);
            }
        }
        Ok(silent)
    }

    fn participants(&self, interview: InterviewId) -> Result<BTreeSet<PersonId>, RowError> {
        Ok(self.0.get(&keys::interview(interview))?.unwrap_or_default())
    }

    fn languages(&self, reader: &PersonId) -> Result<Vec<String>, RowError> {
        let row: Option<PersonRow> = self.0.get(&keys::person(reader))?;
        Ok(row.unwrap_or_default().profile.languages)
    }
}
