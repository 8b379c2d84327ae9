//! How long and how many.

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
