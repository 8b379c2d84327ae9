//! The stage of deliveries: a running service that may post to this machine, and what was asked for.

use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt;
use khidma_edge::client::Connection;
use khidma_eventlog::{AppendError, Appended, Commits, EventLog, LogError, MemoryLog, Proposal};
use khidma_events::directory::*;
use khidma_events::notifications::*;
use khidma_kernel::{DeliveryId, Position, Role, Timestamp};
use khidma_notifications_texts::sample;
use khidma_proto::notifications as pb;
use khidma_proto::notifications::deliveries_service_client::DeliveriesServiceClient;
use khidma_testkit::{Host, Said, append_said, eventually};
use serde_json::json;
use tonic::Status;
use uuid::Uuid;

pub(crate) use crate::stage::{LONG, key};
use crate::stage::{department, employee, id, mail, refused};

pub(crate) type Client = DeliveriesServiceClient<Connection>;

/// A running service, and who looks.
pub(crate) struct Stage {
    pub host: Host,
    /// Leads IT.
    pub mina: Client,
    /// Of IT.
    pub amina: Client,
    /// Leads finance.
    pub dao: Client,
    /// Operates the servers.
    pub root: Client,
}

impl Stage {
    /// IT, which Mina leads and Amina is of, and finance. Amina can be reached by e-mail.
    pub(crate) async fn set() -> Self {
        Self::set_on(Arc::new(MemoryLog::new())).await
    }

    /// The same on this log, on which nothing stands yet.
    pub(crate) async fn set_on(log: Arc<dyn EventLog>) -> Self {
        organise(&*log).await;
        Self::on(log).await
    }

    /// Another service on the same log, with nothing of its own yet.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        Self::with(log, &["127.0.0.1"]).await
    }

    /// One that may post to these although they are not public.
    pub(crate) async fn with(log: Arc<dyn EventLog>, allowed: &[&str]) -> Self {
        let section = json!({ "posts": { "allow_http": true, "allow_private": allowed } });
        Self::configured(log, section).await
    }

    /// One with this section of the configuration.
    pub(crate) async fn configured(log: Arc<dyn EventLog>, section: serde_json::Value) -> Self {
        let host = Host::on(log, |mut deps| async move {
            let mut config = (*deps.config).clone();
            config.set_service("notifications", &section).unwrap();
            deps.config = Arc::new(config);
            Ok(vec![khidma_notifications::start(&deps).await?])
        })
        .await;
        let client = async |person, department, roles: &[Role]| {
            Client::new(host.connect(person, department, roles).await)
        };
        Self {
            mina: client("mina", "it", &[Role::Manager]).await,
            amina: client("amina", "it", &[]).await,
            dao: client("dao", "finance", &[Role::Manager]).await,
            root: client("root", "ops", &[Role::Admin]).await,
            host,
        }
    }

    /// IT's webhook at `url`, and its secret.
    pub(crate) async fn hook(&self, name: &str, url: &str) -> String {
        let registered = self.mina.clone().register_endpoint(hook(name, url)).await;
        let registered = registered.unwrap().into_inner();
        self.host.caught_up().await;
        registered.secret
    }

    /// Somebody does not want to be disturbed at these hours.
    pub(crate) async fn quiet(&self, person: &str, hours: QuietHours) {
        let (log, entity) = (&*self.host.log, person_entity(&id(person)));
        let mut commits = log.follow(Position::START);
        let last = loop {
            let commit = commits.next().await.unwrap().unwrap();
            if commit.entity == entity {
                break commit.position;
            }
        };
        let profile = Profile {
            quiet_hours: Some(hours),
            ..Profile::default()
        };
        let said = Said::by_person(person, self.host.now());
        let events: Vec<PersonEvent> = vec![ProfileUpdated { profile }.into()];
        append_said(log, entity, last, said, events).await;
        self.host.caught_up().await;
    }

    /// A breach is to be told to an endpoint, as if a rule had asked for it.
    pub(crate) async fn post(&self, to: &str, number: u64) -> DeliveryId {
        self.ask(Receiver::Endpoint(id(to)), Channel::Webhook, number)
            .await
    }

    /// The same, and it comes at any hour.
    pub(crate) async fn post_urgently(&self, to: &str, number: u64) -> DeliveryId {
        let to = Receiver::Endpoint(id(to));
        self.request(to, Channel::Webhook, number, (true, None))
            .await
    }

    /// A delivery is asked for, as if a rule had done so.
    pub(crate) async fn ask(&self, to: Receiver, channel: Channel, number: u64) -> DeliveryId {
        self.ask_for(to, channel, number, None).await
    }

    /// The same, not to be sent before that.
    pub(crate) async fn ask_for(
        &self,
        to: Receiver,
        channel: Channel,
        number: u64,
        not_before: Option<Timestamp>,
    ) -> DeliveryId {
        self.request(to, channel, number, (false, not_before)).await
    }

    async fn request(
        &self,
        to: Receiver,
        channel: Channel,
        number: u64,
        (urgent, not_before): (bool, Option<Timestamp>),
    ) -> DeliveryId {
        let origin = Origin {
            position: Position(1_000_000 + number),
            number: 0,
        };
        let delivery = DeliveryId(Uuid::from_u128(u128::from(number) + 1));
        let requested = DeliveryRequested {
            to,
            channel,
            message: sample(MessageKind::Breach),
            language: "en".into(),
            texts: 1,
            origin,
            urgent,
            not_before,
        };
        let said = Said {
            at: self.host.now(),
            by: khidma_kernel::Actor::Service("notifications".into()),
            traceparent: None,
        };
        let mut events: Vec<DeliveryEvent> = vec![requested.into()];
        if channel == Channel::Inbox {
            events.push(Delivered { attempt: 1 }.into());
        }
        let (log, entity) = (&*self.host.log, delivery.to_string());
        append_said(log, entity, Position::START, said, events).await;
        delivery
    }

    /// How a delivery is doing, as an operator sees it.
    pub(crate) async fn see(&self, id: DeliveryId) -> pb::Delivery {
        self.host.caught_up().await;
        let request = pb::GetDeliveryRequest {
            id: id.to_string(),
            min_position: self.host.log.head().await.unwrap().0,
        };
        let seen = self.root.clone().get_delivery(request).await.unwrap();
        seen.into_inner().delivery.unwrap()
    }

    /// Waits until a delivery is so; as it is then.
    pub(crate) async fn until(
        &self,
        id: DeliveryId,
        what: &str,
        is_so: impl Fn(&pb::Delivery) -> bool,
    ) -> pb::Delivery {
        let came = eventually(LONG, || async { is_so(&self.see(id).await) }).await;
        let seen = self.see(id).await;
        assert!(came, "{what}: {seen:?}");
        seen
    }

    pub(crate) async fn until_state(
        &self,
        id: DeliveryId,
        state: pb::DeliveryState,
    ) -> pb::Delivery {
        self.until(id, state.as_str_name(), |seen| seen.state() == state)
            .await
    }

    /// Moves the clock to just after when the delivery is tried next.
    pub(crate) fn to_next_attempt(&self, delivery: &pb::Delivery) {
        let next = delivery.next_attempt.unwrap();
        let next = Timestamp::from_micros(next.seconds * 1_000_000).plus_seconds(1);
        self.host.hand.set(next);
    }
}

