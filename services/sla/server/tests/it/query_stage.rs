//! The stage of queries: a running service, what the directory and the requests have said, and the people who look.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use khidma_edge::client::Connection;
use khidma_edge::instant::time_out;
use khidma_edge::status::ErrorReport;
use khidma_eventlog::MemoryLog;
use khidma_events::Event;
use khidma_events::directory::CalendarEvent;
use khidma_events::requests::RequestEvent;
use khidma_events::sla::{PolicyEvent, policy_entity};
use khidma_kernel::{Position, Role, Timestamp};
use khidma_proto::sla as pb;
use khidma_proto::sla::clocks_service_client::ClocksServiceClient;
use khidma_testkit::{Host, Said, append_said, eventually};
use serde_json::{Value, json};
use tonic::Status;
use uuid::Uuid;

pub(crate) type Client = ClocksServiceClient<Connection>;

/// A running service, and who looks.
pub(crate) struct Stage {
    pub host: Host,
    last: Mutex<HashMap<String, Position>>,
    /// Of HR: asks.
    pub amina: Client,
    /// Leads HR.
    pub linh: Client,
    /// Of IT: is asked.
    pub daniel: Client,
    /// Of facilities.
    pub olaf: Client,
    /// Leads sales: has nothing to do with it.
    pub vera: Client,
    /// Operates the servers.
    pub root: Client,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn time(text: &str) -> Option<prost_types::Timestamp> {
    Some(time_out(at(text)))
}

pub(crate) const HOUR: u64 = 3_600_000_000;

impl Stage {
    /// With the help desk's hours, and a promise of 4 h to acknowledge and 16 h to resolve.
    pub(crate) async fn set() -> Self {
        let host = Host::on(Arc::new(MemoryLog::new()), |deps| async move {
            Ok(vec![khidma_sla::start(&deps).await?])
        })
        .await;
        let admin = [Role::Admin];
        let manager = [Role::Manager];
        let stage = Self {
            amina: Client::new(host.connect("amina", "hr", &[]).await),
            linh: Client::new(host.connect("linh", "hr", &manager).await),
            daniel: Client::new(host.connect("daniel", "it", &[]).await),
            olaf: Client::new(host.connect("olaf", "facilities", &[]).await),
            vera: Client::new(host.connect("vera", "sales", &manager).await),
            root: Client::new(host.connect("root", "ops", &admin).await),
            host,
            last: Mutex::default(),
        };
        stage.calendar(1, &[("2026-03-04", "Patron's day")]).await;
        let policy = json!({
            "version": 1,
            "spec": {
                "name": "Desk",
                "calendar": "rome-office",
                "rules": [{
                    "name": "Everything",
                    "targets": {
                        "acknowledge": { "within_seconds": 4 * 3600 },
                        "resolve": { "within_seconds": 16 * 3600 },
                        "update": { "within_seconds": 24 * 3600, "time": "wall_clock" },
                    },
                }],
            },
        });
        let entity = policy_entity(&"desk".parse().unwrap());
        let events = ["drafted", "validated", "activated"]
            .map(|what| event::<PolicyEvent>(&format!("khidma.sla.policy_{what}.v1"), &policy));
        stage
            .append(entity, Timestamp::EPOCH, "root", events.into())
            .await;
        stage
    }

