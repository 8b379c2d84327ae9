//! The options of every command.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use uuid::Uuid;

use super::{Persona, duration};

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Options {
    /// The server to ask
    #[arg(
        long,
        global = true,
        env = "KHIDMA_SERVER",
        hide_env_values = true,
        value_name = "URL",
        default_value = "http://127.0.0.1:7400"
    )]
    pub server: String,
    /// The directory's server, where it is another one
    #[arg(
        long,
        global = true,
        env = "KHIDMA_DIRECTORY_SERVER",
        hide_env_values = true,
        value_name = "URL"
    )]
    #[arg(hide_short_help = true)]
    pub directory_server: Option<String>,
    /// The requests' server, where it is another one
    #[arg(
        long,
        global = true,
        env = "KHIDMA_REQUESTS_SERVER",
        hide_env_values = true,
        value_name = "URL"
    )]
    #[arg(hide_short_help = true)]
    pub requests_server: Option<String>,
    /// The service levels' server, where it is another one
    #[arg(
        long,
        global = true,
        env = "KHIDMA_SLA_SERVER",
        hide_env_values = true,
        value_name = "URL"
    )]
    #[arg(hide_short_help = true)]
    pub sla_server: Option<String>,
    /// The notifications' server, where it is another one
    #[arg(
        long,
        global = true,
        env = "KHIDMA_NOTIFICATIONS_SERVER",
        hide_env_values = true,
        value_name = "URL"
    )]
    #[arg(hide_short_help = true)]
    pub notifications_server: Option<String>,
    /// The feeds' server, where it is another one
    #[arg(
        long,
        global = true,
        env = "KHIDMA_FEEDS_SERVER",
        hide_env_values = true,
        value_name = "URL"
    )]
    #[arg(hide_short_help = true)]
    pub feeds_server: Option<String>,
    /// The feedback's server, where it is another one
    #[arg(
        long,
        global = true,
        env = "KHIDMA_FEEDBACK_SERVER",
        hide_env_values = true,
        value_name = "URL"
    )]
    #[arg(hide_short_help = true)]
    pub feedback_server: Option<String>,
    /// File with the token that says who asks [default: identity/token in the data folder]
    #[arg(
        long,
        global = true,
        env = "KHIDMA_TOKEN_FILE",
        hide_env_values = true,
        value_name = "FILE"
    )]
    #[arg(hide_short_help = true)]
    pub token_file: Option<PathBuf>,
    /// The token itself
    #[arg(
        long,
        global = true,
        env = "KHIDMA_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN",
        hide_env_values = true
    )]
    #[arg(conflicts_with = "token_file")]
    pub token: Option<String>,
    /// Ask as PERSON[@DEPARTMENT[:ROLE,…]], by a token issued on the spot where the signing key is
    #[arg(long = "as", global = true, value_name = "WHO")]
    pub on_behalf: Option<Persona>,
    /// Answer in JSON: one document, or one a line for what goes on
    #[arg(long, global = true)]
    pub json: bool,
    /// How long to wait for an answer, such as 10s or 2m
    #[arg(long, global = true, value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub timeout: Duration,
    /// Idempotency key: the same key again gives the first answer again [default: a new one]
    #[arg(long, global = true, value_name = "UUID")]
    #[arg(hide_short_help = true)]
    pub request_id: Option<Uuid>,
    /// Configuration file
    #[arg(
        long,
        global = true,
        env = "KHIDMA_CONFIG",
        hide_env_values = true,
        value_name = "FILE"
    )]
    #[arg(hide_short_help = true)]
    pub config: Option<PathBuf>,
    /// Folder for all that is kept, instead of the configuration's
    #[arg(long, global = true, value_name = "DIR")]
    #[arg(hide_short_help = true)]
    pub data: Option<PathBuf>,
}
