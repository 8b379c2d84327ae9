//! Until when an answer is worth having: the caller's `grpc-timeout` or our own limit, whichever is sooner.
//!
//! The deadline is for the handler's answer. A stream, once it is open, may stay open.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use tokio::time::Instant;
use tonic::Code;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::status::refusal;

/// When the handler of a request has to have answered.
#[derive(Debug, Clone, Copy)]
struct Deadline(Instant);

/// How long the answer to `request` may still be waited for: for a view to reach `min_position`, say. Zero where its
/// time is up, or where it came by no server of ours.
pub fn deadline<T>(request: &tonic::Request<T>) -> Duration {
    let deadline = request.extensions().get::<Deadline>();
    deadline.map_or(Duration::ZERO, |deadline| {
        deadline.0.saturating_duration_since(Instant::now())
    })
}

/// Gives up handlers that take too long: DEADLINE_EXCEEDED.
#[derive(Clone, Copy)]
pub(super) struct DeadlineLayer {
    longest: Duration,
}

impl DeadlineLayer {
    pub(super) fn new(longest: Duration) -> Self {
        Self { longest }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> DeadlineService<S> {
        DeadlineService {
            inner,
            longest: self.longest,
        }
    }
}

#[derive(Clone)]
pub(super) struct DeadlineService<S> {
    inner: S,
    longest: Duration,
}

impl<S> Service<Request<Body>> for DeadlineService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let allowed =
            grpc_timeout(request.headers()).map_or(self.longest, |asked| asked.min(self.longest));
        let deadline = Instant::now() + allowed;
        request.extensions_mut().insert(Deadline(deadline));
        let answer = self.inner.call(request);
        Box::pin(async move {
            tokio::time::timeout_at(deadline, answer)
                .await
                .unwrap_or_else(|_| {
                    let message = format!(
                        "no answer within {allowed:?}; what was begun may still come to pass"
                    );
                    Ok(
                        refusal(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", None, message)
                            .into_http(),
                    )
                })
        })
    }
}

/// The caller's own patience: at most eight digits and a unit. Anything else counts as not said.
fn grpc_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Duration> {
        grpc_timeout(&HeaderMap::from_iter([(
            "grpc-timeout".parse().unwrap(),
            text.parse().unwrap(),
        )]))
    }

    #[test]
    fn a_timeout_is_read_in_every_unit() {
        assert_eq!(read("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(read("2M"), Some(Duration::from_secs(120)));
        assert_eq!(read("2S"), Some(Duration::from_secs(2)));
        assert_eq!(read("250m"), Some(Duration::from_millis(250)));
        assert_eq!(read("99999999u"), Some(Duration::from_micros(99_999_999)));
        assert_eq!(read("1n"), Some(Duration::from_nanos(1)));
    }

    #[test]
    fn what_is_no_timeout_counts_as_not_said() {
        for text in ["", "S", "5", "+5S", "-5S", "5 S", "5x", "123456789S"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_request_from_nowhere_has_no_time() {
        assert_eq!(deadline(&tonic::Request::new(())), Duration::ZERO);
    }
}
