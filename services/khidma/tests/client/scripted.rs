//! A server that says what a test wants it to, and remembers what it was asked: for what a real one seldom does.

use std::convert::Infallible;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use khidma_proto::operations::operations_service_server::{
    OperationsService, OperationsServiceServer,
};
use khidma_proto::operations::{
    ListProjectionsRequest, ListProjectionsResponse, RebuildProjectionRequest,
    RebuildProjectionResponse, TailEventsRequest, TailEventsResponse,
};
use khidma_proto::requests::{
    ServiceRequest, State, TimelineEntry, TimelineRequest, TimelineResponse, WatchRequestRequest,
    WatchRequestResponse,
};
use khidma_runtime::Tasks;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// What was asked, in order.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// How often for the head of the log.
    pub(crate) heads: usize,
    pub(crate) tails: Vec<TailEventsRequest>,
    pub(crate) watches: Vec<WatchRequestRequest>,
    pub(crate) timelines: Vec<TimelineRequest>,
}

/// The server. A stream breaks off before anything has come; opened again, it has one message.
#[derive(Clone, Default)]
pub(crate) struct Scripted(Arc<Mutex<Asked>>);

type Streamed<T> = BoxStream<'static, Result<T, Status>>;

/// What the stream that is opened for the `time`th time says.
fn said<T: Send + 'static>(time: usize, message: T) -> Response<Streamed<T>> {
    let lost = Status::unavailable("the server stops");
    let said = if time == 1 { Err(lost) } else { Ok(message) };
    Response::new(stream::iter([said]).boxed())
}

impl Scripted {
    /// Serves on a free port, for as long as the test runs.
    pub(crate) async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Server::builder()
            .add_service(OperationsServiceServer::new(self.clone()))
            .add_service(self.clone())
            .serve_with_incoming(TcpIncoming::from(listener));
        Tasks::new().spawn(server);
        address
    }

    /// What it has been asked.
    pub(crate) fn asked(&self) -> MutexGuard<'_, Asked> {
        self.0.lock().unwrap()
    }

    fn watch(&self, asked: WatchRequestRequest) -> Response<Streamed<WatchRequestResponse>> {
        let watches = &mut self.asked().watches;
        watches.push(asked);
        let (state, position) = (State::Confirmed.into(), 9);
        let last = WatchRequestResponse {
            entries: vec![entry("confirmed")],
            request: Some(ServiceRequest {
                state,
                position,
                ..ServiceRequest::default()
            }),
            position,
        };
        said(watches.len(), last)
    }

    /// Two pages.
    fn timeline(&self, asked: TimelineRequest) -> Response<TimelineResponse> {
        let (kind, next) = match asked.page_token.as_str() {
            "" => ("submitted", "second"),
            _ => ("confirmed", ""),
        };
        self.asked().timelines.push(asked);
        Response::new(TimelineResponse {
            entries: vec![entry(kind)],
            next_page_token: next.to_owned(),
            ..TimelineResponse::default()
        })
    }
}

fn entry(kind: &str) -> TimelineEntry {
    TimelineEntry {
        kind: kind.to_owned(),
        ..TimelineEntry::default()
    }
}

#[tonic::async_trait]
impl OperationsService for Scripted {
    type RebuildProjectionStream = Streamed<RebuildProjectionResponse>;
    type TailEventsStream = Streamed<TailEventsResponse>;

    /// The log grows by one commit from question to question.
    async fn list_projections(
        &self,
        _: Request<ListProjectionsRequest>,
    ) -> Result<Response<ListProjectionsResponse>, Status> {
        let heads = &mut self.asked().heads;
        *heads += 1;
        Ok(Response::new(ListProjectionsResponse {
            projections: Vec::new(),
            log_head: 6 + *heads as u64,
        }))
    }

    async fn rebuild_projection(
        &self,
        _: Request<RebuildProjectionRequest>,
    ) -> Result<Response<Self::RebuildProjectionStream>, Status> {
        Err(Status::unimplemented("no test asks for it"))
    }

    async fn tail_events(
        &self,
        request: Request<TailEventsRequest>,
    ) -> Result<Response<Self::TailEventsStream>, Status> {
        let tails = &mut self.asked().tails;
        tails.push(request.into_inner());
        let event = TailEventsResponse {
            position: 8,
            cloud_event_json: "{}".to_owned(),
        };
        Ok(said(tails.len(), event))
    }
}

/// The service of the requests, of which two methods are enough.
impl NamedService for Scripted {
    const NAME: &'static str = "khidma.requests.v1.RequestsService";
}

impl tower::Service<http::Request<Body>> for Scripted {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let scripted = self.clone();
        async move {
            Ok(if request.uri().path().ends_with("/WatchRequest") {
                let watch =
                    move |request: Request<_>| ready(Ok(scripted.watch(request.into_inner())));
                let mut grpc = Grpc::new(ProstCodec::default());
                grpc.server_streaming(tower::service_fn(watch), request)
                    .await
            } else {
                let timeline =
                    move |request: Request<_>| ready(Ok(scripted.timeline(request.into_inner())));
                let mut grpc = Grpc::new(ProstCodec::default());
                grpc.unary(tower::service_fn(timeline), request).await
            })
        }
        .boxed()
    }
}
