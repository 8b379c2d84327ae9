//! From a host's name to the addresses that are connected to.
//!
//! Names are looked up here and nowhere else: the addresses that were checked are the ones that are connected to, so a
//! name that leads elsewhere a moment later changes nothing.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use hyper_util::client::legacy::connect::dns::Name;
use tower::Service;

use crate::addresses;
use crate::config::Allowed;
use crate::urls::is_allowed_host;

/// Looks up names.
#[async_trait]
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of a host, in the order in which they are to be tried.
    ///
    /// # Errors
    /// Nobody knows the name, or nobody can be asked.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Looks up names as the machine does.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

#[async_trait]
impl Resolve for System {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResolveError {
    /// One of its addresses may not be posted to. Which of them are harmless does not matter: somebody is trying.
    #[error("the name leads to an address that is {0}")]
    Forbidden(&'static str),
    /// It could not be looked up.
    #[error("the name cannot be looked up")]
    Unknown(#[source] io::Error),
    /// It has no address.
    #[error("the name has no address")]
    Nowhere,
}

/// Looks up names, and lets only those through whose addresses may be posted to.
#[derive(Clone)]
pub(crate) struct Guarded {
    resolver: Arc<dyn Resolve>,
    allowed: Arc<[Allowed]>,
}

impl Guarded {
    pub(crate) fn new(resolver: Arc<dyn Resolve>, allowed: &[Allowed]) -> Self {
        Self {
            resolver,
            allowed: allowed.into(),
        }
    }

    async fn look_up(self, host: Name) -> Result<std::vec::IntoIter<SocketAddr>, ResolveError> {
        let host = host.as_str();
        let found = self.resolver.resolve(host).await;
        let found = found.map_err(ResolveError::Unknown)?;
        let by_name = is_allowed_host(host, &self.allowed);
        for address in &found {
            addresses::check(*address, by_name, &self.allowed).map_err(ResolveError::Forbidden)?;
        }
        if found.is_empty() {
            return Err(ResolveError::Nowhere);
        }
        // The port is the address's own, and filled in by who connects.
        let found: Vec<_> = found.into_iter().map(|ip| (ip, 0).into()).collect();
        Ok(found.into_iter())
    }
}

impl Service<Name> for Guarded {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = ResolveError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ResolveError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ResolveError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, host: Name) -> Self::Future {
        Box::pin(self.clone().look_up(host))
    }
}
