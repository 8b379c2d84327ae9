//! Work that takes long, apart from the agenda: the agenda may ask for it again and again, and gives none of its places and
//! none of its patience to it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use khidma_projection::AgendaError;
use khidma_runtime::Tasks;

/// How long to wait after it failed: what is away then needs a while to come back.
const PAUSE: Duration = Duration::from_secs(10);

/// Work under way, by what it is for.
#[derive(Clone)]
pub(crate) struct Alone {
    tasks: Tasks,
    under_way: Arc<Mutex<HashSet<String>>>,
}

/// Work that is under way as long as this is held, however it ends.
struct Place(Alone, String);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.under_way().remove(&self.1);
    }
}

impl Alone {
    pub(crate) fn new(tasks: Tasks) -> Self {
        Self {
            tasks,
            under_way: Arc::default(),
        }
    }

    /// Begins `work` for `whom`, unless it is under way. Whether it came to its end, the rows tell: what it is for stands on
    /// the agenda until it has.
    pub(crate) fn begin<F>(&self, whom: &str, work: F)
    where
        F: Future<Output = Result<(), AgendaError>> + Send + 'static,
    {
        if !self.under_way().insert(whom.to_owned()) {
            return;
        }
        let place = Place(self.clone(), whom.to_owned());
        self.tasks.spawn(async move {
            if let Err(error) = work.await {
                tracing::warn!(%error, "what goes through all requests was not done; again later");
                let again = tokio::time::sleep(PAUSE);
                place.0.tasks.token().run_until_cancelled(again).await;
            }
        });
    }

    fn under_way(&self) -> MutexGuard<'_, HashSet<String>> {
        // Every change leaves the set whole, so a panic elsewhere while it was held does no harm.
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
