//! One page of a list that stands under one prefix of keys.

use std::ops::Bound;

use khidma_edge::page::{PageToken, size};
use khidma_edge::query::{self, Stop};
use khidma_kernel::digest;
use khidma_projection::{Reader, Row, RowError};
use prost::Message;
use tonic::Status;

/// Bytes after which a page takes no further item: with the largest one, what clients take by default.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Which page of which list.
pub(super) struct Page {
    size: usize,
    query: u64,
    after: Option<Vec<u8>>,
}

/// What stands on a page.
pub(super) struct Listed<T> {
    /// The items.
    pub(super) items: Vec<T>,
    /// Where the next page begins; empty on the last one.
    pub(super) next_page_token: String,
}

impl Page {
    /// The page that `token` asks for. `filter` is the request without page size, token and position: a token goes on
    /// only with the list of the same name and the same filter.
    pub(super) fn of(
        list: &str,
        filter: &impl Message,
        page_size: i32,
        token: &str,
    ) -> Result<Self, Status> {
        let query = digest(&[list.as_bytes(), b"\0", &filter.encode_to_vec()].concat());
        Ok(Self {
            size: size(page_size)?,
            query,
            after: PageToken::decode(token, query)?,
        })
    }

    /// Reads it: what `show` makes of the rows under `prefix`, leaving out where it gives none. Looks at `scan_limit`
    /// rows at most, and takes [`PAGE_BYTES`] and one item at most; then the page is short, and the token goes on.
    pub(super) fn read<T: Message>(
        self,
        reader: &Reader,
        stop: &Stop,
        prefix: &[u8],
        scan_limit: usize,
        mut show: impl FnMut(&[u8], &Row) -> Result<Option<T>, RowError>,
    ) -> Result<Listed<T>, Status> {
        let (mut items, mut bytes) = (Vec::new(), 0);
        let mut last = Vec::new();
        let rows = stop.until_set(reader.scan(self.range(prefix)));
        for (seen, found) in rows.enumerate() {
            let (key, row) = found.map_err(query::unreadable)?;
            if items.len() == self.size || seen == scan_limit || bytes >= PAGE_BYTES {
                let next_page_token = PageToken::encode(self.query, &last);
                return Ok(Listed {
                    items,
                    next_page_token,
                });
            }
            let item = show(&key, &row).map_err(query::unreadable)?;
            bytes += item.as_ref().map_or(0, Message::encoded_len);
            items.extend(item);
            last = key;
        }
        Ok(Listed {
            items,
            next_page_token: String::new(),
        })
    }

    /// From the cursor, if it lies in the list at all, to the list's end.
    fn range(&self, prefix: &[u8]) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
        let mut end = prefix.to_vec();
        // Every prefix ends in `-` or a 0 byte, which have a successor.
        if let Some(last) = end.last_mut() {
            *last = last.saturating_add(1);
        }
        let start = match &self.after {
            Some(after) if after.starts_with(prefix) => Bound::Excluded(after.clone()),
            Some(_) | None => Bound::Included(prefix.to_vec()),
        };
        (start, Bound::Excluded(end))
    }
}
