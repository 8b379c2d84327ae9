//! How long and how many.

use khidma_kernel::{Date, Timestamp};

use crate::DirectoryRefusal;

/// Characters of a name.
pub const NAME: usize = 200;
/// Characters of a role's description.
pub const DESCRIPTION: usize = 20_000;
/// Topics of a department.
pub const TOPICS: usize = 200;
/// Characters of a topic.
pub const TOPIC: usize = 100;
/// Departments above one another.
pub const DEPTH: usize = 32;
/// Departments of a person.
pub const MEMBERSHIPS: usize = 20;
/// Languages of a profile.
pub const LANGUAGES: usize = 10;
/// Characters of a language tag (RFC 5646 §4.4.1 asks for at least 35).
pub const LANGUAGE: usize = 35;
/// Channels of a profile.
pub const CHANNELS: usize = 10;
/// Characters of an address on a channel.
pub const ADDRESS: usize = 500;
/// Holders of a role.
pub const HOLDERS: usize = 2_000;
/// What is said of what one person can do, by subject and source.
pub const SKILLS: usize = 500;
/// Skills that one training gives.
pub const GAINS: usize = 50;
/// Places of a training.
pub const PLACES: u32 = 10_000;
/// Days that a skill lasts: a hundred years.
pub const LASTS_DAYS: u32 = 36_500;
/// Characters of a reason.
pub const REASON: usize = 2_000;
/// Performance reviews of a person.
pub const REVIEWS: usize = 500;
/// Themes shared of a review.
pub const THEMES: usize = 10;
/// Characters of a theme.
pub const THEME: usize = 100;

/// A text that must say something, without control characters (line breaks and tabs aside), within `limit` characters.
pub(crate) fn required(
    field: &'static str,
    text: &str,
    limit: usize,
) -> Result<(), DirectoryRefusal> {
    if text.trim().is_empty() {
        return Err(DirectoryRefusal::Missing { field });
    }
    optional(field, text, limit)
}

/// A text without control characters (line breaks and tabs aside), within `limit` characters.
pub(crate) fn optional(
    field: &'static str,
    text: &str,
    limit: usize,
) -> Result<(), DirectoryRefusal> {
    if text.chars().count() > limit {
        return Err(DirectoryRefusal::TooLong { field, limit });
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(DirectoryRefusal::ControlCharacter { field });
    }
    Ok(())
}

/// At most `limit` items.
pub(crate) fn at_most(
    field: &'static str,
    count: usize,
    limit: usize,
) -> Result<(), DirectoryRefusal> {
    if count > limit {
        return Err(DirectoryRefusal::TooMany { field, limit });
    }
    Ok(())
}

/// A number within its bounds.
pub(crate) fn within(
    field: &'static str,
    number: u32,
    (least, most): (u32, u32),
) -> Result<(), DirectoryRefusal> {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(DirectoryRefusal::OutOfRange { field, least, most })
}

/// A day that has come, where it comes first: a day may begin up to 14 hours before it does in UTC.
pub(crate) fn not_in_future(
    field: &'static str,
    day: Date,
    now: Timestamp,
) -> Result<(), DirectoryRefusal> {
    if day <= Date::of(now.plus_seconds(14 * 60 * 60)) {
        return Ok(());
    }
    Err(DirectoryRefusal::DateInFuture { field })
}
