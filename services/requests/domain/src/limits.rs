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
/// Links that lead from a request.
pub const LINKS: usize = 50;
/// Attachments of a request that both sides see, and as many that only the provider sees.
pub const ATTACHMENTS: usize = 100;
/// Characters of an attachment's URI.
pub const URI: usize = 2_000;
/// Characters of an attachment's name.
pub const FILE_NAME: usize = 255;
/// Characters of an attachment's media type.
pub const MEDIA_TYPE: usize = 255;
/// Bytes of an attachment: what every JSON number holds exactly.
pub const FILE_SIZE: u64 = (1 << 53) - 1;
