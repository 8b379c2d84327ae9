//! Pages of a list, by the rules of AIP-158: an opaque token that goes on only with the query it came from.
//!
//! A token is checked against damage and mixing-up, not against forgery: whoever decodes a cursor must not take it for
//! more than a place to start from in what the caller may see anyway.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tonic::Status;

use crate::status::invalid_field;

/// The page size where the caller names none.
pub const DEFAULT_SIZE: usize = 50;
/// The largest page; who asks for more gets this.
pub const MAX_SIZE: usize = 1000;

/// What the first byte of a token says: how the rest is laid out.
const VERSION: u8 = 1;
/// Version, digest of the query, checksum.
const HEAD: usize = 1 + 8 + 4;

/// How many items a page has: `page_size` as asked, 0 for the default, at most [`MAX_SIZE`].
///
/// # Errors
/// INVALID_ARGUMENT for a negative size.
pub fn size(page_size: i32) -> Result<usize, Status> {
    match usize::try_from(page_size) {
        Ok(0) => Ok(DEFAULT_SIZE),
        Ok(size) => Ok(size.min(MAX_SIZE)),
        Err(_) => Err(invalid_field(
            "page_size",
            "NEGATIVE_PAGE_SIZE",
            "a page has no negative size",
        )),
    }
}

/// Writes and reads page tokens.
#[derive(Debug, Clone, Copy)]
pub struct PageToken;

impl PageToken {
    /// The token that goes on at `cursor` in the query with `query_digest` (see [`khidma_kernel::digest`]: over the
    /// filter and order, not over page size).
    pub fn encode(query_digest: u64, cursor: &[u8]) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&query_digest.to_be_bytes());
        bytes.extend_from_slice(&checksum(query_digest, cursor).to_be_bytes());
        bytes.extend_from_slice(cursor);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The token that goes on at `cursor`, as [`PageToken::encode`]; the empty one if there is nothing to go on to.
    pub fn next(query_digest: u64, cursor: Option<impl AsRef<[u8]>>) -> String {
        let token = cursor.map(|cursor| Self::encode(query_digest, cursor.as_ref()));
        token.unwrap_or_default()
    }

    /// The cursor in `token`; `None` for the empty token, which asks for the first page.
    ///
    /// # Errors
    /// INVALID_ARGUMENT: `MALFORMED_PAGE_TOKEN`, or `PAGE_TOKEN_MISMATCH` where it came from another query.
    pub fn decode(token: &str, query_digest: u64) -> Result<Option<Vec<u8>>, Status> {
        if token.is_empty() {
            return Ok(None);
        }
        let malformed = || {
            invalid_field(
                "page_token",
                "MALFORMED_PAGE_TOKEN",
                "this is no page token of ours",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| malformed())?;
        let (head, cursor) = bytes.split_at_checked(HEAD).ok_or_else(malformed)?;
        let (digest, sum) = read_head(head).ok_or_else(malformed)?;
        if sum != checksum(digest, cursor) {
            return Err(malformed());
        }
        if digest != query_digest {
            let message = "this page token belongs to a query with another filter or order";
            return Err(invalid_field("page_token", "PAGE_TOKEN_MISMATCH", message));
        }
        Ok(Some(cursor.to_vec()))
    }
}

fn checksum(query_digest: u64, cursor: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[VERSION]);
    hasher.update(&query_digest.to_be_bytes());
    hasher.update(cursor);
    hasher.finalize()
}

/// Digest and checksum of a token of our version.
fn read_head(head: &[u8]) -> Option<(u64, u32)> {
    let (version, rest) = head.split_first()?;
    let (digest, sum) = rest.split_first_chunk::<8>()?;
    (*version == VERSION).then_some((
        u64::from_be_bytes(*digest),
        u32::from_be_bytes(sum.try_into().ok()?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::ErrorReport;

    fn reason(token: &str, digest: u64) -> Option<String> {
        let status = PageToken::decode(token, digest).unwrap_err();
        let report = ErrorReport::from_status(&status);
        assert_eq!(report.violations[0].field, "page_token");
        report.reason
    }

    #[test]
    fn a_token_gives_its_cursor_back_to_its_own_query_only() {
        let token = PageToken::encode(7, b"cursor");
        assert_eq!(
            PageToken::decode(&token, 7).unwrap().as_deref(),
            Some(b"cursor".as_slice())
        );
        assert_eq!(reason(&token, 8).as_deref(), Some("PAGE_TOKEN_MISMATCH"));
    }

    #[test]
    fn the_empty_token_asks_for_the_first_page() {
        assert_eq!(PageToken::decode("", 7).unwrap(), None);
    }

    #[test]
    fn a_token_with_any_character_changed_is_refused() {
        let token = PageToken::encode(7, b"0123456789");
        for at in 0..token.len() {
            let mut broken = token.clone().into_bytes();
            broken[at] = if broken[at] == b'A' { b'B' } else { b'A' };
            let broken = String::from_utf8(broken).unwrap();
            assert_eq!(
                reason(&broken, 7).as_deref(),
                Some("MALFORMED_PAGE_TOKEN"),
                "{broken}"
            );
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["x", "not a token", "AAAA", "é", "AQAAAAAAAAAHAAAAAA=="] {
            assert_eq!(
                reason(text, 7).as_deref(),
                Some("MALFORMED_PAGE_TOKEN"),
                "{text}"
            );
        }
    }

    #[test]
    fn page_sizes_have_a_default_a_top_and_no_negatives() {
        assert_eq!(size(0).unwrap(), DEFAULT_SIZE);
        assert_eq!(size(7).unwrap(), 7);
        assert_eq!(size(i32::MAX).unwrap(), MAX_SIZE);
        let report = ErrorReport::from_status(&size(-1).unwrap_err());
        assert_eq!(report.reason.as_deref(), Some("NEGATIVE_PAGE_SIZE"));
    }
}
