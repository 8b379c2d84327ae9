//! Going through all requests: in pieces, away from the threads that answer calls, so that however many there are it takes
//! little memory and holds nobody up.

use std::ops::Bound;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use khidma_events::sla::EntityKind;
use khidma_projection::{AgendaError, Projection, Reader, RowError};
use khidma_runtime::Tasks;

use super::failed;
use crate::keys;
use crate::views::ClocksRow;

/// Requests that are looked at in one go.
const PIECE: usize = 2_000;
/// Requests for which something is done at the same time.
const AT_ONCE: usize = 64;

/// Calls `act` for every request for which `needs` says so; how many those were.
///
/// # Errors
/// A row cannot be read, or `act` failed. What was done until then stands.
pub(super) async fn sweep<N, A, F>(
    projection: &Projection,
    tasks: &Tasks,
    needs: N,
    act: A,
) -> Result<u64, AgendaError>
where
    N: Fn(&Reader, &str, ClocksRow) -> Result<bool, RowError> + Send + Sync + 'static,
    A: Fn(String) -> F,
    F: Future<Output = Result<bool, AgendaError>>,
{
    let needs = Arc::new(needs);
    let mut start = Bound::Included(keys::ALL.to_vec());
    let mut count = 0;
    loop {
        let (reader, needs) = (projection.reader(), needs.clone());
        let piece = tasks.spawn_blocking(move || piece(&reader, start, &*needs));
        let piece = piece.await.map_err(failed)?.map_err(failed)?;
        let acts = stream::iter(piece.requests).map(|request| {
            let acting = (!tasks.is_stopping()).then(|| act(request));
            async {
                match acting {
                    Some(acting) => acting.await,
                    None => Err(AgendaError::new("the process stops")),
                }
            }
        });
        let acted = acts
            .buffer_unordered(AT_ONCE)
            .try_fold(0, |sum, done| std::future::ready(Ok(sum + u64::from(done))));
        count += acted.await?;
        match piece.last {
            Some(last) => start = Bound::Excluded(last),
            None => return Ok(count),
        }
    }
}

/// The requests of a piece for which something is to be done.
struct Piece {
    requests: Vec<String>,
    /// Where it ended; `None` at the end of all.
    last: Option<Vec<u8>>,
}

fn piece(
    reader: &Reader,
    start: Bound<Vec<u8>>,
    needs: &impl Fn(&Reader, &str, ClocksRow) -> Result<bool, RowError>,
) -> Result<Piece, RowError> {
    let end = Bound::Excluded([keys::ALL, &[u8::MAX]].concat());
    let mut requests = Vec::new();
    for (seen, row) in reader.scan((start, end)).enumerate() {
        let (key, row) = row?;
        let entity = key.strip_prefix(keys::ALL).unwrap_or_default();
        let entity = std::str::from_utf8(entity).unwrap_or_default();
        // Policies and adoptions stand there too.
        if let Some(EntityKind::Clocks(_)) = EntityKind::of(entity)
            && needs(reader, entity, row.decode()?)?
        {
            requests.push(entity.to_owned());
        }
        if seen + 1 == PIECE {
            let last = Some(key);
            return Ok(Piece { requests, last });
        }
    }
    Ok(Piece {
        requests,
        last: None,
    })
}
