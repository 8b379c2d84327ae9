//! The stage of people: a running service, what the directory has said, and who calls.

use std::sync::Arc;

use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::Profile;
use khidma_kernel::{Role, Timestamp};
use khidma_proto::notifications as pb;
use khidma_proto::notifications::inbox_service_client::InboxServiceClient;
use khidma_proto::notifications::preferences_service_client::PreferencesServiceClient;
use khidma_testkit::{Host, eventually};
use tonic::Code;

pub(crate) use crate::stage::{LONG, key, refused};
use crate::stage::{department, employee, mail};

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct Person {
    pub inbox: InboxServiceClient<Connection>,
    pub wishes: PreferencesServiceClient<Connection>,
}

/// A running service.
pub(crate) struct Stage {
    pub host: Host,
    /// Leads IT.
    pub mei: Person,
    /// Of IT; reads English.
    pub daniel: Person,
    /// Of IT; reads Persian, and has an address for e-mail.
    pub sana: Person,
    /// Leads HR.
    pub linh: Person,
    /// Of no department, whatever their token says.
    pub farid: Person,
    /// Operates the servers.
    pub root: Person,
}

impl Stage {
    /// IT, with its help desk below, and HR.
    pub(crate) async fn set() -> Self {
        let log = Arc::new(MemoryLog::new());
        organise(&*log).await;
        Self::on(log).await
    }

    /// Another service on the same log, with nothing of its own yet.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        let host = Host::on(log, |deps| async move {
            Ok(vec![khidma_notifications::start(&deps).await?])
        })
        .await;
        let person = async |name, department, roles: &[Role]| {
            let connection = host.connect(name, department, roles).await;
            Person {
                inbox: InboxServiceClient::new(connection.clone()),
                wishes: PreferencesServiceClient::new(connection),
            }
        };
        Self {
            mei: person("mei", "it", &[Role::Manager]).await,
            daniel: person("daniel", "it", &[]).await,
            sana: person("sana", "it", &[]).await,
            linh: person("linh", "hr", &[Role::Manager]).await,
            farid: person("farid", "hr", &[]).await,
            root: person("root", "it", &[Role::Admin]).await,
            host,
        }
    }

    /// Mei says something to IT; where it stands.
    pub(crate) async fn say(&self, title: &str) -> u64 {
        let said = self.mei.wishes.clone().announce(saying(title)).await;
        said.unwrap().into_inner().position
    }

    /// Mei says something to IT, and it has come to Daniel; his whole inbox, the newest first.
    pub(crate) async fn said(&self, titles: &[&str]) -> Vec<pb::InboxMessage> {
        let before = self.daniel.all().await.len();
        for title in titles {
            self.say(title).await;
        }
        self.daniel.until(before + titles.len()).await
    }
}

impl Person {
    /// All that is in their inbox, the newest first.
    pub(crate) async fn all(&self) -> Vec<pb::InboxMessage> {
        let request = pb::ListInboxRequest {
            include_archived: true,
            page_size: 500,
            ..Default::default()
        };
        self.list(request).await.messages
    }

    pub(crate) async fn list(&self, request: pb::ListInboxRequest) -> pb::ListInboxResponse {
        self.inbox
            .clone()
            .list_inbox(request)
            .await
            .unwrap()
            .into_inner()
    }

    /// Waits until there are so many messages in their inbox; those.
    pub(crate) async fn until(&self, count: usize) -> Vec<pb::InboxMessage> {
        let came = eventually(LONG, || async { self.all().await.len() >= count }).await;
        let all = self.all().await;
        assert!(came, "{} of {count} came", all.len());
        assert_eq!(all.len(), count);
        all
    }

    /// How many are not read, and not seen, once that position is seen.
    pub(crate) async fn unread(&self, min_position: u64) -> (u64, u64) {
        let request = pb::CountUnreadRequest { min_position };
        let counted = self.inbox.clone().count_unread(request).await.unwrap();
        let counted = counted.into_inner();
        (counted.unread, counted.unseen)
    }
}

/// What Mei may say to IT.
pub(crate) fn saying(title: &str) -> pb::AnnounceRequest {
    pb::AnnounceRequest {
        request_id: key(),
        department_id: "it".into(),
        to_department_ids: vec!["it".into()],
        texts: vec![text("en", title)],
        urgent: false,
    }
}

pub(crate) fn text(language: &str, title: &str) -> pb::AnnouncementText {
    pb::AnnouncementText {
        language: language.into(),
        title: title.into(),
        text: format!("All about: {title}"),
    }
}

/// So many seconds after the clock's beginning.
pub(crate) fn after(stage: &Stage, seconds: i64) -> Option<prost_types::Timestamp> {
    let at: Timestamp = stage.host.now().plus_seconds(seconds);
    Some(prost_types::Timestamp {
        seconds: at.as_micros().div_euclid(1_000_000),
        nanos: 0,
    })
}

pub(crate) fn no(code: Code, reason: &str, field: &str) -> (Code, String, String) {
    (code, reason.to_owned(), field.to_owned())
}

async fn organise(log: &dyn EventLog) {
    for (name, parent) in [("it", None), ("help-desk", Some("it")), ("hr", None)] {
        department(log, name, parent).await;
    }
    let people = [
        ("mei", Some("it"), "en"),
        ("daniel", Some("it"), "en"),
        ("sana", Some("it"), "fa-IR"),
        ("linh", Some("hr"), "vi"),
        ("farid", None, "ar"),
        ("hoa", Some("help-desk"), "vi"),
    ];
    for (person, department, language) in people {
        let by_mail = (person == "sana").then(|| mail(person));
        let profile = Profile {
            languages: vec![language.into()],
            channels: by_mail.into_iter().collect(),
            ..Profile::default()
        };
        employee(log, person, department, profile).await;
    }
}
