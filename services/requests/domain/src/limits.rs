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
/// Tasks of a plan.
pub const TASKS: usize = 2_000;
/// Requests that may stand above a request with a plan: a task's task's task's … task.
pub const DEPTH: u8 = 5;
