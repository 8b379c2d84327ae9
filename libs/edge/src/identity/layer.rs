//! The tower layer that lets only believed callers through.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::{Either, Ready, ready};
use http::{HeaderMap, Request, Response, header};
use khidma_kernel::Caller;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use super::{Expiry, IdentityError, Verifier};

/// Services that answer anybody: they tell nothing but what is offered and whether it is up.
const OPEN_TO_ALL: [&str; 2] = [
    "/grpc.health.v1.Health/",
    "/grpc.reflection.v1.ServerReflection/",
];

/// Puts the [`Caller`] and the [`Expiry`] of their token into the request's extensions, or refuses the call.
#[derive(Clone)]
pub struct IdentityLayer {
    verifier: Arc<Verifier>,
    nameless: Arc<HashSet<&'static str>>,
}

impl IdentityLayer {
    /// Believes what `verifier` believes.
    pub fn new(verifier: Arc<Verifier>) -> Self {
        Self {
            verifier,
            nameless: Arc::default(),
        }
    }

    /// Looks at nobody's token in calls of these rpcs, `/package.Service/Method`: each carries in its message what allows it.
    #[must_use]
    pub fn nameless(self, rpcs: impl IntoIterator<Item = &'static str>) -> Self {
        let nameless = Arc::new(rpcs.into_iter().collect());
        Self { nameless, ..self }
    }
}

impl<S> Layer<S> for IdentityLayer {
    type Service = IdentityService<S>;

    fn layer(&self, inner: S) -> IdentityService<S> {
        IdentityService {
            inner,
            layer: self.clone(),
        }
    }
}

/// See [`IdentityLayer`].
#[derive(Clone)]
pub struct IdentityService<S> {
    inner: S,
    layer: IdentityLayer,
}

impl<S> Service<Request<Body>> for IdentityService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<S::Future, Ready<Result<Response<Body>, Infallible>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let is_open = OPEN_TO_ALL.iter().any(|open| path.starts_with(open));
        if !is_open && !self.layer.nameless.contains(path) {
            match identify(&self.layer.verifier, request.headers()) {
                Ok((caller, expiry)) => {
                    request.extensions_mut().insert(caller);
                    request.extensions_mut().insert(expiry);
                }
                Err(error) => return Either::Right(ready(Ok(Status::from(error).into_http()))),
            }
        }
        Either::Left(self.inner.call(request))
    }
}

fn identify(verifier: &Verifier, headers: &HeaderMap) -> Result<(Caller, Expiry), IdentityError> {
    let value = headers
        .get(header::AUTHORIZATION)
        .ok_or(IdentityError::Missing)?;
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or(IdentityError::Malformed)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(IdentityError::Malformed);
    }
    verifier.verify_until(token.trim_start())
}
