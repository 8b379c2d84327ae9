//! The stage of policies: a running service, who calls it, and what the directory and the requests have said.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use khidma_calendar::{CalendarSpec, Holiday, LocalInterval, WeeklyPattern};
use khidma_edge::client::Connection;
use khidma_edge::status::ErrorReport;
use khidma_eventlog::{EventLog, MemoryLog, Stored};
use khidma_events::Event;
use khidma_events::directory::{
    CalendarEvent, CalendarPut, DepartmentCreated, DepartmentEvent, PersonEvent, PersonKind,
    PersonRegistered, calendar_entity, department_entity, person_entity,
};
use khidma_events::requests::{RequestEvent, Submitted};
use khidma_events::sla::{ClockEvent, PolicyEvent};
use khidma_kernel::{Actor, Position, Role, Timestamp};
use khidma_proto::sla as pb;
use khidma_proto::sla::policies_service_client::PoliciesServiceClient;
use khidma_testkit::{Host, Said, append_said, eventually};
use tonic::Status;
use uuid::Uuid;

pub(crate) type Client = PoliciesServiceClient<Connection>;

/// How long something may take before the test fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running service, and who calls it.
pub(crate) struct Stage {
    pub host: Host,
    pub teller: Arc<Teller>,
    /// Keeps the directory.
    pub admin: Client,
    /// Leads IT.
    pub mei: Client,
    /// Of HR.
    pub amina: Client,
}

/// Says on the log what other services would.
pub(crate) struct Teller {
    pub log: Arc<dyn EventLog>,
    last: Mutex<HashMap<String, Position>>,
}

impl Teller {
    /// Appends `events` of `by` at `at` to those of `entity`.
    pub(crate) async fn tell<E: Event>(&self, entity: &str, at: &str, by: &str, events: Vec<E>) {
        let by = match by {
            "service" => Actor::Service("requests".into()),
            person => Actor::Person(person.parse().unwrap()),
        };
        let said = Said {
            at: at.parse().unwrap(),
            by,
            traceparent: None,
        };
        let last = self.last.lock().unwrap().get(entity).copied();
        let last = last.unwrap_or(Position::START);
        let position = append_said(&*self.log, entity.to_owned(), last, said, events).await;
        self.last
            .lock()
            .unwrap()
            .insert(entity.to_owned(), position);
    }

    /// Amina of HR asks IT for something; the request's id.
    pub(crate) async fn submitted(&self, at: &str) -> String {
        let request = Uuid::new_v4().to_string();
        let id = |text: &str| text.parse().unwrap();
        let submitted = Submitted::plain(id("it"), "amina".parse().unwrap(), id("hr"), "A laptop");
        self.tell::<RequestEvent>(&request, at, "amina", vec![submitted.into()])
            .await;
        request
    }

    /// Daniel of IT does something with it.
    pub(crate) async fn daniel(&self, request: &str, at: &str, event: impl Into<RequestEvent>) {
        self.tell::<RequestEvent>(request, at, "daniel", vec![event.into()])
            .await;
    }

    /// The office calendar, with holidays.
    pub(crate) async fn calendar(&self, revision: u32, holidays: &[&str]) {
        let put = CalendarPut {
            calendar: "rome-office".parse().unwrap(),
            revision,
            spec: office(holidays),
        };
        let entity = calendar_entity(&put.calendar);
        self.tell::<CalendarEvent>(&entity, "2026-03-02T09:00:00Z", "mei", vec![put.into()])
            .await;
    }

    /// All that is on the log.
    pub(crate) async fn all(&self) -> Vec<Stored> {
        let head = self.log.head().await.unwrap();
        let mut commits = self.log.follow(Position::START);
        let mut found = Vec::new();
        while found
            .last()
            .is_none_or(|last: &Stored| last.position < head)
        {
            found.push(commits.next().await.unwrap().unwrap());
        }
        found
    }

    /// What the clocks of a request have said.
    pub(crate) async fn clocks(&self, request: &str) -> Vec<ClockEvent> {
        self.said(|stored| &*stored.context == "sla" && stored.entity == request)
            .await
    }

    /// What a policy has said.
    pub(crate) async fn policy(&self, id: &str) -> Vec<PolicyEvent> {
        let entity = format!("policy-{id}");
        self.said(|stored| stored.entity == entity).await
    }

