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
/// People to whom one person's approvals are delegated at the same time.
pub const DELEGATES: usize = 20;
/// Days for which approvals are delegated at the longest.
pub const DELEGATION_DAYS: i64 = 366;
