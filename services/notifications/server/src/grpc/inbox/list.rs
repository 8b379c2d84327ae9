//! What is in an inbox, the newest first.

use khidma_edge::page::{self, PageToken};
use khidma_edge::part::{Part, Room, backwards, beginning};
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
        let room = Room::new(size, self.scan_limit).within(MOST_BYTES, size_of_letter);
        let scan = move |reader: &Reader, stop: &Stop| wish.part(reader, before, room, stop);
        let read = self
            .scans
            .read(&self.projection, message.min_position, patience, scan);
        let ((messages, next), position) = read.await?;
        Ok(pb::ListInboxResponse {
            messages,
            next_page_token: PageToken::next(query, next),
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

/// Bytes that a message takes in an answer, about: only letters are long.
fn size_of_letter(message: &pb::InboxMessage) -> usize {
    let letter = message.letter.as_ref();
    letter.map_or(0, |letter| letter.subject.len() + letter.text.len())
}

impl Wish {
    /// Goes back in time from `before` on.
    fn part(
        &self,
        reader: &Reader,
        before: Option<Vec<u8>>,
        room: Room<pb::InboxMessage>,
        stop: &Stop,
    ) -> Result<Part<pb::InboxMessage>, Status> {
        let glasses = Glasses::of(reader, &self.person, &self.language)?;
        let rows = backwards(reader, beginning(&keys::inbox(&self.person)), before);
        room.fill(rows, stop, |_, row| {
            let mark: InboxMark = row.decode().map_err(unreadable)?;
            match self.is_wanted(&mark) {
                true => glasses.show(reader, mark.id),
                false => Ok(None),
            }
        })
    }

    fn is_wanted(&self, mark: &InboxMark) -> bool {
        (self.archived_too || !mark.archived) && !(self.unread_only && mark.read)
    }
}
