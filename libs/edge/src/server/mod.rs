//! The gRPC server of a process: its services with health, reflection, identity, telemetry, limits and a graceful end.

mod deadline;
mod drain;
mod health;
mod oversize;
mod pages;
mod shed;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use khidma_runtime::{Spawned, Tasks};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tower::util::MapResponseLayer;

pub use deadline::deadline;
pub use health::Readiness;
pub use pages::{Visit, plain};

use crate::config::{Limits, Tls};
use crate::identity::{IdentityLayer, Verifier};
use crate::telemetry::{Meters, TelemetryLayer};
use deadline::DeadlineLayer;
use drain::DrainLayer;
use pages::{Page, PagesLayer};
use shed::ShedLayer;

/// One of our services: its gRPC servers, and whether it is ready.
pub struct Service {
    name: &'static str,
    proto_names: Vec<&'static str>,
    mounts: Vec<Mount>,
    pages: Vec<Page>,
    untraced: Vec<&'static str>,
    nameless: Vec<&'static str>,
    ready: Arc<dyn Fn() -> Readiness + Send + Sync>,
}

type Mount = Box<dyn FnOnce(&mut RoutesBuilder) + Send>;

impl Service {
    /// The service `name`. `ready` is asked several times a second, so it has to be quick.
    pub fn new(name: &'static str, ready: impl Fn() -> Readiness + Send + Sync + 'static) -> Self {
        Self {
            name,
            proto_names: Vec::new(),
            mounts: Vec::new(),
            pages: Vec::new(),
            untraced: Vec::new(),
            nameless: Vec::new(),
            ready: Arc::new(ready),
        }
    }

