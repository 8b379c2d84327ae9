//! The stage of ladders: a running service, and what the directory, the requests and their clocks have said.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::{DepartmentEvent, PersonEvent, RoleEvent};
use khidma_events::notifications::{
    Channel, DeliveryEvent, DeliveryRequested, MessageKind, Receiver,
};
use khidma_events::requests::RequestEvent;
use khidma_events::sla::{ClockEvent, PolicyEvent};
use khidma_events::{Event, raw_events};
use khidma_kernel::{Position, Role, Timestamp};
use khidma_projection::AgendaItem;
use khidma_proto::notifications as pb;
use khidma_proto::notifications::escalations_service_client::EscalationsServiceClient;
use khidma_testkit::{Host, Said, append_said, eventually};
use serde_json::{Value, json};
use tonic::{Code, Status};
use uuid::Uuid;

pub(crate) type Client = EscalationsServiceClient<Connection>;

/// A running service.
pub(crate) struct Stage {
    pub host: Host,
    last: Mutex<HashMap<String, Position>>,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A step of a ladder so many percent of the target, or so many seconds after it.
pub(crate) fn percent(percent: u16, to: Value) -> Value {
    json!({ "at": { "percent": percent }, "to": to })
}

/// The clock that the stories watch.
pub(crate) fn resolve() -> Value {
    json!({ "metric": "resolve", "number": 1 })
}

impl Stage {
    /// With nobody there yet.
    pub(crate) async fn set() -> Self {
        Self::on(Arc::new(MemoryLog::new())).await
    }