/// A webhook of IT.
pub(crate) fn hook(name: &str, url: &str) -> pb::RegisterEndpointRequest {
    pb::RegisterEndpointRequest {
        request_id: key(),
        id: name.into(),
        owner: Some(pb::register_endpoint_request::Owner::DepartmentId(
            "it".into(),
        )),
        kind: pb::EndpointKind::Webhook.into(),
        url: url.into(),
        kinds: vec![],
        language: String::new(),
    }
}

/// The stable reason of a refusal, and the field at fault.
pub(crate) fn why<T: std::fmt::Debug>(result: Result<T, Status>) -> (String, String) {
    let (_, reason, field) = refused(result);
    (reason, field)
}

async fn organise(log: &dyn EventLog) {
    for name in ["it", "finance"] {
        department(log, name, None).await;
    }
    for (person, department) in [("mina", "it"), ("amina", "it"), ("dao", "finance")] {
        let by_mail = (person == "amina").then(|| mail(person));
        let profile = Profile {
            channels: by_mail.into_iter().collect(),
            ..Profile::default()
        };
        employee(log, person, Some(department), profile).await;
    }
}

/// A log that does not take what becomes of deliveries.
pub(crate) struct Shut {
    pub log: Arc<dyn EventLog>,
}

#[async_trait]
impl EventLog for Shut {
    async fn append(
        &self,
        proposal: Proposal,
        expected: Position,
    ) -> Result<Appended, AppendError> {
        let of_a_delivery = proposal.entity.parse::<DeliveryId>().is_ok();
        if of_a_delivery && expected != Position::START {
            return Err(AppendError::Unavailable("it is shut".into()));
        }
        self.log.append(proposal, expected).await
    }

    fn follow(&self, after: Position) -> Commits {
        self.log.follow(after)
    }

    async fn head(&self) -> Result<Position, LogError> {
        self.log.head().await
    }
}
