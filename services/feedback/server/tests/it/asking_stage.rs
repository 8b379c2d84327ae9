//! The stage of questions: a running service, who calls it, and requests whose lives a test tells.

use std::sync::Arc;

use futures::StreamExt;
use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::Event;
use khidma_events::directory::Profile;
use khidma_events::feedback::{EntityKind, QuestionAsked, QuestionEvent, answer_link, question_of};
use khidma_events::requests::*;
use khidma_feedback::FeedbackConfig;
use khidma_kernel::{Position, Role, ServiceRequestId, Timestamp};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::questions_service_client::QuestionsServiceClient;
use khidma_testkit::{Host, Said, append_said, eventually};
use uuid::Uuid;

pub(crate) use crate::stage::{LONG, id, key, refused};
use crate::stage::{department, employee};

pub(crate) type Client = QuestionsServiceClient<Connection>;

pub(crate) const DAY: i64 = 24 * 3600;

/// Where people reach the service, as its operator has said.
pub(crate) const PUBLIC: &str = "https://khidma.example.org/";

/// A running service.
pub(crate) struct Stage {
    pub host: Host,
    /// Of HR; reads Persian.
    pub amina: Client,
    /// Of HR.
    pub badr: Client,
    /// Leads IT.
    pub mei: Client,
    /// Of IT.
    pub daniel: Client,
    /// Operates the servers.
    pub root: Client,
    /// Takes over what other systems kept.
    pub mover: Client,
}

/// A request, and where its last commit stands.
pub(crate) struct Life {
    pub id: ServiceRequestId,
    last: Position,
}

impl Stage {
    /// IT and HR.
    pub(crate) async fn set() -> Self {
        let log = Arc::new(MemoryLog::new());
        organise(&*log).await;
        Self::on(log).await
    }

    /// Another service on the same log, with nothing of its own yet.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        let host = Host::on(log, |mut deps| async move {
            let mut config = (*deps.config).clone();
            let ours = FeedbackConfig {
                public_url: Some(PUBLIC.to_owned()),
                ..FeedbackConfig::default()
            };
            config.set_service("feedback", &ours).unwrap();
            deps.config = Arc::new(config);
            Ok(vec![khidma_feedback::start(&deps).await?])
        })
        .await;
        let client = async |name, department, roles: &[Role]| {
            Client::new(host.connect(name, department, roles).await)
        };
        Self {
            amina: client("amina", "hr", &[]).await,
            badr: client("badr", "hr", &[]).await,
            mei: client("mei", "it", &[Role::Manager]).await,
            daniel: client("daniel", "it", &[]).await,
            root: client("root", "hr", &[Role::Admin]).await,
            mover: client("mover", "hr", &[Role::Import]).await,
            host,
        }
    }

    /// Amina asks IT for a laptop.
    pub(crate) async fn submitted(&self) -> Life {
        self.asked_for(laptop()).await
    }

    pub(crate) async fn asked_for(&self, submitted: Submitted) -> Life {
        submit(&*self.host.log, self.host.now(), submitted).await
    }

    /// Something happens to a request.
    pub(crate) async fn happens(&self, life: &mut Life, events: Vec<RequestEvent>) {
        happens(&*self.host.log, self.host.now(), life, events).await;
    }

    /// Amina asked IT for a laptop, and it was done.
    pub(crate) async fn done(&self) -> Life {
        let mut life = self.submitted().await;
        self.happens(&mut life, vec![confirmed()]).await;
        life
    }

    /// Her question about a request, once it is in that state.
    pub(crate) async fn question(&self, life: &Life, state: pb::QuestionState) -> pb::Question {
        let found = async || {
            let request = pb::GetQuestionRequest {
                service_request_id: life.id.to_string(),
                ..Default::default()
            };
            let got = self.amina.clone().get_question(request).await;
            got.ok().and_then(|got| got.into_inner().question)
        };
        let is_so = eventually(LONG, || async {
            found()
                .await
                .is_some_and(|question| question.state() == state)
        });
        assert!(is_so.await, "not {state:?}: {:?}", found().await);
        found().await.unwrap()
    }

    /// All that was ever asked about a request, so far.
    pub(crate) async fn askings(&self, life: &Life) -> Vec<QuestionAsked> {
        let events = questions(&*self.host.log, life.id).await.into_iter();
        let asked = events.filter_map(|event| match event {
            QuestionEvent::QuestionAsked(asked) => Some(asked),
            _ => None,
        });
        asked.collect()
    }

    /// Nothing was asked about a request, although another that ended after it has been asked about since.
    pub(crate) async fn is_not_asked_about(&self, life: &Life) {
        let later = self.done().await;
        self.question(&later, pb::QuestionState::Open).await;
        assert!(questions(&*self.host.log, life.id).await.is_empty());
    }
}

