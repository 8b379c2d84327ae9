//! The stage of answers: rounds as the log has them, who answers them, and who looks at what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::PersonKind;
use khidma_events::feedback::*;
use khidma_kernel::{Position, Role, RoundId, Timestamp};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::answers_service_client::AnswersServiceClient;
use khidma_testkit::{Host, Said, append_said};
use tonic::Status;
use uuid::Uuid;

pub(crate) use crate::stage::{id, key, refused};

const DAY: i64 = 24 * 3600;

/// A running service, and where each round stands on the log.
pub(crate) struct Stage {
    pub host: Host,
}

/// A round that is open.
#[derive(Clone)]
pub(crate) struct Opened {
    pub id: RoundId,
    position: Position,
}

fn texts(text: &str) -> Texts {
    Texts::from([
        ("en".into(), text.into()),
        ("fa".into(), format!("{text} (fa)")),
    ])
}

fn scale(min: i32, max: i32) -> AnswerKind {
    let labels = BTreeMap::from([(min, texts("bad")), (max, texts("good"))]);
    AnswerKind::Scale { min, max, labels }
}

fn item(key: &str, answer: AnswerKind, measure: Option<Measure>) -> Item {
    Item {
        key: key.into(),
        text: texts(key),
        answer,
        required: key == "content",
        when: None,
        measure,
    }
}

/// How content they are, what they expect and experience of speed, whether they would recommend it, by which channel, how many
/// hours it cost, and in their words.
pub(crate) fn definition() -> Definition {
    let option = |key: &str| Choice {
        key: key.into(),
        text: texts(key),
    };
    let options = vec![option("mail"), option("phone")];
    let at_most = None;
    let (min, max) = (Some(0.0), None);
    let speed = Quality::Speed;
    let items = vec![
        item("content", scale(1, 5), Some(Measure::Satisfaction)),
        item("expected", scale(1, 7), Some(Measure::Expectation(speed))),
        item("experienced", scale(1, 7), Some(Measure::Perception(speed))),
        item("recommend", scale(0, 10), Some(Measure::Recommendation)),
        item(
            "channels",
            AnswerKind::MultiChoice { options, at_most },
            None,
        ),
        item("hours", AnswerKind::Number { min, max }, None),
        item("words", AnswerKind::Text { at_most: 200 }, None),
    ];
    Definition {
        title: texts("How was it?"),
        intro: Texts::new(),
        language: "en".into(),
        sections: vec![Section {
            key: "all".into(),
            title: texts("All"),
            items,
        }],
    }
}

/// How a round is launched.
pub(crate) struct Terms {
    pub anonymity: Anonymity,
    pub by: BTreeSet<Dimension>,
    pub thresholds: Thresholds,
    pub definition: Definition,
}

impl Terms {
    /// Confidential, by departments, four for ratings and three for comments.
    pub(crate) fn new() -> Self {
        Self {
            anonymity: Anonymity::Confidential,
            by: BTreeSet::from([Dimension::Department]),
            thresholds: Thresholds {
                ratings: 4,
                comments: 3,
            },
            definition: definition(),
        }
    }
}

