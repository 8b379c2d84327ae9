//! From a request's rows to its document: what of it is searched.

use khidma_engine::entity_key;
use khidma_projection::{Reader, RowError};
use uuid::Uuid;

use super::facts;
use super::index::Document;
use crate::keys;
use crate::views::{Entry, RequestRow};

/// Bytes of a timeline that are searched, the newest: a life without end does not make each new word of it dearer.
const TIMELINE_BYTES: usize = 256 << 10;

/// The document of `request`; `None` if there is no such request.
pub(super) fn of(reader: &Reader, request: &str) -> Result<Option<Document>, RowError> {
    // Offerings and the like are no requests, and their rows are others.
    let Ok(id) = request.parse::<Uuid>() else {
        return Ok(None);
    };
    let row: Option<RequestRow> = reader.get(&entity_key(request))?;
    let Some(row) = row else {
        return Ok(None);
    };
    let Some(state) = &row.entity.state else {
        return Ok(None);
    };
    let mut document = Document {
        id,
        submitted: row.card.submitted,
        title: row.card.title.clone(),
        facts: facts::of(state, &row.card),
        ..Document::default()
    };
    let imported = state.imported.iter().map(|case| case.external_id.clone());
    let texts = [row.card.description.clone(), state.tags.join(" ")];
    document.public.extend(texts.into_iter().chain(imported));
    newest_first(reader, request, row, |entry| {
        match entry.internal {
            true => document.notes.push(entry.text),
            false => document.public.push(entry.text),
        }
        true
    })?;
    Ok(Some(document))
}

/// Hands the entries that have words and are searched to `take`, the newest first, until it wants no more.
pub(super) fn newest_first(
    reader: &Reader,
    request: &str,
    row: RequestRow,
    mut take: impl FnMut(Entry) -> bool,
) -> Result<(), RowError> {
    let mut bytes = 0;
    // What was asked for stands on the card.
    let mut all = |entries: Vec<Entry>| {
        let mut entries = entries.into_iter().rev();
        entries.all(|entry| {
            bytes += entry.text.len();
            bytes <= TIMELINE_BYTES
                && (entry.text.is_empty() || entry.kind == "submitted" || take(entry))
        })
    };
    if !all(row.recent) {
        return Ok(());
    }
    for page in (0..row.pages.len()).rev() {
        let entries: Option<Vec<Entry>> = reader.get(&keys::timeline_page(request, page))?;
        if !all(entries.unwrap_or_default()) {
            break;
        }
    }
    Ok(())
}
