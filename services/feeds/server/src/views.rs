//! Who sees it? From events to rows.
//!
//! The feeds themselves are not kept here, as the log holds them: only what has to be remembered to know what of the log
//! may go out, and which departments there are.

use khidma_eventlog::Stored;
use khidma_events::directory::{DepartmentEvent, EntityKind};
use khidma_events::feed::FeedError;
use khidma_events::sla::ClockRef;
use khidma_events::{Event, feed};
use khidma_kernel::Timestamp;
use khidma_projection::{ApplyError, RowError, Rows, Views};

use crate::keys;

/// The silent clocks of a request, and until when each is.
pub(crate) type Silent = Vec<(ClockRef, Timestamp)>;

/// The read model of this service.
#[derive(Debug, Clone, Default)]
pub struct FeedsViews;

impl Views for FeedsViews {
    fn name(&self) -> &'static str {
        "feeds"
    }

    fn version(&self) -> u32 {
        2
    }

    fn apply(&self, commit: &Stored, rows: &mut Rows<'_>) -> Result<(), ApplyError> {
        if &*commit.context == DepartmentEvent::CONTEXT
            && let Some(EntityKind::Department(id)) = EntityKind::of(&commit.entity)
        {
            rows.put(&keys::department(&id), &())?;
        }
        let is_anonymous = |request| -> Result<bool, RowError> {
            let mark: Option<()> = rows.get(&keys::anonymous(request))?;
            Ok(mark.is_some())
        };
        let facts = feed::facts(commit.position, &commit.payload, is_anonymous);
        let facts = facts.map_err(|error| match error {
            FeedError::Memory(error) => error.into(),
            FeedError::Commit(error) => ApplyError::Undecodable {
                reason: error.to_string(),
            },
        })?;
        for fact in facts {
            match fact {
                feed::Fact::Anonymous(request) => rows.put(&keys::anonymous(request), &())?,
                feed::Fact::Import(position) => rows.put(&keys::import(position), &())?,
                feed::Fact::Silent(request, clock, until) => {
                    let key = keys::silent(request);
                    let mut silent: Silent = rows.get(&key)?.unwrap_or_default();
                    silent.push((clock, until));
                    rows.put(&key, &silent)?;
                }
            }
        }
        Ok(())
    }
}
