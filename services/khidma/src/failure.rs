//! What can go wrong on the command line, and the exit code for each kind.

use std::io;
use std::process::ExitCode;

use khidma_edge::config::ConfigError;
use khidma_edge::identity::AuthorityError;
use khidma_edge::status::ErrorReport;
use tonic::{Code, Status};

/// What a script may rely on. The same table is in `khidma --help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It was done.
    Ok = 0,
    /// A fault of ours, or something nobody foresaw.
    Internal = 1,
    /// The command line, a file it names or the configuration makes no sense.
    Usage = 2,
    /// A rule refused it.
    Refused = 3,
    /// There is no such thing, or the caller may not know of it.
    NotFound = 4,
    /// Who asks is not known, or may not do that.
    NotAllowed = 5,
    /// The server is not there, not ready, or did not answer in time. Trying again may help.
    Unavailable = 6,
    /// It is there already, or somebody else was first.
    Conflict = 7,
}

/// The table of exit codes, as `khidma --help` shows it.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a fault of ours, or something unforeseen
  2  the command line, a file or the configuration makes no sense
  3  refused by a rule
  4  not found
  5  not allowed, or not known who asks
  6  unavailable or out of time: trying again may help
  7  conflict: it exists already, or somebody else was first";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Code> for Exit {
    fn from(code: Code) -> Self {
        match code {
            Code::Ok => Self::Ok,
            Code::InvalidArgument
            | Code::FailedPrecondition
            | Code::OutOfRange
            | Code::ResourceExhausted => Self::Refused,
            Code::NotFound => Self::NotFound,
            Code::PermissionDenied | Code::Unauthenticated => Self::NotAllowed,
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => Self::Unavailable,
            Code::Aborted | Code::AlreadyExists => Self::Conflict,
            Code::Unknown | Code::Unimplemented | Code::Internal | Code::DataLoss => Self::Internal,
        }
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The server answered with a refusal, or could not be reached.
    #[error("{}", .0.message)]
    Refused(Box<ErrorReport>),
    /// The command line, a file or the configuration makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Something this machine has to give is not there (a port, a file, a key).
    #[error("{0}")]
    Local(String),
    /// The server is up, but says it is not ready; or an expected answer did not come.
    #[error("{0}")]
    NotReady(String),
    /// Standard output or error cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The exit code of this failure.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Refused(report) => report.code.into(),
            Self::Usage(_) => Exit::Usage,
            Self::NotReady(_) => Exit::Unavailable,
            // Whoever reads us has seen enough: `khidma events tail | head` ends well.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
            Self::Local(_) | Self::Output(_) => Exit::Internal,
        }
    }

    /// The server's refusal, where it is one.
    pub fn report(&self) -> Option<&ErrorReport> {
        match self {
            Self::Refused(report) => Some(report),
            Self::Usage(_) | Self::Local(_) | Self::NotReady(_) | Self::Output(_) => None,
        }
    }

    /// What the person at the keyboard may do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self.report()?.code {
            Code::Unavailable => {
                Some("is the server running? `khidma up` starts everything on this machine")
            }
            Code::DeadlineExceeded | Code::Cancelled => Some("give it longer with --timeout"),
            Code::Unauthenticated => Some(
                "say who asks: --token-file FILE, --token TOKEN, or --as PERSON@DEPARTMENT where the signing key is",
            ),
            Code::PermissionDenied => {
                Some("somebody else may do it: see --as and `khidma directory who-handles`")
            }
            Code::ResourceExhausted => Some("less at a time, or a little later"),
            _ => None,
        }
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(ErrorReport::from_status(&status)))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        Self::Local(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let closed = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(closed.exit(), Exit::Ok);
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.exit(), Exit::Internal);
    }

    #[test]
    fn the_help_lists_every_code() {
        let codes = [
            Exit::Ok,
            Exit::Internal,
            Exit::Usage,
            Exit::Refused,
            Exit::NotFound,
            Exit::NotAllowed,
            Exit::Unavailable,
            Exit::Conflict,
        ];
        for code in codes {
            assert!(
                EXIT_CODES.contains(&format!("\n  {}  ", code as u8)),
                "{code:?}"
            );
        }
    }
}