    /// The help desk's hours with these holidays.
    pub(crate) async fn calendar(&self, revision: u32, holidays: &[(&str, &str)]) {
        let hours = json!([{ "start": "09:00", "end": "18:00" }]);
        let days = json!({ "mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours });
        let holidays = holidays.iter();
        let holidays: Vec<_> = holidays
            .map(|(date, name)| json!({ "date": date, "name": name }))
            .collect();
        let put = json!({
            "calendar": "rome-office",
            "revision": revision,
            "spec": {
                "name": "Rome office",
                "time_zone": "Europe/Rome",
                "weekly": [{ "days": days }],
                "holidays": holidays,
            },
        });
        let id = "rome-office".parse().unwrap();
        let entity = khidma_events::directory::calendar_entity(&id);
        let event = event::<CalendarEvent>("khidma.directory.calendar_put.v1", &put);
        self.append(entity, Timestamp::EPOCH, "root", vec![event])
            .await;
    }

    async fn append<E: Event>(&self, entity: String, at: Timestamp, by: &str, events: Vec<E>) {
        let last = self.last.lock().unwrap().get(&entity).copied();
        let last = last.unwrap_or(Position::START);
        let said = Said::by_person(by, at);
        let position = append_said(&*self.host.log, entity.clone(), last, said, events).await;
        self.last.lock().unwrap().insert(entity, position);
    }

    /// Something happens to a request, as the requests' service tells it.
    pub(crate) async fn happen(&self, id: &str, when: &str, by: &str, what: &str, data: Value) {
        let event = event::<RequestEvent>(&format!("khidma.requests.{what}.v1"), &data);
        self.append(id.to_owned(), at(when), by, vec![event]).await;
    }

    /// Amina asks a department for something; the request's id.
    pub(crate) async fn asked(&self, when: &str, provider: &str) -> String {
        let id = Uuid::new_v4().to_string();
        let submitted = json!({
            "provider": provider,
            "requester": "amina",
            "requester_department": "hr",
            "title": "A laptop",
            "description": "",
            "offering": "laptop",
            "priority": "normal",
            "tags": [],
            "channel": "web",
        });
        self.happen(&id, when, "amina", "submitted", submitted)
            .await;
        id
    }

    pub(crate) async fn acknowledged(&self, id: &str, when: &str) {
        self.happen(id, when, "daniel", "acknowledged", json!({}))
            .await;
    }

    pub(crate) async fn waits(&self, id: &str, when: &str) {
        let data = json!({ "question": "Which one?" });
        self.happen(id, when, "daniel", "wait_began", data).await;
    }

    pub(crate) async fn resumed(&self, id: &str, when: &str) {
        self.happen(id, when, "daniel", "resumed", json!({})).await;
    }

    pub(crate) async fn transferred(&self, id: &str, when: &str, from: &str, to: &str) {
        let data = json!({ "from": from, "to": to, "reason": "Theirs." });
        self.happen(id, when, "daniel", "transferred", data).await;
    }

    pub(crate) async fn resolved(&self, id: &str, when: &str) {
        let data = json!({ "outcome": "Done.", "auto_close_at": "2027-01-01T00:00:00Z" });
        self.happen(id, when, "daniel", "resolved", data).await;
    }

    pub(crate) async fn reopened(&self, id: &str, when: &str) {
        let data = json!({ "reason": "Not yet." });
        self.happen(id, when, "amina", "reopened", data).await;
    }

    /// Sets the clock, and waits until the clocks have said all that they have to say by then.
    pub(crate) async fn now(&self, now: &str) {
        self.host.hand.set(at(now));
        let quiet = eventually(Duration::from_secs(20), || async {
            self.host.caught_up().await;
            let reader = self.host.projections[0].reader();
            reader.next_due().unwrap().is_none_or(|due| due > at(now))
        });
        let quiet = quiet.await;
        let due = self.host.projections[0].reader().due(at(now), 10);
        assert!(quiet, "the clocks are not done: {due:?}");
    }

    /// The clock of a request as an admin sees it.
    pub(crate) async fn clock(&self, id: &str, metric: pb::Metric) -> pb::Clock {
        let request = pb::GetClockRequest {
            service_request_id: id.into(),
            metric: metric.into(),
            ..Default::default()
        };
        let answer = self.root.clone().get_clock(request).await.unwrap();
        answer.into_inner().clock.unwrap()
    }
}

fn event<E: Event>(name: &str, data: &Value) -> E {
    let raw = serde_json::value::to_raw_value(data).unwrap();
    E::decode(name, &raw).unwrap().unwrap()
}

/// The code and the reason of a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> (tonic::Code, String) {
    let report = ErrorReport::from_status(&result.unwrap_err());
    (report.code, report.reason.unwrap_or_default())
}
