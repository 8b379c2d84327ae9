//! The program in a process of its own, that can be asked to stop, killed, and read.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use khidma_testkit::eventually;

use crate::PATIENCE;

/// Waits for the end of its own input, whose other end is held by the test, and kills the process then: when the test
/// dies, however it dies, the process dies too.
const KEEPER: &str = r#"read -r _; kill -9 "$0""#;

/// A running program. It dies with this value.
#[derive(Debug)]
pub(crate) struct Process {
    child: tokio::process::Child,
    keeper: Child,
    folder: PathBuf,
}

/// What a program that ended had said.
#[derive(Debug)]
pub(crate) struct Said {
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Process {
    /// Starts `command`; what it says goes to files in `folder`.
    pub(crate) fn start(mut command: Command, folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        command
            .stdin(Stdio::null())
            .stdout(File::create(folder.join("stdout")).unwrap())
            .stderr(File::create(folder.join("stderr")).unwrap());
        let mut command = tokio::process::Command::from(command);
        let child = command.kill_on_drop(true).spawn().unwrap();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, &child.id().unwrap().to_string()])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let folder = folder.to_owned();
        Self {
            child,
            keeper,
            folder,
        }
    }

    /// Waits until it says where it listens: `http://127.0.0.1:<port>`.
    pub(crate) async fn address(&mut self) -> String {
        self.says("the address", |stdout| {
            let (_, after) = stdout.split_once("http://")?;
            let (address, _) = after.split_once(char::is_whitespace)?;
            Some(format!("http://{address}"))
        })
        .await
    }

    /// Waits until `find` finds `what` in what it has said so far.
    pub(crate) async fn says<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        let mut found = None;
        let met = eventually(PATIENCE, || {
            found = find(&self.stdout());
            let ended = found.is_none() && self.child.try_wait().unwrap().is_some();
            assert!(!ended, "it ended before it said {what}: {}", self.stderr());
            std::future::ready(found.is_some())
        });
        let met = met.await;
        assert!(met, "it never said {what}:\n{}", self.stderr());
        found.unwrap()
    }

    /// Lets it run for `moment`; it may not end by itself meanwhile.
    pub(crate) async fn lives_for(&mut self, moment: Duration) {
        let ended = tokio::time::timeout(moment, self.child.wait()).await;
        assert!(ended.is_err(), "it ended by itself: {}", self.stderr());
    }

    /// Kills it with SIGKILL, and returns when it is gone.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop, with SIGTERM.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks it to stop and returns when it has; it has to end well.
    pub(crate) async fn stop(self) {
        self.terminate();
        let said = self.ended(PATIENCE).await;
        assert_eq!(said.exit, Some(0), "{}", said.stderr);
    }

    /// Waits for its end, at most for `patience`.
    pub(crate) async fn ended(mut self, patience: Duration) -> Said {
        let status = tokio::time::timeout(patience, self.child.wait()).await;
        let running = || panic!("it runs after {patience:?}: {}", self.stderr());
        let status: ExitStatus = status.unwrap_or_else(|_| running()).unwrap();
        Said {
            exit: status.code(),
            stdout: self.stdout(),
            stderr: self.stderr(),
        }
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it has said so far.
    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(self.folder.join("stdout")).unwrap()
    }

    /// What it has logged so far.
    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.folder.join("stderr")).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // First the keeper: it may not outlive the process, whose number may be another's then.
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
        let _ = self.child.start_kill();
    }
}
