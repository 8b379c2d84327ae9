//! Ends open streams, whatever their handlers do: when the server stops, and when the caller's token expires.
//!
//! A stream that waits for the next event would hold its connection open for ever. When the server stops it gets
//! UNAVAILABLE with a hint to come back soon; subscribers resume from their last position, so they miss nothing. When
//! its token expires it gets UNAUTHENTICATED, as a new call would.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::future::{BoxFuture, MapOk};
use futures::{FutureExt, TryFutureExt};
use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use khidma_runtime::Clock;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::identity::{Expiry, IdentityError};
use crate::status::unavailable;

/// When a subscriber may come back: another instance may be there at once.
const COME_BACK: Duration = Duration::from_millis(500);

/// Ends the bodies of responses when `token` is cancelled, and when the caller's [`Expiry`] has come by `clock`.
#[derive(Clone)]
pub(super) struct DrainLayer {
    token: CancellationToken,
    clock: Clock,
}

impl DrainLayer {
    pub(super) fn new(token: CancellationToken, clock: Clock) -> Self {
        Self { token, clock }
    }
}

impl<S> Layer<S> for DrainLayer {
    type Service = DrainService<S>;

    fn layer(&self, inner: S) -> DrainService<S> {
        DrainService {
            inner,
            layer: self.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct DrainService<S> {
    inner: S,
    layer: DrainLayer,
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
        let bounds = Bounds {
            layer: self.layer.clone(),
            expiry: request.extensions().get::<Expiry>().copied(),
        };
        let bound = move |response: Response<Body>| {
            response.map(|inner| Body::new(Ending::new(inner, bounds)))
        };
        self.inner.call(request).map_ok(Box::new(bound))
    }
}

/// What ends a stream.
#[derive(Clone)]
struct Bounds {
    layer: DrainLayer,
    /// None where anybody may call.
    expiry: Option<Expiry>,
}

impl Bounds {
    fn has_expired(&self) -> bool {
        self.expiry
            .is_some_and(|expiry| self.layer.clock.now() >= expiry.0)
    }

    /// Waits for the end of the stream, and says why it has come.
    async fn reached(self) -> Status {
        let expired = async {
            match self.expiry {
                Some(expiry) => self.layer.clock.sleep_until(expiry.0).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.layer.token.cancelled() => unavailable(
                "SERVER_STOPPING",
                COME_BACK,
                "the server stops; come back and go on from where you are",
            ),
            () = expired => IdentityError::Expired.into(),
        }
    }
}

/// A body that ends by itself.
struct Ending {
    inner: Body,
    bounds: Bounds,
    /// Waits for the end; made when first there is something to wait for, which for most calls never comes.
    reached: Option<BoxFuture<'static, Status>>,
    /// Whether anything has been said.
    begun: bool,
    ended: bool,
}

impl Ending {
    fn new(inner: Body, bounds: Bounds) -> Self {
        Self {
            inner,
            bounds,
            reached: None,
            begun: false,
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
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        // What the handler has to say goes first; only a stream with nothing to say now is told that the server stops.
        let status = if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) {
            let data = matches!(&frame, Some(Ok(frame)) if frame.is_data());
            let more = data && std::mem::replace(&mut this.begun, true);
            // The first message answers a call that was allowed; nothing more is said to a token that has expired,
            // however much there is to say.
            if !(more && this.bounds.has_expired()) {
                return Poll::Ready(frame);
            }
            IdentityError::Expired.into()
        } else {
            let bounds = &this.bounds;
            let reached = this
                .reached
                .get_or_insert_with(|| bounds.clone().reached().boxed());
            ready!(reached.poll_unpin(context))
        };
        this.ended = true;
        let mut trailers = HeaderMap::new();
        let told = status.add_header(&mut trailers);
        Poll::Ready(Some(told.map(|()| Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
