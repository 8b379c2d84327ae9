//! One POST to an address that a stranger gave us.
//!
//! What a browser or a general client would do for convenience is not here at all: no redirect is followed, no proxy is
//! taken from the environment, nothing that is answered is kept. Only the status counts, and when to come back.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower::ServiceBuilder;
use tower::util::BoxCloneSyncService;

use crate::config::PostConfig;
use crate::failed::{Failed, Fate, causes};
use crate::resolve::{Guarded, ResolveError};
use crate::tls;

/// Bytes of an answer's head, and of its body, that are read.
const ANSWER_BYTES: usize = 64 * 1024;
/// How long an answer's body is read, so that the connection can be used again; then it is closed.
const DRAIN: Duration = Duration::from_secs(1);
/// How long an unused connection stays open.
const IDLE: Duration = Duration::from_secs(30);
/// The longest time for which a receiver may ask to be left alone.
const LONGEST_REST: Duration = Duration::from_secs(24 * 3600);
/// How we call ourselves.
const AGENT: HeaderValue = HeaderValue::from_static("Khidma");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

type Connection = MaybeHttpsStream<TokioIo<TcpStream>>;
type Connector = BoxCloneSyncService<Uri, Connection, Box<dyn Error + Send + Sync>>;

/// Posts. Clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client<Connector, Full<Bytes>>,
    patience: Duration,
}

impl Http {
    pub(crate) fn new(config: &PostConfig, resolver: Guarded, tls: rustls::ClientConfig) -> Self {
        let mut http = HttpConnector::new_with_resolver(resolver);
        http.enforce_http(false);
        http.set_nodelay(true);
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let connect = Duration::from_secs(config.connect_timeout_seconds.into());
        let connector = ServiceBuilder::new().timeout(connect).service(https);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(config.idle_connections)
            .http1_max_buf_size(ANSWER_BYTES)
            .build(BoxCloneSyncService::new(connector));
        let patience = Duration::from_secs(config.timeout_seconds.into());
        Self { client, patience }
    }

    /// Posts JSON. The receiver took it if it says so with a status of the two hundreds; what it says besides is not
    /// looked at.
    ///
    /// # Errors
    /// It did not.
    pub(crate) async fn post(
        &self,
        to: Uri,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<(), Failed> {
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(USER_AGENT, AGENT);
        let mut request = Request::post(to).body(Full::new(body)).map_err(|error| {
            // The parts were checked before; what is left is our own mistake.
            Failed::never("rejected", format!("no request can be made of it: {error}"))
        })?;
        *request.headers_mut() = headers;
        // A receiver that trickles is cut off here as well as one that hangs.
        let answer = tokio::time::timeout(self.patience, self.client.request(request)).await;
        let answer = answer
            .map_err(|_| Failed::retry("timeout", "no answer in time"))?
            .map_err(|error| no_answer(&error))?;
        let (head, body) = answer.into_parts();
        // The status is known: nothing in the body changes it, not even that it never ends.
        let body = Limited::new(body, ANSWER_BYTES).collect();
        let _ = tokio::time::timeout(DRAIN, body).await;
        judge(head.status, &head.headers)
    }
}

/// What a status means for the delivery.
///
/// All but a few are worth another attempt, as Standard Webhooks has it: a 401, 403 or 404 comes as often of a receiver
/// that is being deployed or configured as of one that is no more, and the schedule ends within two days by itself.
fn judge(status: StatusCode, headers: &HeaderMap) -> Result<(), Failed> {
    if status.is_success() {
        return Ok(());
    }
    let failed = match status {
        StatusCode::GONE => Failed::of("gone", "the receiver wants no more messages", Fate::Gone),
        // The same message will not be smaller the next time.
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failed::never("too_large", "the message is larger than the receiver takes")
        }
        _ if status.is_redirection() => Failed::retry(
            "redirect",
            "the receiver is elsewhere: redirects are not followed",
        ),
        _ => {
            let after = rest(headers);
            let reason = format!("the receiver answered with {status}");
            Failed::of("status", reason, Fate::Retry { after })
        }
    };
    Err(failed.with_status(status.as_u16()))
}

