//! The policies and calendars, at hand. What stands here never changes once it is written, so it is read and compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use khidma_calendar::Calendar;
use khidma_kernel::{CalendarId, PolicyId, Position};
use khidma_projection::{Reader, RowError, Rows};
use khidma_sla_domain::{Activation, Almanac, Book, PolicyVersion, Revision, Terms};
use serde::de::DeserializeOwned;

use crate::keys;
use crate::views::{ActivationRow, CalendarRow, Contents};

/// Where rows are read: in a view, or by a query.
pub(crate) trait Find {
    /// The row under `key`.
    fn find<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError>;
}

impl Find for Reader {
    fn find<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError> {
        self.get(key)
    }
}

impl Find for Rows<'_> {
    fn find<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, RowError> {
        self.get(key)
    }
}

/// The policies and calendars as they were read last. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    contents: Contents,
    terms: Terms,
    /// By policy and where it was activated.
    policies: HashMap<(PolicyId, Position), Arc<PolicyVersion>>,
    calendars: HashMap<(CalendarId, u32), Arc<Calendar>>,
}

impl Shelf {
    /// The policies and calendars that the rows show.
    ///
    /// # Errors
    /// A row is damaged, or the rows are being built.
    pub(crate) fn terms(&self, rows: &impl Find) -> Result<Terms, RowError> {
        let contents: Contents = rows.find(keys::CONTENTS)?.unwrap_or_default();
        // Every change below leaves the shelf whole, so a panic elsewhere while it was held does no harm.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.contents != contents {
            let terms = Terms {
                book: Arc::new(kept.book(&contents, rows)?),
                almanac: Arc::new(kept.almanac(&contents, rows)?),
            };
            kept.terms = terms;
            kept.contents = contents;
        }
        Ok(kept.terms.clone())
    }
}

impl Kept {
    fn book(&mut self, contents: &Contents, rows: &impl Find) -> Result<Book, RowError> {
        let mut activations = Vec::new();
        for position in &contents.activations {
            let row: Option<ActivationRow> = rows.find(&keys::activation(*position))?;
            let Some(row) = row else { continue };
            let holds = match &row.holds {
                Some((version, spec)) => {
                    let kept = self.policies.get(&(row.policy.clone(), *position)).cloned();
                    Some(match kept {
                        Some(kept) => kept,
                        None => self.keep(&row.policy, *position, *version, spec)?,
                    })
                }
                None => None,
            };
            activations.push(Activation {
                position: *position,
                policy: row.policy,
                holds,
            });
        }
        Ok(Book::new(activations))
    }

    fn keep(
        &mut self,
        policy: &PolicyId,
        position: Position,
        version: u32,
        spec: &str,
    ) -> Result<Arc<PolicyVersion>, RowError> {
        let spec = serde_json::from_str(spec).map_err(|error| damaged(&error))?;
        let kept = Arc::new(PolicyVersion {
            policy: policy.clone(),
            version,
            spec,
        });
        self.policies
            .insert((policy.clone(), position), kept.clone());
        Ok(kept)
    }

    fn almanac(&mut self, contents: &Contents, rows: &impl Find) -> Result<Almanac, RowError> {
        let mut almanac = Almanac::default();
        for (position, id, revision) in &contents.calendars {
            let kept = self.calendars.get(&(id.clone(), *revision)).cloned();
            let calendar = match kept {
                Some(kept) => kept,
                None => {
                    let row: Option<CalendarRow> = rows.find(&keys::calendar(id, *revision))?;
                    let Some(row) = row else { continue };
                    // The directory has checked it before it was stored; one that a newer directory found fit and we do
                    // not is one that no policy can name here.
                    let Ok(calendar) = Calendar::compile(&row.spec) else {
                        continue;
                    };
                    let calendar = Arc::new(calendar);
                    self.calendars
                        .insert((id.clone(), *revision), calendar.clone());
                    calendar
                }
            };
            let (position, revision) = (*position, *revision);
            almanac.add(
                id.clone(),
                Revision {
                    position,
                    revision,
                    calendar,
                },
            );
        }
        Ok(almanac)
    }
}

fn damaged(error: &serde_json::Error) -> RowError {
    RowError::Damaged {
        reason: error.to_string(),
    }
}
