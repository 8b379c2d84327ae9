//! Running other programs: always from the root of the workspace, always with a failure that says what was run.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Why a chore could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The program is not there, or the system would not start it.
    #[error("cannot start `{line}`: {source}")]
    Start {
        /// The command line.
        line: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ran and failed.
    #[error("`{line}` failed ({status})")]
    Status {
        /// The command line.
        line: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something is not as it has to be.
    #[error("{0}")]
    Wrong(String),
}

impl Failure {
    /// A failure to read or write `path`.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// A program and its arguments, not yet run.
pub(crate) struct Invocation(Command);

impl Invocation {
    /// `program`, to be run in the root of the workspace, reading nothing.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root()).stdin(Stdio::null());
        Self(command)
    }

    /// The cargo of the toolchain in use.
    pub(crate) fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Self {
        Self::new("cargo").args(args)
    }

    /// One more argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.0.arg(arg);
        self
    }

    /// More arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.0.args(args);
        self
    }

    /// A variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs it, its output going where ours goes.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        let status = self.0.status().map_err(|source| self.start(source))?;
        self.ended(status)
    }

    /// Runs it and gives back what it printed.
    pub(crate) fn output(mut self) -> Result<String, Failure> {
        let output = self
            .0
            .stderr(Stdio::inherit())
            .output()
            .map_err(|source| self.start(source))?;
        self.ended(output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Whether it can be run at all and succeeds; what it prints is of no interest.
    pub(crate) fn succeeds(mut self) -> bool {
        self.0
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    fn start(&self, source: io::Error) -> Failure {
        Failure::Start {
            line: self.line(),
            source,
        }
    }

    fn ended(&self, status: ExitStatus) -> Result<(), Failure> {
        if status.success() {
            Ok(())
        } else {
            Err(Failure::Status {
                line: self.line(),
                status,
            })
        }
    }

    /// The command line as one would type it in the root, near enough.
    fn line(&self) -> String {
        let words = std::iter::once(self.0.get_program()).chain(self.0.get_args());
        let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
        words
            .join(" ")
            .replace(&format!("{}/", root().display()), "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_fails_the_chore_and_is_named() {
        let failure = Invocation::cargo(["no-such-subcommand"]).run().unwrap_err();
        assert!(
            failure
                .to_string()
                .contains("`cargo no-such-subcommand` failed"),
            "{failure}"
        );
    }

    #[test]
    fn a_missing_program_is_told_apart_from_a_failing_one() {
        let failure = Invocation::new("no-such-program").output().unwrap_err();
        assert!(matches!(failure, Failure::Start { .. }), "{failure}");
        assert!(!Invocation::new("no-such-program").succeeds());
    }

    #[test]
    fn the_root_is_where_the_workspace_is() {
        assert!(root().join("Cargo.lock").is_file());
    }
}
