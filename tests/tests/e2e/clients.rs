//! The services as their callers see them.

use khidma_edge::client::Connection;
use khidma_edge::status::ErrorReport;
use khidma_proto::operations::operations_service_client::OperationsServiceClient;
use khidma_proto::requests::requests_service_client::RequestsServiceClient;
use khidma_proto::requests::{GetRequest, ReplyRequest, ServiceRequest, SubmitRequest};
use khidma_testkit::eventually;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use uuid::Uuid;

use crate::PATIENCE;
use crate::site::{Site, Who};

pub(crate) type Requests = RequestsServiceClient<Connection>;
pub(crate) type Operations = OperationsServiceClient<Connection>;

impl Site {
    /// The requests service at `address`, as `who` calls it.
    pub(crate) async fn requests(&self, address: &str, who: Who) -> Requests {
        Requests::new(self.connect(address, who).await)
    }
}

/// A new idempotency key.
pub(crate) fn key() -> String {
    Uuid::new_v4().to_string()
}

/// What one person wants of IT.
pub(crate) fn wish(title: &str) -> SubmitRequest {
    SubmitRequest {
        request_id: key(),
        provider_id: "it".into(),
        title: title.into(),
        ..SubmitRequest::default()
    }
}

/// A reply under a new key.
pub(crate) fn reply(id: &str, text: &str) -> ReplyRequest {
    ReplyRequest {
        request_id: key(),
        id: id.into(),
        text: text.into(),
    }
}

/// The request, at `min_position` or later.
pub(crate) async fn get(client: &mut Requests, id: &str, min_position: u64) -> ServiceRequest {
    let question = GetRequest {
        id: id.into(),
        min_position,
    };
    let answer = client.get(question).await.unwrap().into_inner();
    answer.request.unwrap()
}

/// Code and reason of a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let report = ErrorReport::from_status(&answer.unwrap_err());
    (report.code, report.reason.unwrap_or_default())
}

/// Waits until the server at `address` says of itself, as a whole, that it is ready, or that it is not.
pub(crate) async fn health_becomes(site: &Site, address: &str, who: Who, serving: bool) {
    let client = HealthClient::new(site.connect(address, who).await);
    let wanted = if serving {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    let met = eventually(PATIENCE, || {
        let mut client = client.clone();
        async move {
            let answer = client.check(HealthCheckRequest::default()).await;
            answer.is_ok_and(|answer| answer.into_inner().status() == wanted)
        }
    });
    assert!(met.await, "health never became {wanted:?}");
}