    /// On this log.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        let host = Host::on(log, |deps| async move {
            Ok(vec![khidma_notifications::start(&deps).await?])
        });
        Self {
            host: host.await,
            last: Mutex::default(),
        }
    }

    /// Somebody looks, or acknowledges.
    pub(crate) async fn client(&self, person: &str, department: &str, roles: &[Role]) -> Client {
        Client::new(self.host.connect(person, department, roles).await)
    }

    /// Who operates the servers.
    pub(crate) async fn root(&self) -> Client {
        self.client("root", "ops", &[Role::Admin]).await
    }

    /// Another service says something of one of its entities.
    pub(crate) async fn say<E: Event>(&self, entity: &str, events: &[(&str, Value)]) {
        let events = events.iter().map(|(name, data)| {
            let raw = serde_json::value::to_raw_value(data).unwrap();
            let name = format!("khidma.{}.{name}.v1", E::CONTEXT);
            E::decode(&name, &raw).unwrap().unwrap()
        });
        let key = format!("{}/{entity}", E::CONTEXT);
        let last = self.last.lock().unwrap().get(&key).copied();
        let last = last.unwrap_or(Position::START);
        let said = Said::by_person("root", self.host.now());
        let entity = entity.to_owned();
        let position = append_said(
            &*self.host.log,
            entity.clone(),
            last,
            said,
            events.collect(),
        )
        .await;
        self.last.lock().unwrap().insert(key, position);
    }

    /// Somebody works here.
    pub(crate) async fn person(&self, id: &str, language: &str, manager: Option<&str>) {
        let profile = json!({ "languages": [language] });
        let registered = json!({ "person": id, "display_name": id, "kind": "employee" });
        let events = [
            ("person_registered", registered),
            ("manager_set", json!({ "manager": manager })),
            ("profile_updated", json!({ "profile": profile })),
        ];
        self.say::<PersonEvent>(&format!("person-{id}"), &events)
            .await;
    }

    /// They belong to a department.
    pub(crate) async fn joins(&self, id: &str, department: &str) {
        let joined = json!({ "department": department, "main": true });
        self.say::<PersonEvent>(&format!("person-{id}"), &[("department_joined", joined)])
            .await;
    }

    /// They report to somebody else.
    pub(crate) async fn reports_to(&self, id: &str, manager: &str) {
        let set = json!({ "manager": manager });
        self.say::<PersonEvent>(&format!("person-{id}"), &[("manager_set", set)])
            .await;
    }

    /// There is such a department.
    pub(crate) async fn department(&self, id: &str) {
        let created = json!({ "department": id, "name": id });
        let events = [("department_created", created)];
        self.say::<DepartmentEvent>(&format!("department-{id}"), &events)
            .await;
    }

    /// They hold a role.
    pub(crate) async fn holds(&self, id: &str, role: &str, department: &str) {
        let defined = json!({ "role": role, "name": role, "description": "What it says." });
        let assigned = json!({ "person": id, "department": department });
        let events = [("role_defined", defined), ("role_assigned", assigned)];
        self.say::<RoleEvent>(&format!("role-{role}"), &events)
            .await;
    }

    /// IT's promise to resolve within four hours, with this ladder.
    pub(crate) async fn policy(&self, ladder: Value) {
        let target = json!({ "within_seconds": 4 * 3600, "time": "wall_clock", "ladder": ladder });
        let spec = json!({
            "name": "Desk",
            "rules": [{ "name": "Everything", "targets": { "resolve": target } }],
        });
        let activated = json!({ "version": 1, "spec": spec });
        self.say::<PolicyEvent>("policy-desk", &[("policy_activated", activated)])
            .await;
    }

    /// Amina of HR asks IT for something, and daniel does it; its clock runs.
    pub(crate) async fn asked(&self) -> String {
        let id = Uuid::new_v4().to_string();
        let submitted = json!({
            "provider": "it", "requester": "amina", "requester_department": "hr",
            "title": "A laptop", "priority": "normal", "channel": "web",
        });
        let assigned = json!({ "assignee": "daniel" });
        let events = [("submitted", submitted), ("assigned", assigned)];
        self.say::<RequestEvent>(&id, &events).await;
        self.clock_starts(&id).await;
        id
    }

    /// Its clock runs.
    pub(crate) async fn clock_starts(&self, id: &str) {
        self.clock(id, "clock_started", self.started()).await;
    }

    fn started(&self) -> Value {
        let now = self.host.now();
        json!({
            "from": now,
            "cause": { "position": 1, "index": 0, "event": "submitted" },
            "promise": { "policy": "desk", "version": 1, "rule": 0, "target_seconds": 4 * 3600 },
            "owner": "it",
            "requester": "hr",
            "due": now.plus_seconds(4 * 3600),
        })
    }

    /// Something happens to the clock of a request.
    pub(crate) async fn clock(&self, id: &str, what: &str, data: Value) {
        let mut data = data;
        data["clock"] = resolve();
        self.say::<ClockEvent>(id, &[(what, data)]).await;
    }

    /// The clock reaches a step of its ladder.
    pub(crate) async fn reaches(&self, id: &str, step: u32, to: Value) {
        let reached = json!({ "at": self.host.now(), "step": step, "to": to });
        self.clock(id, "ladder_step_reached", reached).await;
    }

    /// What was promised happened.
    pub(crate) async fn stops(&self, id: &str) {
        let stopped = json!({
            "at": self.host.now(),
            "cause": { "position": 1, "index": 0, "event": "resolved" },
            "elapsed_micros": 1,
            "verdict": "met",
        });
        self.clock(id, "clock_stopped", stopped).await;
    }

    /// Time passes, and what falls due until then happens, one after the other.
    pub(crate) async fn later(&self, seconds: i64) {
        let end = self.host.now().plus_seconds(seconds);
        loop {
            self.quiet().await;
            match self.due(end).first().map(|(due, _)| *due) {
                Some(next) => self.host.hand.set(next),
                None => break,
            }
        }
        self.host.hand.set(end);
        self.quiet().await;
    }

    /// Waits until everything is done that is due.
    pub(crate) async fn quiet(&self) {
        let now = self.host.now();
        let quiet = eventually(Duration::from_secs(30), || async {
            self.host.caught_up().await;
            self.due(now).is_empty()
        });
        let quiet = quiet.await;
        assert!(quiet, "something is not done: {:?}", self.due(now));
    }

    fn due(&self, until: Timestamp) -> Vec<(Timestamp, AgendaItem)> {
        let reader = self.host.projections[0].reader();
        let mut due = reader.due(until, 10_000).unwrap();
        // Whether what was asked for arrives is another story.
        due.retain(|(_, item)| item.kind != "send");
        due
    }

    /// The inboxes in which something of a request's escalations was put, in the order of the log.
    pub(crate) async fn told(&self, id: &str) -> Vec<String> {
        let requested = self.requested().await;
        let of_it = requested.into_iter().filter(|(_, event)| {
            event.channel == Channel::Inbox
                && event.message.request.map(|request| request.to_string()) == Some(id.to_owned())
        });
        let people = of_it.map(|(_, event)| match event.to {
            Receiver::Person(person) => person.to_string(),
            Receiver::Endpoint(endpoint) => endpoint.to_string(),
        });
        people.collect()
    }

    /// Every delivery of an escalation that was asked for, and when.
    pub(crate) async fn requested(&self) -> Vec<(Timestamp, DeliveryRequested)> {
        let head = self.host.log.head().await.unwrap();
        let mut commits = self.host.log.follow(Position::START);
        let mut requested = Vec::new();
        while let Some(commit) = commits.next().await {
            let commit = commit.unwrap();
            for raw in raw_events(&commit.payload).unwrap() {
                let event = DeliveryEvent::decode(&raw.type_name, raw.data);
                if let Some(Ok(DeliveryEvent::DeliveryRequested(event))) = event {
                    requested.push((raw.time, event));
                }
            }
            if commit.position >= head {
                break;
            }
        }
        requested.retain(|(_, event)| event.message.kind == MessageKind::Escalation);
        requested
    }

    /// All escalations of a request as an admin sees them, the oldest first.
    pub(crate) async fn escalations(&self, id: &str) -> Vec<pb::Escalation> {
        let mut all = seen_by(&mut self.root().await, id).await;
        all.reverse();
        all
    }
}

/// The escalations of a request that somebody sees, the newest first.
pub(crate) async fn seen_by(client: &mut Client, id: &str) -> Vec<pb::Escalation> {
    let list = pb::ListEscalationsRequest {
        service_request_id: id.into(),
        ..Default::default()
    };
    client
        .list_escalations(list)
        .await
        .unwrap()
        .into_inner()
        .escalations
}

/// Somebody takes care of an escalation.
pub(crate) async fn acknowledge(client: &mut Client, id: &str) -> Result<u64, Status> {
    let request = pb::AcknowledgeEscalationRequest {
        request_id: Uuid::new_v4().to_string(),
        id: id.into(),
        comment: String::new(),
    };
    let answer = client.acknowledge_escalation(request).await?;
    Ok(answer.into_inner().position)
}

/// Who was told of an escalation, level by level.
pub(crate) fn levels(escalation: &pb::Escalation) -> Vec<Vec<&str>> {
    let levels = escalation.levels.iter();
    levels
        .map(|level| level.person_ids.iter().map(String::as_str).collect())
        .collect()
}

/// The code and the reason of a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> (Code, String) {
    let (code, reason, _) = crate::stage::refused(result);
    (code, reason)
}
