//! The stage: a running directory with a small organisation, and the people who call it.

use std::sync::Arc;

use khidma_edge::client::Connection;
use khidma_edge::status::ErrorReport;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_kernel::Role;
use khidma_proto::directory as pb;
use khidma_proto::directory::directory_service_client::DirectoryServiceClient;
use khidma_testkit::Host;
use tonic::{Code, Status};
use uuid::Uuid;

pub(crate) type Client = DirectoryServiceClient<Connection>;

/// A new idempotency key.
pub(crate) fn key() -> String {
    Uuid::new_v4().to_string()
}

/// The value of a field, which may be a variable of the field's name.
macro_rules! value {
    ($field:ident) => {
        $field
    };
    ($field:ident $value:expr) => {
        $value
    };
}

/// Makes a change, under a key of its own.
macro_rules! change {
    ($client:expr, $rpc:ident, $message:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {
        $client
            .$rpc(khidma_proto::directory::$message {
                request_id: crate::stage::key(),
                $($field: value!($field $($value)?).into(),)*
                ..Default::default()
            })
            .await
            .map(|answer| answer.into_inner().position)
    };
}

/// Asks a question about all that was done before.
macro_rules! query {
    ($stage:expr, $client:ident, $rpc:ident, $message:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        let min_position = $stage.head().await;
        $stage
            .$client
            .$rpc(khidma_proto::directory::$message { min_position, $($field: value!($field $($value)?).into(),)* ..Default::default() })
            .await
            .map(tonic::Response::into_inner)
    }};
}

/// Operations has IT and finance under it. Amina, Bao and Mina are of IT, which Mina leads; Dao is of finance.
pub(crate) struct Stage {
    pub host: Host,
    /// Keeps the directory.
    pub admin: Client,
    /// Leads IT.
    pub mina: Client,
    /// Of IT.
    pub amina: Client,
    /// Of IT.
    pub bao: Client,
    /// Of finance.
    pub dao: Client,
}

impl Stage {
    /// With the organisation.
    pub(crate) async fn set() -> Self {
        let mut stage = Self::on(Arc::new(MemoryLog::new())).await;
        for (id, name, parent) in [
            ("operations", "Operations", ""),
            ("it", "IT", "operations"),
            ("finance", "Finance", "operations"),
        ] {
            change!(
                stage.admin,
                create_department,
                CreateDepartmentRequest {
                    id,
                    name,
                    parent_id: parent
                }
            )
            .unwrap();
        }
        for (id, name, department) in [
            ("amina", "Amina R.", "it"),
            ("bao", "Bao", "it"),
            ("mina", "Mina", "it"),
            ("dao", "Đạo", "finance"),
        ] {
            let kind = pb::PersonKind::Employee;
            change!(
                stage.admin,
                register_person,
                RegisterPersonRequest {
                    id,
                    display_name: name,
                    kind,
                    department_id: department
                }
            )
            .unwrap();
        }
        stage
    }

    /// Another service on the same log.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        let host = Host::on(log, |deps| async move {
            Ok(vec![khidma_directory::start(&deps).await?])
        })
        .await;
        Self {
            admin: Client::new(host.connect("root", "hr", &[Role::Admin]).await),
            mina: Client::new(host.connect("mina", "it", &[Role::Manager]).await),
            amina: Client::new(host.connect("amina", "it", &[]).await),
            bao: Client::new(host.connect("bao", "it", &[]).await),
            dao: Client::new(host.connect("dao", "finance", &[]).await),
            host,
        }
    }

    pub(crate) async fn head(&self) -> u64 {
        self.host.log.head().await.unwrap().0
    }

    /// The role "desk", which Amina and Bao hold in IT.
    pub(crate) async fn with_desk() -> Self {
        let mut stage = Self::set().await;
        change!(
            stage.admin,
            define_role,
            DefineRoleRequest {
                id: "desk",
                name: "Service desk",
                description: "Answers."
            }
        )
        .unwrap();
        for person in ["amina", "bao"] {
            change!(
                stage.mina,
                assign_role,
                AssignRoleRequest {
                    id: "desk",
                    person_id: person,
                    department_id: "it"
                }
            )
            .unwrap();
        }
        stage
    }

    pub(crate) async fn person(&mut self, id: &str) -> pb::Person {
        query!(self, admin, get_person, GetPersonRequest { id })
            .unwrap()
            .person
            .unwrap()
    }

    pub(crate) async fn department(&mut self, id: &str) -> pb::Department {
        query!(self, admin, get_department, GetDepartmentRequest { id })
            .unwrap()
            .department
            .unwrap()
    }

    pub(crate) async fn role(&mut self, id: &str) -> pb::Role {
        query!(self, admin, get_role, GetRoleRequest { id })
            .unwrap()
            .role
            .unwrap()
    }
}

/// Code, reason and field of a refusal.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, String, String) {
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

/// That it is refused so.
#[track_caller]
pub(crate) fn expect<T: std::fmt::Debug>(
    result: Result<T, Status>,
    code: Code,
    reason: &str,
    field: &str,
) {
    assert_eq!(refused(result), (code, reason.to_owned(), field.to_owned()));
}