    pub(crate) async fn said<E: Event>(&self, of: impl Fn(&Stored) -> bool) -> Vec<E> {
        let all = self.all().await;
        let decoded = all.iter().filter(|stored| of(stored)).map(|stored| {
            let commit = khidma_events::decode::<E>(&stored.payload).unwrap();
            commit.events.into_iter().map(|recorded| recorded.event)
        });
        decoded.flatten().collect()
    }

    /// Waits until `enough` is true of what `said` says.
    pub(crate) async fn until(&self, what: &str, enough: impl AsyncFn(&Self) -> bool) {
        let enough = &enough;
        assert!(eventually(PATIENCE, || enough(self)).await, "{what}");
    }
}

/// Mondays to Fridays from nine to six in Rome.
fn office(holidays: &[&str]) -> CalendarSpec {
    let hours = || {
        vec![LocalInterval {
            start: "09:00".into(),
            end: "18:00".into(),
        }]
    };
    let days = ["mon", "tue", "wed", "thu", "fri"];
    let holidays = holidays.iter().map(|date| Holiday {
        date: (*date).into(),
        name: "Decreed".into(),
    });
    CalendarSpec {
        name: "Rome".into(),
        time_zone: "Europe/Rome".into(),
        weekly: vec![WeeklyPattern {
            valid_from: None,
            days: days.map(|day| (day.to_owned(), hours())).into(),
        }],
        holidays: holidays.collect(),
        ..CalendarSpec::default()
    }
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
        let teller = Arc::new(Teller {
            log,
            last: Mutex::default(),
        });
        for department in ["hr", "it", "finance"] {
            let department = department.parse().unwrap();
            let created = DepartmentCreated {
                name: format!("{department}"),
                parent: None,
                department,
            };
            let entity = department_entity(&created.department);
            let at = "2026-01-01T00:00:00Z";
            teller
                .tell::<DepartmentEvent>(&entity, at, "mei", vec![created.into()])
                .await;
        }
        for person in ["amina", "daniel", "mei"] {
            let registered = PersonRegistered {
                person: person.parse().unwrap(),
                display_name: person.to_owned(),
                kind: PersonKind::Employee,
            };
            let entity = person_entity(&registered.person);
            let at = "2026-01-01T00:00:00Z";
            teller
                .tell::<PersonEvent>(&entity, at, "mei", vec![registered.into()])
                .await;
        }
        teller.calendar(1, &[]).await;
        Self::on(teller).await
    }

    /// Another process on the same log.
    pub(crate) async fn on(teller: Arc<Teller>) -> Self {
        let host = Host::on(teller.log.clone(), |deps| async move {
            Ok(vec![khidma_sla::start(&deps).await?])
        })
        .await;
        Self {
            admin: Client::new(host.connect("root", "company", &[Role::Admin]).await),
            mei: Client::new(host.connect("mei", "it", &[Role::Manager]).await),
            amina: Client::new(host.connect("amina", "hr", &[]).await),
            host,
            teller,
        }
    }

    /// Drafts, validates and activates.
    pub(crate) async fn activate(&mut self, toml: &str, attach: pb::Attach) -> u64 {
        let drafted = self.admin.draft_policy(draft(toml)).await.unwrap();
        let id = drafted.into_inner().id;
        let validate = pb::ValidatePolicyRequest {
            request_id: key(),
            id: id.clone(),
            version: 0,
        };
        self.admin.validate_policy(validate).await.unwrap();
        let activate = pb::ActivatePolicyRequest {
            request_id: key(),
            id,
            version: 0,
            attach: attach.into(),
        };
        let activated = self.admin.activate_policy(activate).await.unwrap();
        activated.into_inner().position
    }

    pub(crate) async fn get(&self, id: &str, version: u32) -> pb::Policy {
        let min_position = self.host.log.head().await.unwrap().0;
        let question = pb::GetPolicyRequest {
            id: id.into(),
            version,
            min_position,
        };
        let answer = self.amina.clone().get_policy(question).await.unwrap();
        answer.into_inner().policy.unwrap()
    }
}

pub(crate) fn key() -> String {
    Uuid::new_v4().to_string()
}

pub(crate) fn draft(toml: &str) -> pb::DraftPolicyRequest {
    pb::DraftPolicyRequest {
        request_id: key(),
        policy: Some(pb::draft_policy_request::Policy::Toml(toml.to_owned())),
    }
}

/// All that a refusal says.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> ErrorReport {
    ErrorReport::from_status(&result.unwrap_err())
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}
