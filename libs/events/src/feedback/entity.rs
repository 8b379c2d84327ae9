//! Which kind of entity a name on the log stands for.

use khidma_kernel::{
    ActionId, DepartmentId, InterviewId, PersonId, QuestionId, RoundId, SurveyId, derived_id,
};
use uuid::Uuid;

/// A kind of entity of this context, and which one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// The service as a whole. Its events are [`super::OutsetEvent`]s.
    Outset,
    /// By which rule a department asks after its requests. Its events are [`super::AskingEvent`]s.
    Asking(DepartmentId),
    /// The question after one request. Its events are [`super::QuestionEvent`]s.
    Question(QuestionId),
    /// What is asked, in versions. Its events are [`super::SurveyEvent`]s.
    Survey(SurveyId),
    /// One asking of a survey. Its events are [`super::RoundEvent`]s.
    Round(RoundId),
    /// That one person took part of what an anonymous answer needs. Its events are [`super::BallotEvent`]s.
    Ballot(Uuid),
    /// One person's answer to a round that is not anonymous. Its events are [`super::AnswerEvent`]s.
    Answer(Uuid),
    /// The anonymous answers to a round. Its events are [`super::BoxEvent`]s.
    Box(RoundId),
    /// An interview or focus group. Its events are [`super::InterviewEvent`]s.
    Interview(InterviewId),
    /// An improvement action. Its events are [`super::ActionEvent`]s.
    Action(ActionId),
    /// The figures of a department's people. Its events are [`super::FiguresEvent`]s.
    Figures(DepartmentId),
    /// All thanks that one person gave. Its events are [`super::ThanksEvent`]s.
    Thanks(PersonId),
}

impl EntityKind {
    /// The kind behind an entity's name; `None` if it is none of ours.
    pub fn of(entity: &str) -> Option<Self> {
        if entity == OUTSET {
            return Some(Self::Outset);
        }
        let (kind, id) = entity.split_once('-')?;
        match kind {
            "asking" => id.parse().ok().map(Self::Asking),
            "question" => id.parse().ok().map(Self::Question),
            "survey" => id.parse().ok().map(Self::Survey),
            "round" => id.parse().ok().map(Self::Round),
            "ballot" => id.parse().ok().map(Self::Ballot),
            "answer" => id.parse().ok().map(Self::Answer),
            "box" => id.parse().ok().map(Self::Box),
            "interview" => id.parse().ok().map(Self::Interview),
            "action" => id.parse().ok().map(Self::Action),
            "figures" => id.parse().ok().map(Self::Figures),
            "thanks" => id.parse().ok().map(Self::Thanks),
            _ => None,
        }
    }
}

/// The entity of the service as a whole.
pub const OUTSET: &str = "outset";

/// The entity of a department's rule of asking.
pub fn asking_entity(department: &DepartmentId) -> String {
    format!("asking-{department}")
}

/// The entity of a question.
pub fn question_entity(id: QuestionId) -> String {
    format!("question-{id}")
}

/// The entity of a survey.
pub fn survey_entity(id: &SurveyId) -> String {
    format!("survey-{id}")
}

/// The entity of a round.
pub fn round_entity(id: RoundId) -> String {
    format!("round-{id}")
}

/// The entity of what a person took to answer a round anonymously: one for each, so that they take it once.
pub fn ballot_entity(round: RoundId, person: &PersonId) -> String {
    format!("ballot-{}", of_person(b"ballot", round, person))
}

/// The entity of a person's answer to a round: one for each, so that they answer once.
pub fn answer_entity(round: RoundId, person: &PersonId) -> String {
    format!("answer-{}", of_person(b"answer", round, person))
}

fn of_person(what: &[u8], round: RoundId, person: &PersonId) -> Uuid {
    derived_id(&[what, round.0.as_bytes(), person.as_str().as_bytes()])
}

/// The entity of the anonymous answers to a round.
pub fn box_entity(round: RoundId) -> String {
    format!("box-{round}")
}

/// The entity of an interview or focus group.
pub fn interview_entity(id: InterviewId) -> String {
    format!("interview-{id}")
}

/// The entity of an improvement action.
pub fn action_entity(id: ActionId) -> String {
    format!("action-{id}")
}

/// The entity of the figures of a department's people.
pub fn figures_entity(department: &DepartmentId) -> String {
    format!("figures-{department}")
}

/// The entity of all thanks that a person gave.
pub fn thanks_entity(person: &PersonId) -> String {
    format!("thanks-{person}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_says_its_kind() {
        assert_eq!(EntityKind::of(OUTSET), Some(EntityKind::Outset));
        let round = RoundId(Uuid::from_u128(7));
        let amina: PersonId = "amina".parse().unwrap();
        let it: DepartmentId = "it".parse().unwrap();
        assert_eq!(
            EntityKind::of(&asking_entity(&it)),
            Some(EntityKind::Asking(it.clone()))
        );
        assert_eq!(
            EntityKind::of(&box_entity(round)),
            Some(EntityKind::Box(round))
        );
        assert_eq!(
            EntityKind::of(&thanks_entity(&amina)),
            Some(EntityKind::Thanks(amina.clone()))
        );
        let (ballot, answer) = (ballot_entity(round, &amina), answer_entity(round, &amina));
        assert!(matches!(
            EntityKind::of(&ballot),
            Some(EntityKind::Ballot(_))
        ));
        assert!(matches!(
            EntityKind::of(&answer),
            Some(EntityKind::Answer(_))
        ));
        // Neither leads to the other, nor to whom it is of.
        assert_ne!(ballot.split_once('-'), answer.split_once('-'));
        for entity in ["", "box", "box-it", "question-", "votes-it"] {
            assert_eq!(EntityKind::of(entity), None, "{entity}");
        }
    }
}
