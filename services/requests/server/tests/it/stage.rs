//! The stage: a running service, and the people who call it.

use std::sync::Arc;

use khidma_edge::client::Connection;
use khidma_edge::status::ErrorReport;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::{
    DepartmentCreated, DepartmentEvent, DepartmentJoined, PersonEvent, PersonKind,
    PersonRegistered, department_entity, person_entity,
};
use khidma_kernel::Role;
use khidma_proto::requests::requests_service_client::RequestsServiceClient;
use khidma_proto::requests::{self as pb, SubmitRequest};
use khidma_testkit::{Host, append};
use tonic::Status;
use uuid::Uuid;

pub(crate) type Client = RequestsServiceClient<Connection>;

/// A running requests service, and who calls it.
pub(crate) struct Stage {
    pub host: Host,
    /// Of HR: asks.
    pub amina: Client,
    /// Leads HR.
    pub linh: Client,
    /// Of IT: is asked.
    pub daniel: Client,
    /// Leads IT.
    pub mei: Client,
    /// Of finance: has nothing to do with it.
    pub farid: Client,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
        directory(&*log).await;
        Self::on(log).await
    }

    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        let host = Host::on(log, |deps| async move {
            Ok(vec![khidma_requests::start(&deps).await?])
        })
        .await;
        let manager = [Role::Manager];
        Self {
            amina: Client::new(host.connect("amina", "hr", &[]).await),
            linh: Client::new(host.connect("linh", "hr", &manager).await),
            daniel: Client::new(host.connect("daniel", "it", &[]).await),
            mei: Client::new(host.connect("mei", "it", &manager).await),
            farid: Client::new(host.connect("farid", "finance", &[]).await),
            host,
        }
    }

    /// Amina asks IT for something; the request's id.
    pub(crate) async fn asked(&mut self, title: &str) -> String {
        self.amina
            .submit(laptop(title))
            .await
            .unwrap()
            .into_inner()
            .id
    }

    pub(crate) async fn get(&mut self, id: &str) -> pb::ServiceRequest {
        let min_position = self.head().await;
        let request = pb::GetRequest {
            id: id.into(),
            min_position,
        };
        self.amina
            .get(request)
            .await
            .unwrap()
            .into_inner()
            .request
            .unwrap()
    }

    pub(crate) async fn head(&self) -> u64 {
        self.host.log.head().await.unwrap().0
    }
}

pub(crate) fn key() -> String {
    Uuid::new_v4().to_string()
}

pub(crate) fn laptop(title: &str) -> SubmitRequest {
    SubmitRequest {
        request_id: key(),
        provider_id: "it".into(),
        title: title.into(),
        ..SubmitRequest::default()
    }
}

/// The reason and field of a refusal, and its code.
pub(crate) fn refused<T: std::fmt::Debug>(
    result: Result<T, Status>,
) -> (tonic::Code, String, String) {
    let report = ErrorReport::from_status(&result.unwrap_err());
    let field = report
        .violations
        .first()
        .map(|violation| violation.field.clone());
    (
        report.code,
        report.reason.unwrap_or_default(),
        field.unwrap_or_default(),
    )
}

/// What the directory has said: four departments and their people.
pub(crate) async fn directory(log: &dyn EventLog) {
    for department in ["hr", "it", "finance", "facilities"] {
        let department = department.parse().unwrap();
        let entity = department_entity(&department);
        let name = department.to_string();
        let event = DepartmentCreated {
            department,
            name,
            parent: None,
        };
        append::<DepartmentEvent>(log, entity, vec![event.into()]).await;
    }
    let people = [
        ("amina", "hr"),
        ("linh", "hr"),
        ("daniel", "it"),
        ("sana", "it"),
        ("mei", "it"),
        ("farid", "finance"),
    ];
    for (person, department) in people {
        let person = person.parse().unwrap();
        let entity = person_entity(&person);
        let display_name = person.to_string();
        let registered = PersonRegistered {
            person,
            display_name,
            kind: PersonKind::Employee,
        };
        let joined = DepartmentJoined {
            department: department.parse().unwrap(),
            main: true,
        };
        append::<PersonEvent>(log, entity, vec![registered.into(), joined.into()]).await;
    }
}
