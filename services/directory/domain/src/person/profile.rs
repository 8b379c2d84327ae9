//! Whether a profile can be one. Addresses are personal: no message repeats one.

use std::collections::BTreeSet;

use khidma_calendar::{LocalTime, time_zone};
use khidma_events::directory::{ChannelKind, ContactChannel, Profile, QuietHours};
use oxilangtag::LanguageTag;

use crate::DirectoryRefusal as Refusal;
use crate::limits::{self, at_most};

pub(super) fn check(profile: &Profile) -> Result<(), Refusal> {
    languages(&profile.languages)?;
    at_most("profile.channels", profile.channels.len(), limits::CHANNELS)?;
    profile.channels.iter().try_for_each(channel)?;
    let each: BTreeSet<_> = profile
        .channels
        .iter()
        .map(|one| (one.kind, &one.address))
        .collect();
    if each.len() < profile.channels.len() {
        return Err(Refusal::Duplicate {
            field: "profile.channels",
        });
    }
    profile.quiet_hours.as_ref().map_or(Ok(()), quiet_hours)
}

fn languages(tags: &[String]) -> Result<(), Refusal> {
    at_most("profile.languages", tags.len(), limits::LANGUAGES)?;
    let fits =
        |tag: &String| tag.len() <= limits::LANGUAGE && LanguageTag::parse(tag.as_str()).is_ok();
    if !tags.iter().all(fits) {
        return Err(Refusal::InvalidLanguage);
    }
    let each: BTreeSet<String> = tags.iter().map(|tag| tag.to_ascii_lowercase()).collect();
    if each.len() < tags.len() {
        return Err(Refusal::Duplicate {
            field: "profile.languages",
        });
    }
    Ok(())
}

fn quiet_hours(hours: &QuietHours) -> Result<(), Refusal> {
    if time_zone(&hours.time_zone).is_none() {
        return Err(Refusal::InvalidTimeZone);
    }
    let (start, end) = ("profile.quiet_hours.start", "profile.quiet_hours.end");
    if minute(start, &hours.start)? == minute(end, &hours.end)? {
        return Err(Refusal::InvalidTime { field: end });
    }
    Ok(())
}

/// A time of day without seconds.
fn minute(field: &'static str, text: &str) -> Result<LocalTime, Refusal> {
    let time = text.parse().ok().filter(|_| text.len() == "HH:MM".len());
    time.ok_or(Refusal::InvalidTime { field })
}

/// Only what surely is none is refused: whether an address is reached, its first message shows.
fn channel(channel: &ContactChannel) -> Result<(), Refusal> {
    let address = channel.address.as_str();
    let (plausible, rule) = match channel.kind {
        ChannelKind::Inbox => (address.is_empty(), "the inbox has no address"),
        ChannelKind::Email => (is_email(address), "an e-mail address is written name@host"),
        ChannelKind::Phone => (
            is_phone(address),
            "a telephone number has 3 to 20 digits and may begin with +",
        ),
        ChannelKind::Chat => (is_word(address), "a chat address is one word"),
        ChannelKind::Webhook => (
            is_https(address),
            "a webhook is an https URL without a password in it",
        ),
    };
    let fits = address.chars().count() <= limits::ADDRESS;
    if plausible && fits {
        Ok(())
    } else {
        Err(Refusal::InvalidAddress { rule })
    }
}

/// Something, without spaces and control characters.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (name, host, more) = (parts.next(), parts.next(), parts.next());
    is_word(text) && name != Some("") && host.is_some_and(|host| !host.is_empty()) && more.is_none()
}

fn is_phone(text: &str) -> bool {
    let number = text.strip_prefix('+').unwrap_or(text);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && number
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')'))
}

fn is_https(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_word(text)
        && !authority.contains('@')
        && !authority.is_empty()
        && !authority.starts_with(':')
}

#[cfg(test)]
mod tests;
