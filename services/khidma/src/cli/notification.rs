//! `khidma notification`: what people are told, and what became of it.

use clap::{Args, Subcommand};
use khidma_kernel::Timestamp;
use khidma_proto::notifications::{Channel, DeliveryState, MessageKind};

use super::search::instant;
use super::{EndpointCommand, Page, PreferencesArgs, SilenceCommand};
use crate::words::parser;

/// `khidma notification`.
#[derive(Debug, Subcommand)]
pub enum NotificationCommand {
    /// What a message of a kind looks like, with made-up contents; asks no server
    Preview(PreviewArgs),
    /// Deliveries: each is one message to one receiver by one channel, the newest first
    Deliveries(DeliveriesArgs),
    /// One delivery, and, to its receiver, what it says
    #[command(after_help = "Example:\n  khidma notification delivery ID")]
    Delivery {
        /// Which
        id: String,
    },
    /// Try dead deliveries again, from the beginning of their retries
    Replay(ReplayArgs),
    /// Where messages are posted: webhooks and chats
    #[command(
        subcommand,
        after_help = "Example:\n  khidma notification endpoint list"
    )]
    Endpoint(EndpointCommand),
    /// What one wants to hear, and how
    Preferences(PreferencesArgs),
    /// Some messages are not sent for a while
    #[command(
        subcommand,
        after_help = "Example:\n  khidma notification silence begin --department it --until 2026-12-24 --reason 'The move'"
    )]
    Silence(SilenceCommand),
    /// Ladders that were begun: who was told, and whether somebody takes care of it
    Escalations(EscalationsArgs),
    /// Say that one takes care of an escalation: it goes no further up
    #[command(
        visible_alias = "ack",
        after_help = "Example:\n  khidma notification acknowledge ID --comment 'I call them now'"
    )]
    Acknowledge {
        /// Which escalation
        id: String,
        /// A word with it
        #[arg(long, default_value = "", hide_default_value = true)]
        comment: String,
    },
    /// Who would be told if a request's open clocks went on and nobody acknowledged
    #[command(after_help = "Example:\n  khidma notification preview-escalation REQUEST")]
    PreviewEscalation {
        /// The request
        request: String,
    },
    /// Say something to the members of departments, or to everybody
    Announce(AnnounceArgs),
    /// Remind a department's members of its standards, again and again
    StandardsReminder(ReminderArgs),
}

/// `khidma notification preview`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma notification preview breach --locale fa --time-zone Asia/Tehran
  khidma notification preview digest --locale ja --html > digest.html")]
pub struct PreviewArgs {
    /// Of which kind
    #[arg(value_parser = parser::<MessageKind>())]
    pub kind: MessageKind,
    /// In which language; another one than there are texts in falls back to English
    #[arg(long, alias = "language", value_name = "TAG", default_value = "en")]
    pub locale: String,
    /// In which time zone, such as Asia/Tehran [default: UTC, and the text says so]
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// The page of its e-mail
    #[arg(long)]
    pub html: bool,
}

/// `khidma notification deliveries`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma notification deliveries --state dead
  khidma notification deliveries --state retrying --channel webhook --endpoint ID
  khidma notification deliveries --person amina --all --json")]
pub struct DeliveriesArgs {
    /// Only what is doing so; may be given several times
    #[arg(long = "state", value_name = "STATE", value_parser = parser::<DeliveryState>())]
    pub states: Vec<DeliveryState>,
    /// Only by this channel
    #[arg(long, value_name = "CHANNEL", value_parser = parser::<Channel>())]
    pub channel: Option<Channel>,
    /// Only to this person
    #[arg(long, default_value = "", hide_default_value = true)]
    pub person: String,
    /// Only to this endpoint
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub endpoint: String,
    /// Only about this request
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub request: String,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// `khidma notification replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma notification replay ID ID
  khidma notification replay --endpoint ID")]
pub struct ReplayArgs {
    /// Which
    #[arg(value_name = "ID", required_unless_present_any = ["endpoint", "channel"])]
    pub ids: Vec<String>,
    /// All dead ones to this endpoint
    #[arg(long, value_name = "ID", conflicts_with = "ids")]
    pub endpoint: Option<String>,
    /// All dead ones by this channel
    #[arg(long, value_name = "CHANNEL", value_parser = parser::<Channel>(), conflicts_with = "ids")]
    pub channel: Option<Channel>,
}

/// `khidma notification escalations`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma notification escalations --open
  khidma notification escalations --request ID --json")]
pub struct EscalationsArgs {
    /// Only those that wait to be acknowledged
    #[arg(long)]
    pub open: bool,
    /// Only those of this request
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    pub request: String,
    /// Which page
    #[command(flatten)]
    pub page: Page,
}

/// `khidma notification announce`.
#[derive(Debug, Args)]
#[command(after_help = "\
Who reads none of its languages gets the first.

Examples:
  khidma notification announce it --title 'No VPN tonight' --text 'From 22:00 to 23:00.'
  khidma notification announce it --to hr --title 'No VPN' --text 'Tonight.' --also fa 'بدون VPN' 'امشب.'
  khidma notification announce company --title 'Leave the building' --text 'At once.' --urgent")]
pub struct AnnounceArgs {
    /// The department that says it
    pub department: String,
    /// To the members of this department; may be given several times [default: to everybody]
    #[arg(long = "to", value_name = "DEPARTMENT")]
    pub to: Vec<String>,
    /// In one line
    #[arg(long)]
    pub title: String,
    /// In full
    #[arg(long)]
    pub text: String,
    /// The language of these
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub language: String,
    /// In another language, too; may be given several times
    #[arg(long, num_args = 3, value_names = ["TAG", "TITLE", "TEXT"])]
    pub also: Vec<String>,
    /// It comes at any hour, and nobody can have muted it
    #[arg(long)]
    pub urgent: bool,
}

/// `khidma notification standards-reminder`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma notification standards-reminder it --every 30 --first 2026-12-01
  khidma notification standards-reminder it --never")]
pub struct ReminderArgs {
    /// The department
    pub department: String,
    /// Every so many days, at most 366
    #[arg(
        long,
        value_name = "DAYS",
        required_unless_present = "never",
        conflicts_with = "never"
    )]
    pub every: Option<u32>,
    /// Not any more
    #[arg(long)]
    pub never: bool,
    /// When for the first time [default: as many days from now]
    #[arg(long, value_name = "WHEN", value_parser = instant, conflicts_with = "never")]
    pub first: Option<Timestamp>,
}
