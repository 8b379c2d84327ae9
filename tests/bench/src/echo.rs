//! The baseline of every call: tonic, unary, one message there and the same one back, nothing else.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::uri::PathAndQuery;
use khidma_runtime::Tasks;
use prost::Message;
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

/// A message that is sent there and back.
pub(crate) trait Sent: Message + Default + Send + 'static {}

impl<M: Message + Default + Send + 'static> Sent for M {}

struct Echo<M>(PhantomData<fn() -> M>);

impl<M> Clone for Echo<M> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<M> NamedService for Echo<M> {
    const NAME: &'static str = "bench.Echo";
}

impl<M: Sent> UnaryService<M> for Echo<M> {
    type Response = M;
    type Future = Ready<Result<Response<M>, Status>>;

    fn call(&mut self, request: Request<M>) -> Self::Future {
        ready(Ok(Response::new(request.into_inner())))
    }
}

impl<M: Sent> Service<http::Request<Body>> for Echo<M> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let echo = self.clone();
        let codec = ProstCodec::<M, M>::default();
        Box::pin(async move { Ok(Grpc::new(codec).unary(echo, request).await) })
    }
}

/// Starts the echo; its address.
pub(crate) async fn start<M: Sent>(tasks: &Tasks) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let stop = tasks.token().cancelled_owned();
    tasks.spawn(
        Server::builder()
            .add_service(Echo::<M>(PhantomData))
            .serve_with_incoming_shutdown(incoming, stop),
    );
    Ok(address)
}

/// Sends `message` and waits for it to come back.
pub(crate) async fn call<M: Sent>(channel: Channel, message: M) -> Outcome {
    let mut client = Client::new(channel);
    client.ready().await?;
    let path = PathAndQuery::from_static("/bench.Echo/Echo");
    client
        .unary(Request::new(message), path, ProstCodec::<M, M>::default())
        .await?;
    Ok(())
}
