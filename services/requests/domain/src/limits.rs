//! How long and how many.

/// Characters of a title.
pub const TITLE: usize = 200;
/// Characters of any other text.
pub const TEXT: usize = 20_000;
/// Characters of a tag.
pub const TAG: usize = 40;
/// Tags of a request.
pub const TAGS: usize = 20;
/// Watchers of a request.
pub const WATCHERS: usize = 100;
/// Records of a history that one commit takes over.
pub const IMPORT_RECORDS: usize = 200;
/// Bytes after which a commit that takes over history ends with the record it is at.
pub const IMPORT_BYTES: usize = 256 << 10;
/// About how many bytes an event takes on the log besides its words.
pub const EVENT_BYTES: usize = 600;
