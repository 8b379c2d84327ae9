//! Health and reflection, open to anybody.

use std::sync::atomic::Ordering;

use khidma_edge::client::{Connection, connect};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::harness::{House, PATIENCE};

const ECHO: &str = "khidma.test.v1.EchoService";

/// Follows the health of `service` until it is `wanted`.
async fn becomes(connection: &Connection, service: &str, wanted: ServingStatus) {
    let request = HealthCheckRequest {
        service: service.to_owned(),
    };
    let mut stream = HealthClient::new(connection.clone())
        .watch(request)
        .await
        .unwrap()
        .into_inner();
    let seen = async {
        while let Some(message) = stream.message().await.unwrap() {
            if message.status() == wanted {
                return;
            }
        }
        panic!("the stream of {service:?} ended");
    };
    tokio::time::timeout(PATIENCE, seen)
        .await
        .unwrap_or_else(|_| panic!("{service:?} is not {wanted:?}"));
}

#[tokio::test]
async fn health_follows_what_the_service_says() {
    let house = House::open().await;
    let nobody = connect(&house.target(), None).await.unwrap();
    for ready in [true, false, true] {
        house.ready.store(ready, Ordering::SeqCst);
        let wanted = if ready {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        };
        becomes(&nobody, ECHO, wanted).await;
        becomes(&nobody, "", wanted).await;
    }
    let unknown = HealthCheckRequest {
        service: "no.such.Service".into(),
    };
    let status = HealthClient::new(nobody).check(unknown).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn reflection_lists_the_services_it_was_given() {
    let house = House::open().await;
    let nobody = connect(&house.target(), None).await.unwrap();
    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let asked = tokio_stream::once(ask);
    let mut answers = ServerReflectionClient::new(nobody)
        .server_reflection_info(asked)
        .await
        .unwrap()
        .into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else {
        panic!("{answer:?}")
    };
    let names: Vec<_> = list
        .service
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    assert!(names.contains(&"grpc.health.v1.Health"), "{names:?}");
}
