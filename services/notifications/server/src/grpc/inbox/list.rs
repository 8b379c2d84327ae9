//! What is in an inbox, the newest first.

use std::ops::Bound;

use khidma_edge::page::{self, PageToken};
use khidma_edge::query::{Stop, unreadable};
use khidma_edge::server::deadline;
use khidma_edge::{identity, status};
use khidma_kernel::{PersonId, digest};
use khidma_projection::Reader;
use khidma_proto::notifications as pb;
use tonic::{Request, Status};

use super::show::Glasses;
use super::{InboxGrpc, whose};
use crate::keys;
use crate::views::InboxMark;

/// The most of a page.
const MOST: usize = 500;
/// Bytes after which a page ends, about: an answer has to fit a message.
const MOST_BYTES: usize = 2 << 20;
/// Characters of a language tag (RFC 5646 §4.4.1 asks for at least 35).
const LANGUAGE: usize = 35;

/// Which of it somebody asks for.
struct Wish {
    person: PersonId,
    unread_only: bool,
    archived_too: bool,
    language: String,
}

type Part = (Vec<pb::InboxMessage>, Option<Vec<u8>>);

impl InboxGrpc {
    pub(super) async fn list(
        &self,
        request: Request<pb::ListInboxRequest>,
    ) -> Result<pb::ListInboxResponse, Status> {
        let (caller, patience) = (identity::caller(&request)?, deadline(&request));
        let message = request.into_inner();
        let size = page::size(message.page_size)?.min(MOST);
        let wish = Wish {
            person: whose(&caller)?,
            unread_only: message.unread_only,
            archived_too: message.include_archived,
            language: tag(message.language)?,
        };
        // Another language is the same list, in other words.
        let query = format!(
            "inbox {} {} {}",
            wish.person, wish.unread_only, wish.archived_too
        );
        let query = digest(query.as_bytes());
        let before = PageToken::decode(&message.page_token, query)?;
        let limit = self.scan_limit;
        let scan =
            move |reader: &Reader, stop: &Stop| wish.part(reader, before, (limit, size), stop);
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((messages, next), position) = read.await?;
        Ok(pb::ListInboxResponse {
            messages,
            next_page_token: next
                .map(|next| PageToken::encode(query, &next))
                .unwrap_or_default(),
            position,
        })
    }
}

/// The language tag as it is; whether there are texts in it, or in one like it, is found out later.
fn tag(language: String) -> Result<String, Status> {
    let fits = language
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-');
    if fits && language.len() <= LANGUAGE {
        return Ok(language);
    }
    let message = "language is no language tag (BCP 47)";
    Err(status::invalid_field(
        "language",
        "INVALID_LANGUAGE",
        message,
    ))
}

impl Wish {
    /// Goes back in time from `before` on until a page is full or `limit` rows were looked at.
    fn part(
        &self,
        reader: &Reader,
        before: Option<Vec<u8>>,
        (limit, size): (usize, usize),
        stop: &Stop,
    ) -> Result<Part, Status> {
        let glasses = Glasses::of(reader, &self.person, &self.language)?;
        let begin = keys::inbox(&self.person);
        let end = [begin.as_slice(), &[u8::MAX; 9]].concat();
        // A token is no proof: what it says counts within this inbox only.
        let end = before
            .filter(|key| *key >= begin && *key < end)
            .unwrap_or(end);
        let range = (Bound::Included(begin), Bound::Excluded(end));
        let (mut shown, mut bytes) = (Vec::new(), 0);
        for (seen, row) in stop.until_set(reader.scan(range).rev()).enumerate() {
            let (key, row) = row.map_err(unreadable)?;
            let mark: InboxMark = row.decode().map_err(unreadable)?;
            if self.is_wanted(&mark)
                && let Some(message) = glasses.show(reader, mark.id)?
            {
                let letter = message.letter.as_ref();
                bytes += letter.map_or(0, |letter| letter.subject.len() + letter.text.len());
                shown.push(message);
            }
            if shown.len() == size || bytes >= MOST_BYTES || seen + 1 == limit {
                return Ok((shown, Some(key)));
            }
        }
        Ok((shown, None))
    }

    fn is_wanted(&self, mark: &InboxMark) -> bool {
        (self.archived_too || !mark.archived) && !(self.unread_only && mark.read)
    }
}
