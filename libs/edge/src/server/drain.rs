//! Ends open streams when the server stops, whatever their handlers do.
//!
//! A stream that waits for the next event would hold its connection open for ever. It gets UNAVAILABLE with a hint to
//! come back soon; subscribers resume from their last position, so they miss nothing.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::future::MapOk;
use futures::{FutureExt, TryFutureExt};
use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::status::unavailable;

/// When a subscriber may come back: another instance may be there at once.
const COME_BACK: Duration = Duration::from_millis(500);

/// Ends the bodies of responses when `token` is cancelled.
#[derive(Clone)]
pub(super) struct DrainLayer(CancellationToken);

impl DrainLayer {
    pub(super) fn new(token: CancellationToken) -> Self {
        Self(token)
    }
}

impl<S> Layer<S> for DrainLayer {
    type Service = DrainService<S>;

    fn layer(&self, inner: S) -> DrainService<S> {
        DrainService {
            inner,
            token: self.0.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct DrainService<S> {
    inner: S,
    token: CancellationToken,
}

impl<S> Service<Request<Body>> for DrainService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = MapOk<S::Future, Box<dyn FnOnce(Response<Body>) -> Response<Body> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let token = self.token.clone();
        let end_at_stop = move |response: Response<Body>| {
            response.map(|inner| Body::new(Ending::new(inner, token)))
        };
        self.inner.call(request).map_ok(Box::new(end_at_stop))
    }
}

/// A body that ends by itself when the server stops.
struct Ending {
    inner: Body,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
    ended: bool,
}

impl Ending {
    fn new(inner: Body, token: CancellationToken) -> Self {
        Self {
            inner,
            stopped: Box::pin(token.cancelled_owned()),
            ended: false,
        }
    }
}

impl http_body::Body for Ending {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        // What the handler has to say goes first; only a stream with nothing to say now is ended.
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            return Poll::Ready(frame);
        }
        ready!(self.stopped.poll_unpin(context));
        self.ended = true;
        let status = unavailable(
            "SERVER_STOPPING",
            COME_BACK,
            "the server stops; come back and go on from where you are",
        );
        let mut trailers = HeaderMap::new();
        Poll::Ready(Some(
            status
                .add_header(&mut trailers)
                .map(|()| Frame::trailers(trailers)),
        ))
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