/// What happened to the question about a request, so far.
pub(crate) async fn questions(log: &dyn EventLog, request: ServiceRequestId) -> Vec<QuestionEvent> {
    let (head, mut found) = (log.head().await.unwrap(), Vec::new());
    let (mut commits, mut at) = (log.follow(Position::START), Position::START);
    while at < head {
        let commit = commits.next().await.unwrap().unwrap();
        at = commit.position;
        if commit.context.as_ref() == QuestionEvent::CONTEXT
            && EntityKind::of(&commit.entity) == Some(EntityKind::Question(question_of(request)))
        {
            let decoded = khidma_events::decode::<QuestionEvent>(&commit.payload).unwrap();
            found.extend(decoded.events.into_iter().map(|recorded| recorded.event));
        }
    }
    found
}

/// The link in the message that asked this.
pub(crate) fn link(asked: &QuestionAsked) -> String {
    answer_link(PUBLIC, asked.question, &asked.secret)
}

/// Amina of HR asks IT for a laptop.
pub(crate) fn laptop() -> Submitted {
    let (it, amina, hr) = (id("it"), id("amina"), id("hr"));
    Submitted::plain(it, amina, hr, "A laptop")
}

pub(crate) fn confirmed() -> RequestEvent {
    Confirmed { comment: None }.into()
}

pub(crate) fn reopened() -> RequestEvent {
    Reopened {
        reason: "It does not start".into(),
    }
    .into()
}

pub(crate) async fn submit(log: &dyn EventLog, at: Timestamp, submitted: Submitted) -> Life {
    let mut life = Life {
        id: ServiceRequestId(Uuid::new_v4()),
        last: Position::START,
    };
    happens(log, at, &mut life, vec![submitted.into()]).await;
    life
}

pub(crate) async fn happens(
    log: &dyn EventLog,
    at: Timestamp,
    life: &mut Life,
    events: Vec<RequestEvent>,
) {
    let said = Said::by_person("amina", at);
    life.last = append_said(log, life.id.to_string(), life.last, said, events).await;
}

/// There are IT and HR, and who belongs to them.
pub(crate) async fn organise(log: &dyn EventLog) {
    for name in ["it", "hr"] {
        department(log, name, None).await;
    }
    let people = [
        ("mei", "it", "en"),
        ("daniel", "it", "en"),
        ("amina", "hr", "fa-IR"),
        ("badr", "hr", "ar"),
    ];
    for (person, department, language) in people {
        let profile = Profile {
            languages: vec![language.into()],
            ..Profile::default()
        };
        employee(log, person, Some(department), profile).await;
    }
}

/// The rule of IT, with these changes of the usual one.
pub(crate) fn rule(change: impl FnOnce(&mut pb::AskingRule)) -> pb::SetAskingRuleRequest {
    let mut rule = pb::AskingRule {
        asking: pb::Asking::Always.into(),
        remind_after_days: 3,
        expires_after_days: 14,
        ..Default::default()
    };
    change(&mut rule);
    pb::SetAskingRuleRequest {
        request_id: key(),
        department_id: "it".into(),
        rule: Some(rule),
    }
}

pub(crate) fn saying(question: &pb::Question, score: u32) -> pb::AnswerQuestionRequest {
    pb::AnswerQuestionRequest {
        request_id: key(),
        id: question.id.clone(),
        score,
        ..Default::default()
    }
}
