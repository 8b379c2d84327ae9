//! The stage of surveys and rounds: a running service, what the directory has said, and who calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::StreamExt;
use khidma_edge::client::Connection;
use khidma_eventlog::{EventLog, MemoryLog};
use khidma_events::directory::*;
use khidma_events::feedback::{EntityKind, RoundEvent};
use khidma_kernel::{Position, Role, RoundId, Timestamp};
use khidma_proto::feedback as pb;
use khidma_proto::feedback::surveys_service_client::SurveysServiceClient;
use khidma_testkit::{Host, append, append_after, eventually};
use pb::survey_item::Answer;
use tonic::Code;

pub(crate) use crate::stage::{LONG, key, refused};
use crate::stage::{department, employee, id};

pub(crate) const DAY: i64 = 24 * 3600;

/// Somebody's calls.
pub(crate) type Surveys = SurveysServiceClient<Connection>;

/// A running service.
pub(crate) struct Stage {
    pub host: Host,
    /// Leads IT.
    pub mei: Surveys,
    /// Of IT; reads English.
    pub daniel: Surveys,
    /// Of IT's help desk; reads Persian.
    pub sana: Surveys,
    /// Leads HR.
    pub linh: Surveys,
    /// Operates the servers.
    pub root: Surveys,
}

impl Stage {
    /// IT of four with a help desk of two below it, and HR of three; a supplier of no department.
    pub(crate) async fn set() -> Self {
        let log = Arc::new(MemoryLog::new());
        organise(&*log).await;
        Self::on(log).await
    }

    /// Another process on the same log, with nothing of its own yet.
    pub(crate) async fn on(log: Arc<dyn EventLog>) -> Self {
        let host = Host::on(log, |deps| async move {
            Ok(vec![khidma_feedback::start(&deps).await?])
        })
        .await;
        let person = async |name, department, roles: &[Role]| {
            SurveysServiceClient::new(host.connect(name, department, roles).await)
        };
        Self {
            mei: person("mei", "it", &[Role::Manager]).await,
            daniel: person("daniel", "it", &[]).await,
            sana: person("sana", "help-desk", &[]).await,
            linh: person("linh", "hr", &[Role::Manager]).await,
            root: person("root", "hr", &[Role::Admin]).await,
            host,
        }
    }

    /// So many days after the clock's beginning.
    pub(crate) fn day(&self, days: i64) -> prost_types::Timestamp {
        prost_types::Timestamp {
            seconds: self.instant(days).as_seconds(),
            nanos: 0,
        }
    }

    fn instant(&self, days: i64) -> Timestamp {
        let begins: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        begins.plus_seconds(days * DAY)
    }

    /// It is so many days after the clock's beginning.
    pub(crate) fn go_to(&self, days: i64) {
        self.host.hand.set(self.instant(days));
    }

    /// IT has defined its survey.
    pub(crate) async fn defined(&self) -> u64 {
        let defined = self.mei.clone().define_survey(define(definition())).await;
        defined.unwrap().into_inner().position
    }

    /// IT asks itself and what is below it, confidentially, for a week from tomorrow on.
    pub(crate) fn launch(&self) -> pb::LaunchRoundRequest {
        pb::LaunchRoundRequest {
            request_id: key(),
            survey_id: "service".into(),
            version: 0,
            anonymity: pb::Anonymity::Confidential.into(),
            audience: Some(pb::Audience {
                department_ids: vec!["it".into()],
                with_below: true,
                ..Default::default()
            }),
            thresholds: None,
            break_down_by: vec![pb::Dimension::Department.into()],
            opens_at: Some(self.day(1)),
            closes_at: Some(self.day(8)),
            remind_at: vec![self.day(4)],
            recurrence: None,
        }
    }

    pub(crate) async fn launched(&self, launch: pb::LaunchRoundRequest) -> String {
        let launched = self.mei.clone().launch_round(launch).await;
        launched.unwrap().into_inner().id
    }

    pub(crate) async fn round(&self, id: &str) -> pb::Round {
        self.seen(id).await.round.unwrap()
    }

    /// The round, with all that is on the log now.
    pub(crate) async fn seen(&self, id: &str) -> pb::GetRoundResponse {
        let request = pb::GetRoundRequest {
            id: id.to_owned(),
            min_position: self.host.log.head().await.unwrap().0,
        };
        let seen = self.mei.clone().get_round(request).await;
        seen.unwrap().into_inner()
    }

    /// Waits until the round stands so.
    pub(crate) async fn until(&self, id: &str, state: pb::RoundState) -> pb::Round {
        let stands = || async { self.round(id).await.state() == state };
        let came = eventually(LONG, stands).await;
        let round = self.round(id).await;
        assert!(came, "{round:?}");
        round
    }

    /// All rounds, the one that was launched last first.
    pub(crate) async fn rounds(&self) -> Vec<pb::Round> {
        let request = pb::ListRoundsRequest {
            min_position: self.host.log.head().await.unwrap().0,
            ..Default::default()
        };
        let listed = self.mei.clone().list_rounds(request).await;
        listed.unwrap().into_inner().rounds
    }