/// How long the receiver wants to be left alone: seconds, or a date, which is compared with the receiver's own.
fn rest(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let wish = text(RETRY_AFTER)?.trim();
    let rest = match wish.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(wish).ok()?;
            let now = httpdate::parse_http_date(text(DATE)?).ok()?;
            until.duration_since(now).unwrap_or_default()
        }
    };
    Some(rest.min(LONGEST_REST))
}

/// Why there is no answer, in words that hold nothing of the address.
fn no_answer(error: &(dyn Error + 'static)) -> Failed {
    let nothing = || Failed::retry("connection", "the connection ended without an answer");
    causes(error).find_map(known).unwrap_or_else(nothing)
}

/// What an error means, if it is one that means something by itself.
fn known(error: &(dyn Error + 'static)) -> Option<Failed> {
    if let Some(error) = error.downcast_ref::<ResolveError>() {
        let code = match error {
            ResolveError::Forbidden(_) => "address_forbidden",
            ResolveError::Unknown(_) | ResolveError::Nowhere => "connection",
        };
        return Some(Failed::retry(code, error.to_string()));
    }
    if let Some(error) = error.downcast_ref() {
        return Some(Failed::retry("tls", tls::reason(error)));
    }
    if error.is::<tower::timeout::error::Elapsed>() {
        return Some(Failed::retry("timeout", "no connection in time"));
    }
    if error.downcast_ref().is_some_and(hyper::Error::is_parse) {
        let reason = "the answer is no HTTP, or its head is too large";
        return Some(Failed::retry("connection", reason));
    }
    let error = error.downcast_ref::<io::Error>()?;
    if error.kind() == io::ErrorKind::TimedOut {
        return Some(Failed::retry("timeout", "no connection in time"));
    }
    let is_plain = error.get_ref().is_none();
    is_plain.then(|| Failed::retry("connection", error.kind().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(status: u16, headers: &[(&'static str, &'static str)]) -> Option<Fate> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        let judged = judge(StatusCode::from_u16(status).unwrap(), &map);
        judged.err().map(|failed| {
            assert_eq!(failed.failure.status, Some(status));
            failed.fate
        })
    }

    #[test]
    fn a_status_decides_what_follows() {
        let retry = Some(Fate::Retry { after: None });
        for (status, expected) in [
            (200, None),
            (201, None),
            (204, None),
            (299, None),
            (301, retry),
            (304, retry),
            (308, retry),
            (400, retry),
            (401, retry),
            (404, retry),
            (408, retry),
            (410, Some(Fate::Gone)),
            (413, Some(Fate::Never)),
            (425, retry),
            (429, retry),
            (500, retry),
            (503, retry),
            (599, retry),
        ] {
            assert_eq!(fate(status, &[]), expected, "{status}");
        }
    }

    #[test]
    fn a_receiver_says_when_to_come_back() {
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        let after = |headers: &[(&'static str, &'static str)]| match fate(503, headers) {
            Some(Fate::Retry { after }) => after.map(|after| after.as_secs()),
            other => panic!("{other:?}"),
        };
        assert_eq!(after(&[("retry-after", "120")]), Some(120));
        assert_eq!(after(&[("retry-after", "0")]), Some(0));
        assert_eq!(after(&[("retry-after", "99999999999")]), Some(24 * 3600));
        assert_eq!(after(&[("retry-after", "soon")]), None);
        assert_eq!(after(&[("retry-after", "-1")]), None);
        let later = "Wed, 21 Oct 2026 07:30:00 GMT";
        assert_eq!(after(&[("retry-after", later), ("date", date)]), Some(120));
        assert_eq!(after(&[("retry-after", date), ("date", later)]), Some(0));
        assert_eq!(after(&[("retry-after", later)]), None);
    }
}
