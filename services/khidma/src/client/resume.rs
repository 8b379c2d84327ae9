//! Going on with a stream after its connection was lost.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tonic::Code;

use super::{FIRST_PAUSE, LONGEST_PAUSE, is_transient};
use crate::failure::Failure;

/// How often in a row a stream is opened again in vain: a server that stays away is given up after a minute or two.
const REOPENINGS: usize = 16;

/// Whether and when to open a stream again that can be resumed where it was.
#[derive(Debug)]
pub struct Resume {
    opened: bool,
    pauses: ExponentialBackoff,
}

impl Default for Resume {
    fn default() -> Self {
        Self {
            opened: false,
            pauses: pauses(),
        }
    }
}

impl Resume {
    /// The stream is open: should it end in a failure, its connection may have been lost.
    pub fn opened(&mut self) {
        self.opened = true;
        self.pauses = pauses();
    }

    /// Waits until the stream may be opened again, after it ended in `failure`.
    ///
    /// # Errors
    /// `failure`, where there is nothing to go on with: the stream was never open, the server refused it, or it has
    /// stayed away for too long.
    pub async fn after(&mut self, failure: Failure) -> Result<(), Failure> {
        tokio::time::sleep(self.pause(failure)?).await;
        Ok(())
    }

    fn pause(&mut self, failure: Failure) -> Result<Duration, Failure> {
        if !(self.opened && is_lost(&failure)) {
            return Err(failure);
        }
        let Some(pause) = self.pauses.next() else {
            return Err(failure);
        };
        let asked = failure.report().and_then(|report| report.retry_after);
        Ok(pause.max(asked.unwrap_or_default()).min(LONGEST_PAUSE))
    }
}

fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_max_times(REOPENINGS)
        .with_jitter()
        .build()
}

/// Whether it was the connection that failed: a server that is killed says nothing, and what the transport makes of
/// that has no reason.
fn is_lost(failure: &Failure) -> bool {
    is_transient(failure)
        || failure.report().is_some_and(|report| {
            report.reason.is_none()
                && matches!(
                    report.code,
                    Code::Unknown | Code::Internal | Code::Cancelled
                )
        })
}

#[cfg(test)]
mod tests {
    use tonic::Status;

    use super::*;

    fn lost() -> Failure {
        Status::unavailable("gone").into()
    }

    #[test]
    fn only_a_stream_that_was_open_and_lost_its_connection_goes_on() {
        let mut resume = Resume::default();
        assert!(resume.pause(lost()).is_err(), "it was never open");
        resume.opened();
        assert!(resume.pause(lost()).is_ok());
        let killed = Status::unknown("h2 protocol error: broken pipe");
        assert!(resume.pause(killed.into()).is_ok());
        let refused = khidma_edge::status::internal("c-1", "a fault");
        assert!(resume.pause(refused.into()).is_err());
        let usage = Failure::Usage("nonsense".to_owned());
        assert!(resume.pause(usage).is_err());
    }

    #[test]
    fn a_server_that_stays_away_is_given_up_and_one_that_comes_back_is_not() {
        let mut resume = Resume::default();
        resume.opened();
        let waited: Duration = (0..REOPENINGS).map(|_| resume.pause(lost()).unwrap()).sum();
        let [least, most] = [30, 120].map(Duration::from_secs);
        assert!((least..=most).contains(&waited), "{waited:?}");
        assert!(resume.pause(lost()).is_err());
        resume.opened();
        assert!(resume.pause(lost()).is_ok());
    }

    #[test]
    fn a_server_says_itself_when_to_come_back() {
        let mut resume = Resume::default();
        resume.opened();
        let asked = Duration::from_millis(700);
        let told = khidma_edge::status::unavailable("SERVER_STOPPING", asked, "later");
        assert_eq!(resume.pause(told.into()).unwrap(), asked);
    }
}
