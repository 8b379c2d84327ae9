//! A gRPC service of three methods, written by hand, that does what its message says.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use khidma_edge::client::Connection;
use khidma_edge::config::Limits;
use khidma_edge::{identity, server, telemetry};
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

/// A message is one text: `google.protobuf.StringValue`.
type Codec = ProstCodec<String, String>;

/// More handlers than any test has.
const MANY: usize = 1000;

/// The service. `Echo` answers by the word it gets: `whoami`, `deadline`, `traceparent`, too much for
/// `grow`, or once it may for `hold`.
#[derive(Clone)]
pub(crate) struct Echo {
    /// Permits for calls that hold.
    pub(crate) gate: Arc<Semaphore>,
    /// How many handlers have begun to hold.
    pub(crate) holding: Arc<Semaphore>,
    /// Each handler that holds sits on one.
    seats: Arc<Semaphore>,
    /// The largest message it takes, in bytes.
    max_request_bytes: usize,
    /// The largest message it gives, in bytes.
    max_response_bytes: usize,
}

impl NamedService for Echo {
    const NAME: &'static str = "khidma.test.v1.EchoService";
}

impl Echo {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            gate: Arc::new(Semaphore::new(0)),
            holding: Arc::new(Semaphore::new(0)),
            seats: Arc::new(Semaphore::new(MANY)),
            max_request_bytes: limits.max_request_bytes,
            max_response_bytes: limits.max_response_bytes,
        }
    }

    /// How many handlers hold now.
    pub(crate) fn held(&self) -> usize {
        MANY - self.seats.available_permits()
    }

    async fn echo(self, request: Request<String>) -> Result<Response<String>, Status> {
        let answer = match request.get_ref().as_str() {
            "whoami" => format!("{:?}", identity::caller(&request)?),
            "deadline" => server::deadline(&request).as_millis().to_string(),
            "traceparent" => telemetry::current_traceparent().unwrap_or_default(),
            "fail" => return Err(khidma_edge::status::internal("c-1", "the cause")),
            "grow" => "x".repeat(self.max_response_bytes),
            "hold" => {
                let _seat = self.seats.acquire().await;
                self.holding.add_permits(1);
                let _passed = self
                    .gate
                    .acquire()
                    .await
                    .map_err(|_| Status::aborted("no gate"))?;
                "held".to_owned()
            }
            other => other.to_owned(),
        };
        Ok(Response::new(answer))
    }
}

/// What is said to whom watches.
type Messages = BoxStream<'static, Result<String, Status>>;

/// One message, then silence for ever; for `flood`, messages without end and without a pause.
async fn watch(request: Request<String>) -> Result<Response<Messages>, Status> {
    let message = request.into_inner();
    let messages = if message == "flood" {
        stream::repeat_with(|| Ok("x".repeat(1000))).boxed()
    } else {
        let first = stream::once(futures::future::ready(Ok(message)));
        first.chain(stream::pending()).boxed()
    };
    Ok(Response::new(messages))
}

impl tower::Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let echo = self.clone();
        let mut grpc = Grpc::new(Codec::default())
            .max_decoding_message_size(self.max_request_bytes)
            .max_encoding_message_size(self.max_response_bytes);
        let method = request
            .uri()
            .path()
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        async move {
            Ok(match method.as_str() {
                "Echo" => {
                    grpc.unary(
                        tower::service_fn(move |request| echo.clone().echo(request)),
                        request,
                    )
                    .await
                }
                "Watch" => {
                    grpc.server_streaming(tower::service_fn(watch), request)
                        .await
                }
                _ => Status::unimplemented("no such method").into_http(),
            })
        }
        .boxed()
    }
}

/// Calls `Echo`.
pub(crate) async fn echo(
    connection: &Connection,
    request: Request<String>,
) -> Result<String, Status> {
    call(connection, "/khidma.test.v1.EchoService/Echo", request).await
}

/// Calls any unary method.
pub(crate) async fn call(
    connection: &Connection,
    path: &'static str,
    request: Request<String>,
) -> Result<String, Status> {
    let mut grpc = tonic::client::Grpc::new(connection.clone());
    grpc.ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let path = http::uri::PathAndQuery::from_static(path);
    Ok(grpc
        .unary(request, path, Codec::default())
        .await?
        .into_inner())
}

/// Calls `Watch`.
pub(crate) async fn open_watch(
    connection: &Connection,
    message: &str,
) -> Result<Streaming<String>, Status> {
    let mut grpc = tonic::client::Grpc::new(connection.clone());
    grpc.ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let path = http::uri::PathAndQuery::from_static("/khidma.test.v1.EchoService/Watch");
    let request = Request::new(message.to_owned());
    Ok(grpc
        .server_streaming(request, path, Codec::default())
        .await?
        .into_inner())
}
