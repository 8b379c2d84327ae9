//! Pages: what anybody may call by plain HTTP on the port of the gRPC server, a mail program for example.
//!
//! They stand outside of all that is made for gRPC: a page knows no identity, so it has to carry its own proof in its
//! address, and what is said here is said in HTTP. It is never traced, as its address may hold that proof. A few at once and
//! so many a second are answered, small bodies are read, and nothing is waited for long.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::{Either, FutureExt};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use http_body_util::{BodyExt, Limited};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tonic::body::Body;
use tower::{Layer, Service};

/// Bytes of a body that is read at the most, unless a page has forms with more in them.
pub(super) const MOST_BYTES: usize = 8 << 10;
/// How long an answer may take, the caller's body included.
const LONGEST: Duration = Duration::from_secs(10);
/// Calls of one page that are under way at once.
const AT_ONCE: usize = 32;
/// Calls of one page that are answered in a second.
const A_SECOND: f64 = 50.0;
/// Calls of one page that are answered at once after a quiet time.
const BURST: f64 = 200.0;
/// When to come back after too many calls, in seconds.
const COME_BACK: &str = "1";

/// What every page says of itself: nobody keeps it, frames it, or learns its address.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
];

/// A call of a page.
#[derive(Debug, Clone)]
pub struct Visit {
    /// How it is called.
    pub method: Method,
    /// What stands behind the page's own path in the address, before any `?`.
    pub rest: String,
    /// What was sent with it.
    pub body: Vec<u8>,
}

type Answering = Pin<Box<dyn Future<Output = Response<String>> + Send>>;

/// A page at one path, or at all paths below one that ends with a slash.
#[derive(Clone)]
pub(super) struct Page {
    path: &'static str,
    most_bytes: usize,
    answer: Arc<dyn Fn(Visit) -> Answering + Send + Sync>,
    room: Arc<Semaphore>,
    pace: Arc<Mutex<Pace>>,
}

impl Page {
    pub(super) fn new<F, R>(path: &'static str, most_bytes: usize, answer: F) -> Self
    where
        F: Fn(Visit) -> R + Send + Sync + 'static,
        R: Future<Output = Response<String>> + Send + 'static,
    {
        Self {
            path,
            most_bytes,
            answer: Arc::new(move |visit| Box::pin(answer(visit))),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            pace: Arc::new(Mutex::new(Pace::new(Instant::now()))),
        }
    }

    /// What stands behind the page's path, if `path` leads to it.
    fn rest<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.path)?;
        (rest.is_empty() || self.path.ends_with('/')).then_some(rest)
    }

    async fn visit(self, request: Request<Body>) -> Response<Body> {
        let answer = tokio::time::timeout(LONGEST, self.answer(request)).await;
        let mut answer = answer.unwrap_or_else(|_| plain(StatusCode::REQUEST_TIMEOUT));
        for (name, value) in HEADERS {
            let value = HeaderValue::from_static(value);
            answer.headers_mut().entry(name).or_insert(value);
        }
        answer.map(Body::new)
    }

    async fn answer(&self, request: Request<Body>) -> Response<String> {
        let in_pace = {
            let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
            pace.take(Instant::now())
        };
        let (Ok(_place), true) = (self.room.try_acquire(), in_pace) else {
            let mut busy = plain(StatusCode::TOO_MANY_REQUESTS);
            let later = HeaderValue::from_static(COME_BACK);
            busy.headers_mut().insert(header::RETRY_AFTER, later);
            return busy;
        };
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, self.most_bytes).collect().await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE);
        };
        let visit = Visit {
            method: head.method,
            rest: self.rest(head.uri.path()).unwrap_or_default().to_owned(),
            body: body.to_bytes().to_vec(),
        };
        (self.answer)(visit).await
    }
}

/// How many calls may still be answered: so many a second, some more after a quiet time.
struct Pace {
    left: f64,
    at: Instant,
}

impl Pace {
    fn new(at: Instant) -> Self {
        Self { left: BURST, at }
    }

    /// Whether one more may be answered.
    fn take(&mut self, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + since * A_SECOND).min(BURST);
        let there = self.left >= 1.0;
        if there {
            self.left -= 1.0;
        }
        there
    }
}

/// An answer that only says its status, in words.
pub fn plain(status: StatusCode) -> Response<String> {
    let mut answer = Response::new(format!(
        "{}\n",
        status.canonical_reason().unwrap_or_default()
    ));
    *answer.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, text);
    answer
}

/// Answers calls of pages, before anything else sees them.
#[derive(Clone)]
pub(super) struct PagesLayer(Arc<[Page]>);

impl PagesLayer {
    pub(super) fn new(pages: Vec<Page>) -> Self {
        Self(pages.into())
    }
}

impl<S> Layer<S> for PagesLayer {
    type Service = PagesService<S>;

    fn layer(&self, inner: S) -> PagesService<S> {
        PagesService {
            inner,
            pages: self.0.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct PagesService<S> {
    inner: S,
    pages: Arc<[Page]>,
}

type Answered = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl<S> Service<Request<Body>> for PagesService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<S::Future, Answered>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        if let Some(page) = self.pages.iter().find(|page| page.rest(path).is_some()) {
            return Either::Right(page.clone().visit(request).map(Ok).boxed());
        }
        // gRPC is spoken over HTTP/2 only; what comes by an older one looks for a page that is not there.
        if request.version() < Version::HTTP_2 {
            let answer = plain(StatusCode::NOT_FOUND).map(Body::new);
            return Either::Right(std::future::ready(Ok(answer)).boxed());
        }
        Either::Left(self.inner.call(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_burst_so_many_a_second_are_answered() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        let answered = |pace: &mut Pace, at| (0..1000).filter(|_| pace.take(at)).count();
        assert_eq!(answered(&mut pace, begin), 200);
        let second = begin + Duration::from_secs(1);
        assert_eq!(answered(&mut pace, second), 50);
        assert_eq!(answered(&mut pace, second + Duration::from_secs(3600)), 200);
    }
}