/// Somebody who is invited: `amina@it`, or `amina` of no department.
pub(crate) fn invited(who: &str) -> Invited {
    let (person, department) = match who.split_once('@') {
        Some((person, department)) => (person, Some(id(department))),
        None => (who, None),
    };
    Invited {
        person: id(person),
        department,
        kind: PersonKind::Employee,
    }
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::on(Arc::new(MemoryLog::new())).await
    }

    /// Another service on the same log, with nothing of its own yet.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        let host = Host::on(log, |deps| async move {
            Ok(vec![khidma_feedback::start(&deps).await?])
        });
        Self { host: host.await }
    }

    fn said(&self) -> Said {
        Said::by_person("mei", self.host.now())
    }

    /// HR opens a round, from now on for a week.
    pub(crate) async fn open(&self, terms: Terms, people: Vec<Invited>) -> Opened {
        let log = &*self.host.log;
        let survey: khidma_kernel::SurveyId = id(&format!("s-{}", Uuid::new_v4().simple()));
        let defined = SurveyDefined {
            survey: survey.clone(),
            version: 1,
            owner: id("hr"),
            definition: terms.definition,
        };
        let events: Vec<SurveyEvent> = vec![defined.into()];
        append_said(
            log,
            survey_entity(&survey),
            Position::START,
            self.said(),
            events,
        )
        .await;
        let (round, now) = (RoundId(Uuid::new_v4()), self.host.now());
        let launched = RoundLaunched {
            round,
            survey,
            version: 1,
            owner: id("hr"),
            anonymity: terms.anonymity,
            audience: Audience::default(),
            thresholds: terms.thresholds,
            break_down_by: terms.by,
            opens_at: now,
            closes_at: now.plus_seconds(7 * DAY),
            remind_at: vec![],
            recurrence: None,
            previous: None,
            public_key: None,
        };
        let invited = u32::try_from(people.len()).unwrap();
        let events: Vec<RoundEvent> = vec![
            launched.into(),
            PeopleInvited { people }.into(),
            RoundOpened { invited }.into(),
        ];
        let entity = round_entity(round);
        let position = append_said(log, entity, Position::START, self.said(), events).await;
        self.host.caught_up().await;
        Opened {
            id: round,
            position,
        }
    }

    /// The round closes.
    pub(crate) async fn close(&self, round: &Opened) {
        let (log, entity) = (&*self.host.log, round_entity(round.id));
        let events: Vec<RoundEvent> = vec![RoundClosed {}.into()];
        append_said(log, entity, round.position, self.said(), events).await;
        self.host.caught_up().await;
    }

    pub(crate) async fn by(&self, person: &str, department: &str, roles: &[Role]) -> Person {
        let connection = self.host.connect(person, department, roles).await;
        Person(AnswersServiceClient::new(connection))
    }

    /// Who leads HR, which asks.
    pub(crate) async fn mei(&self) -> Person {
        self.by("mei", "hr", &[Role::Manager]).await
    }

    /// That many of a department answer, each as `answer` says by their number; the last position.
    pub(crate) async fn answer_all(
        &self,
        round: &Opened,
        people: &[Invited],
        answer: impl Fn(usize) -> BTreeMap<String, pb::Value>,
    ) {
        for (number, one) in people.iter().enumerate() {
            let department = one.department.as_ref().map_or("none", |id| id.as_str());
            let person = self.by(one.person.as_str(), department, &[]).await;
            person.answer(round, answer(number)).await.unwrap();
        }
        self.host.caught_up().await;
    }
}

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct Person(pub AnswersServiceClient<Connection>);

impl Person {
    pub(crate) async fn answer(
        &self,
        round: &Opened,
        values: BTreeMap<String, pb::Value>,
    ) -> Result<u64, Status> {
        let request = pb::AnswerRequest {
            request_id: key(),
            round_id: round.id.to_string(),
            language: String::new(),
            values,
        };
        let answered = self.0.clone().answer(request).await?;
        Ok(answered.into_inner().position)
    }

    pub(crate) async fn results(
        &self,
        round: &Opened,
        filter: Option<pb::ResultsFilter>,
    ) -> Result<pb::GetResultsResponse, Status> {
        let request = pb::GetResultsRequest {
            round_id: round.id.to_string(),
            filter,
            language: String::new(),
            min_position: 0,
        };
        Ok(self.0.clone().get_results(request).await?.into_inner())
    }

    /// All comments that are shown, by pages of three.
    pub(crate) async fn comments(
        &self,
        round: &Opened,
        filter: Option<pb::ResultsFilter>,
    ) -> Result<Vec<String>, Status> {
        let mut request = pb::ListCommentsRequest {
            round_id: round.id.to_string(),
            item_key: "words".into(),
            filter,
            page_size: 3,
            ..Default::default()
        };
        let mut comments = Vec::new();
        loop {
            let page = self.0.clone().list_comments(request.clone()).await?;
            let page = page.into_inner();
            comments.extend(page.comments);
            if page.next_page_token.is_empty() {
                return Ok(comments);
            }
            request.page_token = page.next_page_token;
        }
    }
}

/// Of these departments.
pub(crate) fn of(departments: &[&str]) -> Option<pb::ResultsFilter> {
    Some(pb::ResultsFilter {
        department_ids: departments.iter().map(|id| (*id).into()).collect(),
        ..Default::default()
    })
}

pub(crate) fn values(values: &[(&str, pb::value::Value)]) -> BTreeMap<String, pb::Value> {
    let values = values.iter().cloned();
    let value = |value| pb::Value { value: Some(value) };
    values
        .map(|(key, said)| (key.into(), value(said)))
        .collect()
}

pub(crate) fn number_of(value: i32) -> pb::value::Value {
    pb::value::Value::Scale(value)
}

pub(crate) fn words(text: &str) -> pb::value::Value {
    pb::value::Value::Text(text.into())
}

pub(crate) fn item_of<'a>(results: &'a pb::GetResultsResponse, key: &str) -> &'a pb::ItemResult {
    results.items.iter().find(|item| item.key == key).unwrap()
}

/// At that instant, by nobody in particular.
pub(crate) fn by_service(at: Timestamp) -> Said {
    Said {
        at,
        by: khidma_kernel::Actor::Service("feedback".into()),
        traceparent: None,
    }
}
