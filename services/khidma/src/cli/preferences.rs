//! `khidma notification preferences` and `silence`: what one wants to hear, and what is not said for a while.

use clap::{Args, Subcommand};
use khidma_kernel::Timestamp;
use khidma_proto::notifications::{Channel, MessageKind};

use super::Page;
use super::search::instant;
use crate::words::parser;

/// `khidma notification preferences`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  khidma notification preferences
  khidma notification preferences set --mute progress")]
pub struct PreferencesArgs {
    /// What to do; without it, they are shown.
    #[command(subcommand)]
    pub command: Option<PreferencesCommand>,
}

/// What is done with preferences.
#[derive(Debug, Subcommand)]
pub enum PreferencesCommand {
    /// What was said, and what it comes to with the profile
    #[command(
        after_help = "Examples:\n  khidma notification preferences show\n  khidma notification preferences show --person amina"
    )]
    Show {
        /// Whose, where they are not one's own; for an admin
        #[arg(long, default_value = "", hide_default_value = true)]
        person: String,
    },
    /// Change some; the others stay
    Set(Box<SetPreferencesArgs>),
}

/// `khidma notification preferences set`.
#[derive(Debug, Args)]
#[command(after_help = "\
A kind that cannot be muted reaches the inbox at least.

Examples:
  khidma notification preferences set --kind progress --kind reply --channels inbox,email
  khidma notification preferences set --kind progress --in-digest --digest-at 08:00 --digest-zone Asia/Tehran
  khidma notification preferences set --mute progress --mute announcement
  khidma notification preferences set --kind progress --as-profile
  khidma notification preferences set --stand-in sol --until 2027-01-04")]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args([
    "kinds", "mute", "digest_at", "digest_zone", "digest_days", "quiet_even_if_urgent", "stand_in", "no_stand_in",
]))]
#[command(group = clap::ArgGroup::new("how").multiple(true).args([
    "channels", "in_digest", "at_once", "as_profile",
]))]
pub struct SetPreferencesArgs {
    /// Whose, where they are not one's own; for an admin
    #[arg(long, default_value = "", hide_default_value = true)]
    pub person: String,
    /// Which kind is wanted so; may be given several times
    #[arg(long = "kind", value_name = "KIND", value_parser = parser::<MessageKind>(), requires = "how")]
    pub kinds: Vec<MessageKind>,
    /// By these channels, with commas between
    #[arg(long, value_name = "CHANNELS", value_delimiter = ',', value_parser = parser::<Channel>(), requires = "kinds")]
    pub channels: Vec<Channel>,
    /// In the next digest, by all channels but the inbox
    #[arg(long, requires = "kinds")]
    pub in_digest: bool,
    /// At once, not in a digest
    #[arg(long, requires = "kinds", conflicts_with = "in_digest")]
    pub at_once: bool,
    /// As the profile says
    #[arg(long, requires = "kinds", conflicts_with_all = ["channels", "in_digest", "at_once"])]
    pub as_profile: bool,
    /// Not at all; may be given several times
    #[arg(long, value_name = "KIND", value_parser = parser::<MessageKind>())]
    pub mute: Vec<MessageKind>,
    /// When digests come
    #[arg(long, value_name = "HH:MM")]
    pub digest_at: Option<String>,
    /// In which time zone, such as Asia/Tehran
    #[arg(long, value_name = "ZONE")]
    pub digest_zone: Option<String>,
    /// On which days, with commas between: mon,wed,fri
    #[arg(long = "digest-on", value_name = "DAYS", value_delimiter = ',', value_parser = weekday)]
    pub digest_days: Vec<u32>,
    /// Whether urgent messages, too, wait until quiet hours end
    #[arg(long, value_name = "BOOL")]
    pub quiet_even_if_urgent: Option<bool>,
    /// Who hears one's messages, too, while one is away
    #[arg(long, value_name = "PERSON", requires = "until")]
    pub stand_in: Option<String>,
    /// Until when they do
    #[arg(long, value_name = "WHEN", value_parser = instant, requires = "stand_in")]
    pub until: Option<Timestamp>,
    /// Nobody does any more
    #[arg(long, conflicts_with = "stand_in")]
    pub no_stand_in: bool,
}

/// The days of the week as they are written, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// 1 for `mon` to 7 for `sun`.
fn weekday(text: &str) -> Result<u32, String> {
    let found = (1..).zip(WEEKDAYS).find(|(_, day)| *day == text);
    found
        .map(|(number, _)| number)
        .ok_or_else(|| format!("write {}", WEEKDAYS.join(", ")))
}

/// `khidma notification silence`.
#[derive(Debug, Subcommand)]
pub enum SilenceCommand {
    /// Begin one: what falls into it is not sent, later neither
    Begin(SilenceArgs),
    /// End one before its time
    #[command(after_help = "Example:\n  khidma notification silence end ID")]
    End {
        /// Which
        id: String,
    },
    /// Those that hold or will, and that one may end
    #[command(after_help = "Example:\n  khidma notification silence list")]
    List {
        /// Which page
        #[command(flatten)]
        page: Page,
    },
}

/// `khidma notification silence begin`.
#[derive(Debug, Args)]
#[command(after_help = "\
Silent are the messages of which all that is said here is true. What cannot be muted cannot be silenced either.

Examples:
  khidma notification silence begin --department it --kind warning --until 2026-12-24 --reason 'The move'
  khidma notification silence begin --request ID --until 2026-12-24T08:00:00Z --reason 'It is known'")]
#[command(group = clap::ArgGroup::new("scope").required(true).multiple(true).args([
    "kinds", "person", "department", "request",
]))]
pub struct SilenceArgs {
    /// Messages of this kind; may be given several times [default: of all that can be muted]
    #[arg(long = "kind", value_name = "KIND", value_parser = parser::<MessageKind>())]
    pub kinds: Vec<MessageKind>,
    /// To this person
    #[arg(long, default_value = "", hide_default_value = true)]
    pub person: String,
    /// About requests of which this department is the provider
    #[arg(long, default_value = "", hide_default_value = true)]
    pub department: String,
    /// About this request
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub request: String,
    /// From when on [default: now]
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub from: Option<Timestamp>,
    /// Until when, at most 30 days later
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    pub until: Timestamp,
    /// Why
    #[arg(long)]
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_week_are_numbered_from_monday() {
        assert_eq!(weekday("mon"), Ok(1));
        assert_eq!(weekday("sun"), Ok(7));
        assert!(weekday("monday").is_err());
    }
}