    /// What happened to a round, as the log says.
    pub(crate) async fn told(&self, round: &str) -> Vec<RoundEvent> {
        let round: RoundId = id(round);
        let head = self.host.log.head().await.unwrap();
        let mut commits = self.host.log.follow(Position::START);
        let (mut at, mut told) = (Position::START, Vec::new());
        while at < head {
            let commit = commits.next().await.unwrap().unwrap();
            at = commit.position;
            if EntityKind::of(&commit.entity) == Some(EntityKind::Round(round)) {
                told.extend(khidma_events::known_events(&commit.payload).unwrap());
            }
        }
        told
    }
}

/// What is refused with this code, for this reason, at this field.
pub(crate) fn no(code: Code, reason: &str, field: &str) -> (Code, String, String) {
    (code, reason.to_owned(), field.to_owned())
}

/// A person leaves.
pub(crate) async fn leaves(log: &dyn EventLog, person: &str, last: Position) {
    let events: Vec<PersonEvent> = vec![PersonDeactivated {}.into()];
    append_after(log, person_entity(&id(person)), last, events).await;
}

async fn organise(log: &dyn EventLog) {
    for (name, parent) in [("it", None), ("help-desk", Some("it")), ("hr", None)] {
        department(log, name, parent).await;
    }
    let people = [
        ("mei", "it", "en"),
        ("daniel", "it", "en"),
        ("omar", "it", "ar"),
        ("yuki", "it", "ja"),
        ("sana", "help-desk", "fa-IR"),
        ("hoa", "help-desk", "vi"),
        ("linh", "hr", "vi"),
        ("root", "hr", "en"),
        ("ines", "hr", "en"),
    ];
    for (person, department, language) in people {
        let profile = Profile {
            languages: vec![language.into()],
            ..Profile::default()
        };
        employee(log, person, Some(department), profile).await;
    }
    let supplier = PersonRegistered {
        person: id("acme"),
        display_name: "ACME".into(),
        kind: PersonKind::Supplier,
    };
    let events: Vec<PersonEvent> = vec![supplier.into()];
    append(log, person_entity(&id("acme")), events).await;
}

pub(crate) fn texts(en: &str, fa: &str) -> BTreeMap<String, String> {
    [("en", en), ("fa", fa)]
        .map(|(language, text)| (language.to_owned(), text.to_owned()))
        .into()
}

pub(crate) fn item(key: &str, answer: Answer) -> pb::SurveyItem {
    pb::SurveyItem {
        key: key.to_owned(),
        text: texts("How was it?", "چطور بود؟"),
        answer: Some(answer),
        required: true,
        when: None,
        measure: None,
    }
}

pub(crate) fn scale(min: i32, max: i32) -> Answer {
    let labels = vec![pb::ScaleLabel {
        value: min,
        text: texts("Poor", "بد"),
    }];
    Answer::Scale(pb::ScaleAnswer { min, max, labels })
}

fn options() -> Vec<pb::ChoiceOption> {
    let option = |(key, en, fa): (&str, &str, &str)| pb::ChoiceOption {
        key: key.to_owned(),
        text: texts(en, fa),
    };
    [("slow", "Too slow", "کند"), ("wrong", "Mistakes", "اشتباه")]
        .map(option)
        .into()
}

/// One of each kind of item.
pub(crate) fn definition() -> pb::SurveyDefinition {
    use pb::item_condition::Is;
    let condition = |item: &str, is| {
        Some(pb::ItemCondition {
            item: item.to_owned(),
            is: Some(is),
        })
    };
    let measure = |kind: pb::MeasureKind, quality: pb::Quality| {
        Some(pb::ItemMeasure {
            kind: kind.into(),
            quality: quality.into(),
        })
    };
    let (choice, at_most) = (options(), Some(1));
    let one_of = Is::OneOf(pb::Choices {
        keys: vec!["slow".into()],
    });
    let items = vec![
        pb::SurveyItem {
            measure: measure(pb::MeasureKind::Quality, pb::Quality::Speed),
            ..item("speed", scale(1, 5))
        },
        pb::SurveyItem {
            when: condition("speed", Is::AtMost(3)),
            ..item("why", Answer::Choice(pb::ChoiceAnswer { options: choice }))
        },
        pb::SurveyItem {
            when: condition("why", one_of),
            ..item(
                "also",
                Answer::MultiChoice(pb::MultiChoiceAnswer {
                    options: options(),
                    at_most,
                }),
            )
        },
        item(
            "times",
            Answer::Number(pb::NumberAnswer {
                min: Some(0.0),
                max: None,
            }),
        ),
        item("better", Answer::Words(pb::WordsAnswer { at_most: 500 })),
    ];
    pb::SurveyDefinition {
        title: texts("Our service", "خدمت ما"),
        intro: texts("Be frank.", "رک باشید."),
        language: "en".into(),
        sections: vec![pb::SurveySection {
            key: "all".into(),
            title: [("en".to_owned(), "All of it".to_owned())].into(),
            items,
        }],
    }
}

pub(crate) fn define(definition: pb::SurveyDefinition) -> pb::DefineSurveyRequest {
    pb::DefineSurveyRequest {
        request_id: key(),
        survey_id: "service".into(),
        owner_id: "it".into(),
        definition: Some(definition),
    }
}
