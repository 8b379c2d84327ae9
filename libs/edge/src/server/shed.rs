//! Refuses calls beyond those that one connection may have worked on at once.
//!
//! tonic's own limit sheds too, but outside of every layer and with a bare status: callers would not learn the reason,
//! nor when to come back.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use http::{Request, Response};
use tonic::body::Body;
use tonic::transport::server::TcpConnectInfo;
use tower::{Layer, Service};

use crate::status::exhausted;

/// When a caller may come back: some of the calls that are worked on will have ended.
const COME_BACK: Duration = Duration::from_millis(100);

/// Lets each connection have so many calls under way and answers the others at once with RESOURCE_EXHAUSTED, instead
/// of a queue that nobody sees. A call ends, here, when its handler has answered.
#[derive(Clone)]
pub(super) struct ShedLayer(Crowd);

impl ShedLayer {
    pub(super) fn new(most: usize) -> Self {
        let calls = Arc::default();
        Self(Crowd { calls, most })
    }
}

/// The calls under way, by connection.
#[derive(Clone)]
struct Crowd {
    calls: Arc<Mutex<HashMap<Peer, usize>>>,
    most: usize,
}

/// The other end of a connection. Those that have no address count as one.
type Peer = Option<SocketAddr>;

impl Crowd {
    /// A place for one more call of `peer`, if there is one.
    fn enter(&self, peer: Peer) -> Option<Place> {
        let mut calls = self.calls();
        let under_way = calls.entry(peer).or_default();
        (*under_way < self.most).then(|| {
            *under_way += 1;
            let crowd = self.clone();
            Place { crowd, peer }
        })
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<Peer, usize>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call under way, until it is dropped.
struct Place {
    crowd: Crowd,
    peer: Peer,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut calls = self.crowd.calls();
        if let Some(under_way) = calls.get_mut(&self.peer) {
            *under_way -= 1;
            if *under_way == 0 {
                calls.remove(&self.peer);
            }
        }
    }
}

impl<S> Layer<S> for ShedLayer {
    type Service = ShedService<S>;

    fn layer(&self, inner: S) -> ShedService<S> {
        ShedService {
            inner,
            crowd: self.0.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct ShedService<S> {
    inner: S,
    crowd: Crowd,
}

impl<S> Service<Request<Body>> for ShedService<S>
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

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let connection = request.extensions().get::<TcpConnectInfo>();
        let peer = connection.and_then(TcpConnectInfo::remote_addr);
        let Some(place) = self.crowd.enter(peer) else {
            let message = format!(
                "{} calls of this connection are under way already",
                self.crowd.most
            );
            let status = exhausted("OVERLOADED", COME_BACK, message);
            return Box::pin(std::future::ready(Ok(status.into_http())));
        };
        Box::pin(self.inner.call(request).inspect(move |_| drop(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_has_its_places_and_leaves_nothing_behind() {
        let ShedLayer(crowd) = ShedLayer::new(2);
        let [one, other] = [1, 2].map(|port| Some(SocketAddr::from(([127, 0, 0, 1], port))));
        let first = crowd.enter(one).unwrap();
        let second = crowd.enter(one).unwrap();
        assert!(crowd.enter(one).is_none());
        assert!(crowd.enter(other).is_some(), "another connection's places");
        drop(first);
        let third = crowd.enter(one).unwrap();
        drop((second, third));
        assert!(crowd.calls().is_empty());
    }
}
