//! Commands of who runs a server.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;
use khidma_kernel::{DepartmentId, PersonId};

/// `khidma up`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma up                                   # the embedded log, in ./data
  khidma up --demo                            # and play the story of a new employee
  khidma up --log nats://127.0.0.1:4222       # the log on NATS JetStream
  khidma up --listen 127.0.0.1:0              # a free port")]
pub struct UpArgs {
    /// Play the story of a new employee against itself, then stay up
    #[arg(long)]
    pub demo: bool,
    /// Where to listen, instead of the configuration's address
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The event log: `embedded` or nats://HOST:PORT, instead of the configuration's
    #[arg(long, value_name = "LOG")]
    pub log: Option<String>,
}

/// `khidma serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma serve directory --log nats://127.0.0.1:4222 --listen 127.0.0.1:7401
  khidma serve requests --log nats://127.0.0.1:4222 --listen 127.0.0.1:7402
  khidma serve sla --log nats://127.0.0.1:4222 --listen 127.0.0.1:7403
  khidma serve notifications --log nats://127.0.0.1:4222 --listen 127.0.0.1:7404
  khidma serve feeds --log nats://127.0.0.1:4222 --listen 127.0.0.1:7405
  khidma serve feedback --log nats://127.0.0.1:4222 --listen 127.0.0.1:7406")]
pub struct ServeArgs {
    /// Which service
    pub service: ServiceName,
    /// Where to listen, instead of the configuration's address
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The event log: nats://HOST:PORT, instead of the configuration's
    #[arg(long, value_name = "LOG")]
    pub log: Option<String>,
}

/// A service of Khidma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServiceName {
    /// Who is who and who does what
    Directory,
    /// Asking a department for something
    Requests,
    /// Promises, and whether they were kept
    Sla,
    /// The right word, to the right one, in time
    Notifications,
    /// What affects a department, for those who subscribe
    Feeds,
    /// Heard, kept safe, acted on in sight
    Feedback,
}

impl ServiceName {
    /// Every service.
    pub const ALL: [Self; 6] = [
        Self::Directory,
        Self::Requests,
        Self::Sla,
        Self::Notifications,
        Self::Feeds,
        Self::Feedback,
    ];

    /// Its name, as in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Requests => "requests",
            Self::Sla => "sla",
            Self::Notifications => "notifications",
            Self::Feeds => "feeds",
            Self::Feedback => "feedback",
        }
    }
}

/// `khidma token`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  khidma token --person amina --department hr --role manager --ttl 8h > amina.token")]
pub struct TokenArgs {
    /// Whom the token names
    #[arg(long, value_name = "PERSON")]
    pub person: PersonId,
    /// Their department
    #[arg(long, value_name = "DEPARTMENT")]
    pub department: DepartmentId,
    /// What else they are allowed; may be given several times
    #[arg(long, value_name = "ROLE", value_parser = ["manager", "admin", "import", "feed"])]
    pub role: Vec<String>,
    /// How long it is good
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = super::duration)]
    pub ttl: Duration,
}

/// `khidma rebuild`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  khidma rebuild requests")]
pub struct RebuildArgs {
    /// The read model's name; without one, the read models there are
    pub name: Option<String>,
}

/// `khidma events`.
#[derive(Debug, Subcommand)]
pub enum EventsCommand {
    /// Follow the event log
    Tail(TailArgs),
}

/// `khidma events tail`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  khidma events tail                          # everything, then what comes
  khidma events tail --from-now --json        # only what comes, one CloudEvent a line
  khidma events tail --after 120 --no-follow  # what is there after position 120")]
pub struct TailArgs {
    /// Only what comes after this position
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    pub after: u64,
    /// Only what comes from now on
    #[arg(long, conflicts_with_all = ["after", "no_follow"])]
    pub from_now: bool,
    /// End at the present end of the log
    #[arg(long)]
    pub no_follow: bool,
}

/// `khidma completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  khidma completions bash > ~/.local/share/bash-completion/completions/khidma"
)]
pub struct CompletionsArgs {
    /// For which shell
    pub shell: Shell,
}
