//! A server in this process, and the program run against it.

use std::process::Stdio;
use std::time::Duration;

use khidma::cli::ServiceName;
use khidma::host::Host;
use khidma_edge::Config;
use khidma_edge::identity::LocalAuthority;
use khidma_edge::telemetry::Signals;
use khidma_runtime::Clock;
use tempfile::TempDir;
use tokio::process::Command;

/// How long a command may take before the test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with every service, on the embedded log.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) folder: TempDir,
    _host: Host,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// Standard output as one JSON document.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error on standard error as JSON.
    pub(crate) fn error(&self) -> serde_json::Value {
        let value: serde_json::Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        value["error"].clone()
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::configured(|_| {}).await
    }

    /// One that is configured as `change` leaves it.
    pub(crate) async fn configured(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::in_folder(folder.path());
        config.listen = "127.0.0.1:0".parse().unwrap();
        change(&mut config);
        LocalAuthority::open_or_create(&config.identity_folder(), &config.identity).unwrap();
        let host = Host::start(config, &ServiceName::ALL, Clock::system(), Signals::none())
            .await
            .unwrap();
        Self {
            address: format!("http://{}", host.address()),
            folder,
            _host: host,
        }
    }

    /// The program with a command line, against this server and in its folder.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = program(line);
        command
            .env("KHIDMA_SERVER", &self.address)
            .env("KHIDMA_DATA", self.folder.path());
        command
    }

    /// What the program says to a command line.
    pub(crate) async fn khidma(&self, line: &str) -> Said {
        run(self.command(line)).await
    }

    /// As [`Server::khidma`], where it has to succeed.
    pub(crate) async fn done(&self, line: &str) -> Said {
        let said = self.khidma(line).await;
        assert_eq!(said.exit, 0, "{line}: {said:?}");
        said
    }
}

/// The program with a command line as a shell reads it, out of reach of the variables of whoever runs the tests; it
/// dies with the test.
pub(crate) fn program(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_khidma"));
    command
        .env_clear()
        .args(words(line))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Runs a command to its end.
pub(crate) async fn run(mut command: Command) -> Said {
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = output
        .expect("the command ends")
        .expect("the command starts");
    Said {
        exit: output.status.code().expect("the command is not killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The words of a shell line up to a comment, a pipe or the next command; quotes as in the examples.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for character in line.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            other => word.push(other),
        }
    }
    words.push(word);
    let ends = |word: &String| ["#", "|", "&&", ">", "<"].contains(&word.as_str());
    words
        .into_iter()
        .take_while(|word| !ends(word))
        .filter(|word| !word.is_empty())
        .collect()
}
