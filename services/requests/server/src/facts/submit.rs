//! Facts that a submission needs, whoever asks: a person, or a plan for one of its tasks.

use std::sync::Arc;

use khidma_kernel::{OfferingId, PersonId};
use khidma_projection::{Reader, RowError};
use khidma_requests_domain::Submit;

use super::Facts;
use super::catalogue::{Catalogue, has_manager};

/// Where the facts of submissions come from.
#[derive(Debug, Clone)]
pub(crate) struct SubmitFacts {
    pub(crate) facts: Arc<Facts>,
    pub(crate) catalogue: Arc<Catalogue>,
}

impl SubmitFacts {
    /// The submission with what the catalogue says of `offering`, and the directory of who `asks` and who is asked.
    pub(crate) fn complete(
        &self,
        reader: &Reader,
        mut submit: Submit,
        offering: Option<&OfferingId>,
        asks: Option<&PersonId>,
    ) -> Result<Submit, RowError> {
        if let Some(offering) = offering {
            let (wanted, problems) = self.catalogue.wanted(reader, offering, &submit.answers)?;
            submit.requester_has_manager = match asks {
                Some(person) => has_manager(reader, person)?,
                None => false,
            };
            submit.form_problems = problems;
            submit.offering = Some(Box::new(wanted));
        }
        let found = submit
            .offering
            .iter()
            .filter_map(|wanted| wanted.found.as_ref());
        let offers = found.map(|offered| &offered.provider);
        if let Some(provider) = submit.provider.iter().chain(offers).next() {
            submit.provider_known = self.facts.open_department(reader, provider)?;
        }
        Ok(submit)
    }
}
