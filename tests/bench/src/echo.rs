//! The baseline of every call: tonic, unary, one message there and the same one back, nothing else.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::uri::PathAndQuery;
use khidma_proto::requests::SubmitRequest;
use khidma_runtime::Tasks;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::client::Grpc as Client;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::Service;

use crate::Outcome;

type Codec = ProstCodec<SubmitRequest, SubmitRequest>;

#[derive(Clone)]
struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "bench.Echo";
}

impl UnaryService<SubmitRequest> for Echo {
    type Response = SubmitRequest;
    type Future = Ready<Result<Response<SubmitRequest>, Status>>;

    fn call(&mut self, request: Request<SubmitRequest>) -> Self::Future {
        ready(Ok(Response::new(request.into_inner())))
    }
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move { Ok(Grpc::new(Codec::default()).unary(Self, request).await) })
    }
}

/// Starts the echo; its address.
pub(crate) async fn start(tasks: &Tasks) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let stop = tasks.token().cancelled_owned();
    tasks.spawn(
        Server::builder()
            .add_service(Echo)
            .serve_with_incoming_shutdown(incoming, stop),
    );
    Ok(address)
}

/// Sends `message` and waits for it to come back.
pub(crate) async fn call(channel: Channel, message: SubmitRequest) -> Outcome {
    let mut client = Client::new(channel);
    client.ready().await?;
    let path = PathAndQuery::from_static("/bench.Echo/Echo");
    client
        .unary(Request::new(message), path, Codec::default())
        .await?;
    Ok(())
}
