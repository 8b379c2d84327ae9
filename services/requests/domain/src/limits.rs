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
/// Watchers of a request with those of the requests that were merged into it.
pub const WATCHERS_MERGED: usize = 1_000;
/// Records of a history that one commit takes over.
pub const IMPORT_RECORDS: usize = 200;
/// Bytes after which a commit that takes over history ends with the record it is at.
pub const IMPORT_BYTES: usize = 256 << 10;
/// About how many bytes an event takes on the log besides its words.
pub const EVENT_BYTES: usize = 600;
/// Languages of an offering's texts.
pub const LANGUAGES: usize = 50;
/// Characters of a language tag (RFC 5646 §4.4.1 asks for at least 35).
pub const LANGUAGE: usize = 35;
/// Steps of an approval.
pub const APPROVAL_STEPS: usize = 10;
/// Approvers of a step.
pub const APPROVERS: usize = 20;
/// Tasks of a plan.
pub const TASKS: usize = 2_000;
/// Tasks that one task waits for.
pub const NEEDS: usize = 100;
/// People to whom one person's approvals are delegated at the same time.
pub const DELEGATES: usize = 20;
/// Days for which approvals are delegated at the longest.
pub const DELEGATION_DAYS: i64 = 366;
/// Requests that may stand above a request with a plan: a task's task's task's … task.
pub const DEPTH: u8 = 5;
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
