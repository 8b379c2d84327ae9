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