    /// Adds a generated gRPC server. It has to be told the message limits of [`Limits`] itself
    /// (`max_decoding_message_size`, `max_encoding_message_size`).
    #[must_use]
    pub fn with<S>(mut self, server: S) -> Self
    where
        S: tower::Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.proto_names.push(S::NAME);
        self.mounts.push(Box::new(move |routes| {
            routes.add_service(server);
        }));
        self
    }

    /// Adds a page at `path`, `/about`, or at all that is below it, `/unsubscribe/`: anybody may call it by plain HTTP,
    /// HTTP/1.1 too, without a token. What it does has to be allowed by what stands in its address or body.
    #[must_use]
    pub fn with_page<F, R>(self, path: &'static str, answer: F) -> Self
    where
        F: Fn(Visit) -> R + Send + Sync + 'static,
        R: Future<Output = http::Response<String>> + Send + 'static,
    {
        self.with_form(path, pages::MOST_BYTES, answer)
    }

    /// As [`Service::with_page`], for a page with a form that people write into: bodies of up to `most_bytes` are read.
    #[must_use]
    pub fn with_form<F, R>(mut self, path: &'static str, most_bytes: usize, answer: F) -> Self
    where
        F: Fn(Visit) -> R + Send + Sync + 'static,
        R: Future<Output = http::Response<String>> + Send + 'static,
    {
        self.pages.push(Page::new(path, most_bytes, answer));
        self
    }

    /// Leaves no trace of who calls these rpcs, `/package.Service/Method`; see [`TelemetryLayer::without`].
    #[must_use]
    pub fn untraced(mut self, rpcs: &[&'static str]) -> Self {
        self.untraced.extend(rpcs);
        self
    }

    /// Asks nobody who they are in calls of these rpcs, `/package.Service/Method`, and leaves no trace of them either; see
    /// [`IdentityLayer::nameless`]. What such a call does has to be allowed by what stands in its message.
    #[must_use]
    pub fn nameless(mut self, rpcs: &[&'static str]) -> Self {
        self.nameless.extend(rpcs);
        self.untraced(rpcs)
    }
}

/// Holds a generated server to the sizes of messages that `[limits]` allows. A macro, as each generated server is a type of
/// its own without a trait that says it.
#[macro_export]
macro_rules! limited {
    ($limits:expr, $server:expr) => {
        $server
            .max_decoding_message_size($limits.max_request_bytes)
            .max_encoding_message_size($limits.max_response_bytes)
    };
}

/// What a server stands on.
pub struct Context {
    /// Its limits.
    pub limits: Limits,
    /// TLS on the listener, if any.
    pub tls: Option<Tls>,
    /// Whose tokens are believed.
    pub verifier: Arc<Verifier>,
    /// The tasks of the process. When they stop, the server drains.
    pub tasks: Tasks,
    /// Where it measures.
    pub meters: Meters,
    /// Encoded file descriptor sets of the services, for reflection.
    pub descriptors: Vec<&'static [u8]>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener has no address.
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// A file of the TLS configuration cannot be read or used.
    #[error("tls: {0}")]
    Tls(String),
    /// The descriptors are no descriptors.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// A server that runs. Dropping it lets it run.
pub struct Running {
    address: SocketAddr,
    token: CancellationToken,
    serving: Spawned<()>,
    patience: Duration,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops gracefully: health says NOT_SERVING, nobody new is let in, open streams are told to come back elsewhere,
    /// running calls end, for `limits.drain_seconds` at most. Whether all ended in time.
    ///
    /// Drain the server before the tasks of the process, so that running calls still find their projections at work.
    pub async fn drain(self) -> bool {
        self.token.cancel();
        tokio::time::timeout(self.patience, self.serving)
            .await
            .is_ok()
    }
}

/// Serves `services` on `listener`.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(
    listener: TcpListener,
    services: Vec<Service>,
    context: Context,
) -> Result<Running, ServeError> {
    let address = listener.local_addr()?;
    let token = context.tasks.token().child_token();
    let server = builder(&context.limits, context.tls.as_ref()).await?;
    let untraced: Vec<_> = services
        .iter()
        .flat_map(|service| service.untraced.iter().copied())
        .collect();
    let nameless: Vec<_> = services
        .iter()
        .flat_map(|service| service.nameless.iter().copied())
        .collect();
    let pages: Vec<Page> = services
        .iter()
        .flat_map(|service| service.pages.iter().cloned())
        .collect();
    let (routes, watched) = routes(services, &context.descriptors)?;
    let routes = health::watch(routes, watched, &context.tasks, token.clone()).await;
    let incoming = TcpIncoming::from(listener)
        // Without it calls take 40 ms each: the answer's last packet waits for a delayed acknowledgement.
        .with_nodelay(Some(true))
        .with_keepalive(Some(context.limits.keepalive()));
    let clock = context.verifier.clock().clone();
    let router = server
        .accept_http1(!pages.is_empty())
        .layer(PagesLayer::new(pages))
        .layer(ShedLayer::new(context.limits.max_calls_per_connection))
        .layer(TelemetryLayer::new(&context.meters).without(untraced))
        .layer(DeadlineLayer::new(context.limits.request_timeout()))
        .layer(IdentityLayer::new(context.verifier).nameless(nameless))
        // Inside of identity: it has to know when the caller's token expires.
        .layer(DrainLayer::new(token.clone(), clock))
        .layer(MapResponseLayer::new(oversize::explain))
        .add_routes(routes);
    let serving = context.tasks.spawn(end_logged(
        router.serve_with_incoming_shutdown(incoming, token.clone().cancelled_owned()),
    ));
    tracing::info!(%address, "serving");
    Ok(Running {
        address,
        token,
        serving,
        patience: context.limits.drain_patience(),
    })
}

async fn end_logged(serving: impl Future<Output = Result<(), tonic::transport::Error>>) {
    if let Err(error) = serving.await {
        tracing::error!(%error, "the server ended");
    }
}

async fn builder(limits: &Limits, tls: Option<&Tls>) -> Result<Server, ServeError> {
    let mut server = Server::builder()
        .max_concurrent_streams(limits.max_streams_per_connection)
        .http2_max_header_list_size(limits.max_header_bytes)
        .http2_keepalive_interval(Some(limits.keepalive()))
        .http2_keepalive_timeout(Some(limits.keepalive()));
    if let Some(age) = limits.max_connection_age() {
        server = server.max_connection_age(age);
    }
    let Some(tls) = tls else { return Ok(server) };
    let read = |file: std::path::PathBuf| async move {
        tokio::fs::read(&file)
            .await
            .map_err(|error| ServeError::Tls(format!("{}: {error}", file.display())))
    };
    let identity = Identity::from_pem(
        read(tls.cert_file.clone()).await?,
        read(tls.key_file.clone()).await?,
    );
    server
        .tls_config(ServerTlsConfig::new().identity(identity))
        .map_err(|error| ServeError::Tls(error.to_string()))
}

/// The services and reflection over them, and what health is to watch.
fn routes(
    services: Vec<Service>,
    descriptors: &[&'static [u8]],
) -> Result<(RoutesBuilder, Vec<health::Watched>), ServeError> {
    let mut routes = Routes::builder();
    let mut watched = Vec::new();
    for service in services {
        for mount in service.mounts {
            mount(&mut routes);
        }
        watched.push(health::Watched {
            name: service.name,
            proto_names: service.proto_names,
            ready: service.ready,
        });
    }
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    let reflection = descriptors.iter().fold(reflection, |reflection, set| {
        reflection.register_encoded_file_descriptor_set(set)
    });
    routes.add_service(reflection.build_v1()?);
    Ok((routes, watched))
}
