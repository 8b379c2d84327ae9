//! Which messages the log's commits make, and from where on.

use khidma_eventlog::{FeedMessage, FeedPlace, MAX_FEED_BATCH, Stored};
use khidma_events::feed::{self, FeedError, Memory, PublicEvent};
use khidma_kernel::{DepartmentId, Position, Timestamp};
use uuid::Uuid;

/// How many bytes are published at once, about.
const BATCH_BYTES: usize = 4 << 20;

/// Where publishing begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    /// After the message of this event to this department.
    After(FeedPlace, String),
    /// At the log's beginning: the stream is new, or all it held has expired. An event made before this instant is left
    /// out. If it was published, it has expired, and shall not come again; if not, it would have. Whatever was made since
    /// and published would still be there, and then the stream would not be empty: nothing is left out that would still be
    /// kept, and nothing comes twice.
    Since(Timestamp),
}

impl Start {
    /// After the message from `place` on `topic`.
    pub(super) fn after(place: FeedPlace, topic: &str) -> Self {
        let department = topic.split('.').next().unwrap_or_default();
        Self::After(place, department.to_owned())
    }

    /// The commit it begins with.
    pub(super) fn position(&self) -> Position {
        match self {
            Self::After(place, _) => place.position,
            Self::Since(_) => Position::START,
        }
    }

    /// The messages of `commits`, in their one order: by commit, by event, by department.
    pub(super) fn messages<M: Memory>(
        &self,
        commits: &[Stored],
        memory: &M,
    ) -> Result<Vec<FeedMessage>, FeedError<M::Error>> {
        let mut messages = Vec::with_capacity(2 * commits.len());
        for commit in commits {
            let Some(told) = feed::told(commit.position, &commit.payload, memory)? else {
                continue;
            };
            for event in &told.events {
                let wanted = told.departments.iter();
                let wanted = wanted.filter(|department| self.wants(event, department));
                messages.extend(wanted.map(|department| message(commit, event, department)));
            }
        }
        Ok(messages)
    }

    fn wants(&self, event: &PublicEvent<'_>, department: &DepartmentId) -> bool {
        match self {
            Self::After(place, last) => {
                (place_of(event), department.as_str()) > (*place, last.as_str())
            }
            Self::Since(oldest) => made(event.id).is_none_or(|made| made >= *oldest),
        }
    }
}

/// The instant in an id that has one.
fn made(id: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
    let micros = micros.checked_add(i64::from(nanos / 1000))?;
    Some(Timestamp::from_micros(micros))
}

fn place_of(event: &PublicEvent<'_>) -> FeedPlace {
    FeedPlace {
        position: event.position,
        index: event.index,
    }
}

fn message(commit: &Stored, event: &PublicEvent<'_>, department: &DepartmentId) -> FeedMessage {
    FeedMessage {
        place: place_of(event),
        topic: event.topic(department),
        id: format!("{}/{department}", event.id),
        headers: event.headers(),
        payload: commit.payload.slice_ref(event.data.get().as_bytes()),
    }
}

/// The messages in parts that are fit to be published at once, of about the same size: a small one takes almost as long as
/// a large one.
pub(super) fn batches(messages: &[FeedMessage]) -> impl Iterator<Item = &[FeedMessage]> {
    let parts = messages.len().div_ceil(MAX_FEED_BATCH).max(1);
    let most = messages.len().div_ceil(parts);
    let mut rest = messages;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = rest.iter().take(most).take_while(|message| {
            let first = bytes == 0;
            bytes += 1 + message.payload.len();
            first || bytes <= BATCH_BYTES
        });
        let (batch, others) = rest.split_at(fits.count());
        rest = others;
        (!batch.is_empty()).then_some(batch)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(count: u32, bytes: usize) -> Vec<FeedMessage> {
        let payload = bytes::Bytes::from(vec![b' '; bytes]);
        let message = |index| FeedMessage {
            place: FeedPlace {
                position: Position(1),
                index,
            },
            topic: "it.requests.replied".into(),
            id: index.to_string(),
            headers: Vec::new(),
            payload: payload.clone(),
        };
        (0..count).map(message).collect()
    }

    #[test]
    fn batches_are_all_there_is_and_none_is_too_large() {
        for (count, bytes, sizes) in [
            (0, 0, vec![]),
            (1, BATCH_BYTES * 2, vec![1]),
            (1000, 0, vec![1000]),
            (1001, 9, vec![501, 500]),
            (5, BATCH_BYTES / 2 - 1, vec![2, 2, 1]),
        ] {
            let messages = messages(count, bytes);
            let batches: Vec<_> = batches(&messages).collect();
            assert_eq!(batches.concat(), messages);
            let found: Vec<_> = batches.iter().map(|batch| batch.len()).collect();
            assert_eq!(found, sizes, "{count} of {bytes}");
        }
    }

    #[test]
    fn an_id_without_a_time_is_of_no_age() {
        let at = Timestamp::from_micros(1_772_442_000_123_000);
        let (clock, _) = khidma_runtime::Clock::manual(at);
        assert_eq!(made(clock.new_id()), Some(at));
        assert_eq!(made(Uuid::from_u128(7)), None);
    }
}
