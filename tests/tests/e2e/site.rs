//! Where processes run: their folders, the keys they believe, the people who call them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use khidma_edge::Config;
use khidma_edge::client::{Connection, Target, connect};
use khidma_edge::identity::LocalAuthority;
use khidma_eventlog::{EmbeddedLog, JetStreamConfig, JetStreamLog};
use khidma_kernel::Role;
use khidma_runtime::{Clock, Tasks};
use tempfile::TempDir;

use crate::process::{Process, Said};
use crate::{PATIENCE, binary, seed};

/// How long a token is good.
const HOUR: Duration = Duration::from_secs(3600);

/// Lets webhooks lead to receivers on this machine, which speak plain HTTP.
const POSTS: &str = "\
[services.notifications.posts]
allow_private = [\"127.0.0.0/8\"]
allow_http = true
";

/// A caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Who {
    pub person: &'static str,
    pub department: &'static str,
    pub roles: &'static [Role],
}

const fn who(person: &'static str, department: &'static str, roles: &'static [Role]) -> Who {
    Who {
        person,
        department,
        roles,
    }
}

/// Of HR: asks.
pub(crate) const AMINA: Who = who("amina", "hr", &[]);
/// Of IT: is asked.
pub(crate) const DANIEL: Who = who("daniel", "it", &[]);
/// Of IT too.
pub(crate) const SANA: Who = who("sana", "it", &[]);
/// Operates the servers.
pub(crate) const ADMIN: Who = who("admin", "company", &[Role::Admin]);

/// A machine, as far as Khidma sees one.
pub(crate) struct Site {
    folder: TempDir,
    /// Issues the tokens that every process here believes.
    pub authority: Arc<LocalAuthority>,
    /// The time.
    pub clock: Clock,
}

impl Site {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::in_folder(folder.path().join("up"));
        let authority = LocalAuthority::open_or_create(&config.identity_folder(), &config.identity);
        Self {
            folder,
            authority: Arc::new(authority.unwrap()),
            clock: Clock::system(),
        }
    }

    /// The data folder of the process `name`; that of `khidma up` is `up`.
    pub(crate) fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with these arguments in the data folder of `name`, out of reach of the variables of whoever runs the
    /// tests.
    pub(crate) fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary::khidma());
        command.env_clear().args(arguments);
        command.arg("--data").arg(self.data(name));
        command.env("KHIDMA_IDENTITY__JWKS_FILE", self.authority.jwks_file());
        command
    }

    /// Lets `command` post to receivers on this machine.
    pub(crate) fn may_post_here(&self, mut command: Command) -> Command {
        let config = self.data("posts.toml");
        std::fs::write(&config, POSTS).unwrap();
        command.env("KHIDMA_CONFIG", config);
        command
    }

    /// Starts the program in the data folder of `name`.
    pub(crate) fn start(&self, name: &str, arguments: &[&str]) -> Process {
        self.run(name, self.command(name, arguments))
    }

    /// Starts `command` in the data folder of `name`.
    pub(crate) fn run(&self, name: &str, command: Command) -> Process {
        Process::start(command, &self.folder.path().join(format!("{name}-output")))
    }

    /// Runs a command of the program to its end.
    pub(crate) async fn khidma(&self, arguments: &[&str]) -> Said {
        let mut command = self.command("up", arguments);
        command.env("KHIDMA_TOKEN", self.token(ADMIN));
        self.run("client", command).ended(PATIENCE).await
    }

    /// Every service in one process, on `log`.
    pub(crate) fn up(&self, log: &str) -> Process {
        self.start("up", &["up", "--listen", "127.0.0.1:0", "--log", log])
    }

    /// One service on the log at `url`, in the data folder of `name`.
    pub(crate) fn serve(&self, name: &str, service: &str, url: &str) -> Process {
        let arguments = ["serve", service, "--listen", "127.0.0.1:0", "--log", url];
        self.start(name, &arguments)
    }

    /// A token of theirs.
    pub(crate) fn token(&self, who: Who) -> String {
        let roles = who.roles.iter().copied().collect();
        let (person, department) = (who.person.parse().unwrap(), who.department.parse().unwrap());
        let now = self.clock.now();
        let issued = self
            .authority
            .issue(&person, &department, &roles, HOUR, now);
        issued.unwrap()
    }

    /// A connection of theirs.
    pub(crate) async fn connect(&self, address: &str, who: Who) -> Connection {
        let token = self.token(who);
        connect(&Target::new(address), Some(&token)).await.unwrap()
    }

    /// Writes the organisation to the embedded log of `khidma up`, which does not run.
    pub(crate) async fn seed_embedded(&self) {
        seed::organisation(&self.embedded_log(&Tasks::new())).await;
    }

    /// The embedded log of `khidma up`, which does not run.
    pub(crate) fn embedded_log(&self, tasks: &Tasks) -> EmbeddedLog {
        EmbeddedLog::open(&self.data("up").join("log"), tasks).unwrap()
    }
}

/// Writes the organisation to the log at `url`.
pub(crate) async fn seed_jetstream(url: &str) {
    let log = JetStreamLog::connect(JetStreamConfig::new(url), &Tasks::new()).await;
    seed::organisation(&log.unwrap()).await;
}

/// How many read models below `views` were found damaged and moved aside.
pub(crate) fn quarantined(views: &Path) -> usize {
    let entries = |folder: &Path| std::fs::read_dir(folder).unwrap().flatten();
    let models = entries(views).flat_map(|model| entries(&model.path()));
    let named = models.filter(|entry| entry.file_name().to_string_lossy().starts_with("damaged-"));
    named.count()
}
