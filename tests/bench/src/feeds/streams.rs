//! The baseline of subscribing: tonic, streams of one message each time, nothing else.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::StreamExt;
use http::uri::PathAndQuery;
use khidma_proto::feeds::{SubscribeRequest, SubscribeResponse};
use khidma_runtime::Tasks;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::client::Grpc as Client;
use tonic::codec::Streaming;
use tonic::server::{Grpc, NamedService, ServerStreamingService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::Service;

use crate::Outcome;

type Codec = ProstCodec<SubscribeRequest, SubscribeResponse>;

/// Says the same again and again.
#[derive(Clone)]
struct Again {
    answer: SubscribeResponse,
    times: usize,
}

impl NamedService for Again {
    const NAME: &'static str = "bench.Again";
}

impl ServerStreamingService<SubscribeRequest> for Again {
    type Response = SubscribeResponse;
    type ResponseStream = futures::stream::BoxStream<'static, Result<SubscribeResponse, Status>>;
    type Future = Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, _: Request<SubscribeRequest>) -> Self::Future {
        let (answer, times) = (self.answer.clone(), self.times);
        let answers = futures::stream::iter(0..times).map(move |_| Ok(answer.clone()));
        ready(Ok(Response::new(answers.boxed())))
    }
}

impl Service<http::Request<Body>> for Again {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let again = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<SubscribeResponse, SubscribeRequest>::default());
            Ok(grpc.server_streaming(again, request).await)
        })
    }
}

/// Starts a server that says `answer` so many times to whoever asks; its address.
pub(super) async fn start(
    tasks: &Tasks,
    answer: SubscribeResponse,
    times: usize,
) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let stop = tasks.token().cancelled_owned();
    let server = Server::builder().add_service(Again { answer, times });
    tasks.spawn(server.serve_with_incoming_shutdown(incoming, stop));
    Ok(address)
}

/// Asks it.
pub(super) async fn open(channel: Channel) -> Outcome<Streaming<SubscribeResponse>> {
    let mut client = Client::new(channel);
    client.ready().await?;
    let path = PathAndQuery::from_static("/bench.Again/Again");
    let request = Request::new(SubscribeRequest::default());
    let answers = client
        .server_streaming(request, path, Codec::default())
        .await?;
    Ok(answers.into_inner())
}
