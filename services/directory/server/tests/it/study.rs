//! The stage for skills, trainings and reviews: who calls, and what departments offer.

use khidma_edge::client::Connection;
use khidma_events::requests::{OfferingEvent, OfferingPublished, OfferingText, offering_entity};
use khidma_kernel::{Position, Timestamp};
use khidma_proto::directory as pb;
use khidma_proto::directory::reviews_service_client::ReviewsServiceClient;
use khidma_proto::directory::skill_subject::Kind;
use khidma_proto::directory::skills_service_client::SkillsServiceClient;
use khidma_proto::directory::trainings_service_client::TrainingsServiceClient;
use khidma_testkit::{Said, append_said};

use crate::stage::Stage;

/// One caller.
#[derive(Clone)]
pub(crate) struct Desk {
    pub skills: SkillsServiceClient<Connection>,
    pub trainings: TrainingsServiceClient<Connection>,
    pub reviews: ReviewsServiceClient<Connection>,
}

/// The organisation of [`Stage`]. It is 2 March 2026.
pub(crate) struct Study {
    pub stage: Stage,
    /// Keeps the directory.
    pub admin: Desk,
    /// Leads IT.
    pub mina: Desk,
    /// Of IT.
    pub amina: Desk,
    /// Of finance, which she does not lead.
    pub dao: Desk,
    /// Leads operations, which IT and finance stand under.
    pub olga: Desk,
}

impl Study {
    pub(crate) async fn set() -> Self {
        let stage = Stage::set().await;
        let desk = async |person, department, roles: &[khidma_kernel::Role]| {
            let connection = stage.host.connect(person, department, roles).await;
            Desk {
                skills: SkillsServiceClient::new(connection.clone()),
                trainings: TrainingsServiceClient::new(connection.clone()),
                reviews: ReviewsServiceClient::new(connection),
            }
        };
        use khidma_kernel::Role::{Admin, Manager};
        Self {
            admin: desk("root", "hr", &[Admin]).await,
            mina: desk("mina", "it", &[Manager]).await,
            amina: desk("amina", "it", &[]).await,
            dao: desk("dao", "finance", &[]).await,
            olga: desk("olga", "operations", &[Manager]).await,
            stage,
        }
    }

    pub(crate) async fn head(&self) -> u64 {
        self.stage.head().await
    }

    /// That the requests service said this of an offering, of which it said something at `last` before.
    async fn said(&self, offering: &str, last: Position, event: OfferingEvent) -> Position {
        let entity = offering_entity(&offering.parse().unwrap());
        let said = Said::by_person("root", Timestamp::EPOCH);
        append_said(&*self.stage.host.log, entity, last, said, vec![event]).await
    }

    /// That `provider` offers this.
    pub(crate) async fn offers(&self, provider: &str, offering: &str) -> Position {
        let text = OfferingText {
            name: offering.to_uppercase(),
            description: String::new(),
            standard: String::new(),
        };
        let published = OfferingPublished {
            offering: offering.parse().unwrap(),
            version: 1,
            provider: provider.parse().unwrap(),
            texts: [("en".to_owned(), text)].into(),
            language: "en".to_owned(),
            form: None,
            approvals: vec![],
            plan: vec![],
        };
        self.said(offering, Position::START, published.into()).await
    }

    /// That something more happened to an offering.
    pub(crate) async fn then(
        &self,
        offering: &str,
        last: Position,
        event: impl Into<OfferingEvent>,
    ) -> Position {
        self.said(offering, last, event.into()).await
    }

    /// What is said of a person, in short: `laptop 3 (manager 3)`.
    pub(crate) async fn skills(&self, caller: &Desk, person: &str, on: &str) -> Vec<String> {
        let question = pb::GetSkillsRequest {
            id: person.into(),
            on: on.into(),
            min_position: self.head().await,
        };
        let answer = caller.skills.clone().get_skills(question).await.unwrap();
        let skills = answer.into_inner().skills.into_iter();
        skills.map(|skill| in_short(&skill)).collect()
    }

    /// The cover of a department, today.
    pub(crate) async fn cover(&self, department: &str) -> pb::GetCoverResponse {
        self.cover_on(department, "").await
    }

    pub(crate) async fn cover_on(&self, department: &str, on: &str) -> pb::GetCoverResponse {
        let question = pb::GetCoverRequest {
            department_id: department.into(),
            on: on.into(),
            min_position: self.head().await,
        };
        let answer = self.dao.skills.clone().get_cover(question).await;
        answer.unwrap().into_inner()
    }
}

fn in_short(skill: &pb::Skill) -> String {
    let subject = match skill.subject.as_ref().and_then(|one| one.kind.as_ref()) {
        Some(Kind::OfferingId(id)) => id.clone(),
        Some(Kind::Topic(topic)) => format!("'{topic}'"),
        None => String::new(),
    };
    let statements = skill.statements.iter().map(|one| {
        let source = one.source().as_str_name();
        let source = source.trim_start_matches("SKILL_SOURCE_").to_lowercase();
        let until = if one.until.is_empty() { "" } else { "*" };
        format!("{source} {}{until}", one.level)
    });
    let statements: Vec<_> = statements.collect();
    format!("{subject} {} ({})", skill.level, statements.join(", "))
}

pub(crate) fn offering(id: &str) -> Option<pb::SkillSubject> {
    let kind = Some(Kind::OfferingId(id.into()));
    Some(pb::SkillSubject { kind })
}

pub(crate) fn topic(topic: &str) -> Option<pb::SkillSubject> {
    let kind = Some(Kind::Topic(topic.into()));
    Some(pb::SkillSubject { kind })
}

/// A plan that gives `level` in these offerings, for EUR `cost`.
pub(crate) fn plan(
    on: &str,
    places: u32,
    cost: u64,
    gives: &[(&str, pb::SkillLevel)],
) -> Option<pb::TrainingPlan> {
    let gain = |(id, level): &(&str, pb::SkillLevel)| pb::SkillGain {
        subject: offering(id),
        level: (*level).into(),
        lasts_days: 0,
    };
    Some(pb::TrainingPlan {
        title: format!("For {cost}"),
        kind: pb::TrainingKind::Skill.into(),
        on: on.into(),
        places,
        cost: Some(pb::Money {
            currency: "EUR".into(),
            minor: cost,
        }),
        gives: gives.iter().map(gain).collect(),
    })
}
