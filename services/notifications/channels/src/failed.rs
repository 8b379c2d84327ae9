//! What comes of an attempt that did not reach its receiver.

use std::error::Error;
use std::io;
use std::time::Duration;

use khidma_events::notifications::Failure;

/// An attempt that did not reach its receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Why, as it is written down.
    pub failure: Failure,
    /// What is to follow.
    pub fate: Fate,
}

/// What is to follow a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Another attempt may succeed.
    Retry {
        /// The receiver wants to be left alone for so long, if it said so.
        after: Option<Duration>,
    },
    /// Another attempt would fail as this one did.
    Never,
    /// The receiver wants nothing any more, by HTTP 410.
    Gone,
}

impl Failed {
    /// It is worth another attempt.
    pub(crate) fn retry(code: &str, reason: impl Into<String>) -> Self {
        Self::of(code, reason, Fate::Retry { after: None })
    }

    /// It is not.
    pub(crate) fn never(code: &str, reason: impl Into<String>) -> Self {
        Self::of(code, reason, Fate::Never)
    }

    pub(crate) fn of(code: &str, reason: impl Into<String>, fate: Fate) -> Self {
        let failure = Failure {
            code: code.to_owned(),
            status: None,
            reason: reason.into(),
        };
        Self { failure, fate }
    }

    /// With the receiver's own number.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.failure.status = Some(status);
        self
    }
}

/// An error and what caused it, also through an error of input and output: what that wraps is not what it calls its source.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let next = |error: &&'a (dyn Error + 'static)| {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>() {
            Some(error) => Some(error.get_ref()? as &'a (dyn Error + 'static)),
            None => error.source(),
        }
    };
    std::iter::successors(Some(error), next)
}
